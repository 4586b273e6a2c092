import { type Component, For, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { PageHeader } from "../parts/PageHeader.tsx";
import { PageTitle } from "../parts/PageTitle.tsx";
import type { Route } from "../route.ts";
import { useColony } from "../store.ts";
import { AuditLog } from "./AuditLog.tsx";
import { Channels } from "./Channels.tsx";
import { createFetched } from "./fetched.ts";
import { Me } from "./Me.tsx";
import { People } from "./People.tsx";
import { Sessions } from "./Sessions.tsx";
import { Telegram } from "./Telegram.tsx";
import { Tokens } from "./Tokens.tsx";

const all: [id: string, name: string, Component][] = [
  ["me", "Me", Me],
  ["people", "People", People],
  ["tokens", "Tokens", Tokens],
  ["channels", "Channels", Channels],
  ["sessions", "Sessions", Sessions],
];
const telegram: (typeof all)[number] = ["telegram", "Telegram", Telegram];
const admins: typeof all = [["audit", "Audit", AuditLog]];

/** The settings: a place for each kind of thing one tends. An address that names none of them shows the first. */
export const Settings = (props: { route: Route; onMenu: (() => void) | undefined }): JSX.Element => {
  const colony = useColony();
  const bot = createFetched((api) => api.telegram());
  // Where there is no bot it concerns admins alone, who are told how there would be one.
  const withTelegram = () => colony.me()?.admin || typeof bot.data()?.bot === "string" || props.route.place().section === "telegram";
  const sections = () => [...all, ...(withTelegram() ? [telegram] : []), ...(colony.me()?.admin ? admins : [])];
  const open = () => sections().find(([id]) => id === props.route.place().section) ?? all[0];
  return (
    <main class="flex h-full min-w-0 grow flex-col">
      <PageHeader onMenu={props.onMenu}>
        <PageTitle>Settings</PageTitle>
      </PageHeader>
      <div class="flex min-h-0 grow flex-col lg:flex-row">
        <nav aria-label="Settings" class="shrink-0 overflow-x-auto border-line border-b px-2 sm:px-4 lg:w-44 lg:border-r lg:border-b-0 lg:px-3 lg:py-4">
          <ul class="flex gap-1 lg:flex-col lg:gap-px">
            <For each={sections()}>
              {([id, name]) => (
                <li>
                  <a
                    href={`/settings/${id}`}
                    aria-current={open()?.[0] === id ? "page" : undefined}
                    class="flex h-10 items-center border-b-2 px-2.5 text-small transition-colors lg:h-8 lg:rounded-md lg:border-0"
                    classList={{
                      "border-accent font-semibold text-ink lg:bg-sunken": open()?.[0] === id,
                      "border-transparent text-soft hover:bg-hover hover:text-ink": open()?.[0] !== id,
                    }}
                  >
                    {name}
                  </a>
                </li>
              )}
            </For>
          </ul>
        </nav>
        <div class="min-h-0 min-w-0 grow overflow-y-auto">
          <div class="max-w-4xl px-4 py-6 sm:px-8">
            <Dynamic component={open()?.[2]} />
          </div>
        </div>
      </div>
    </main>
  );
};
