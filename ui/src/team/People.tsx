import X from "lucide-solid/icons/x";
import { createMemo, createSignal, createUniqueId, For, type JSX, onMount, Show } from "solid-js";
import type { User } from "../api.ts";
import { combobox } from "../parts/combobox.ts";
import { useColony } from "../store.ts";
import { match } from "../switcher/match.ts";
import { Face } from "./Face.tsx";

/** People that are offered at most: more than one looks through. */
const OFFERED = 40;

type Props = {
  label: string;
  chosen: readonly User[];
  onChange: (chosen: readonly User[]) => void;
  /** Ids of those who are not offered. */
  without?: readonly string[];
  /** People that can be chosen at most. */
  most?: number;
  autofocus?: boolean;
  /** They are made members: agents that the server itself runs need not be, and are not offered. */
  members?: boolean;
};

/** Chooses people and agents by a few letters of their names; those who are chosen stand before what is written. */
export const People = (props: Props): JSX.Element => {
  const colony = useColony();
  const id = createUniqueId();
  const [query, setQuery] = createSignal("");
  const [active, setActive] = createSignal(0);
  const full = () => props.chosen.length >= (props.most ?? Infinity);
  const isMe = ({ id }: User) => id === colony.me()?.id;
  /** Before anything is written all names are found: people come first, then agents that answer by themselves, then the others, webhooks' among them. */
  const rank = (user: User): number => (user.role === "ape" ? 0 : user.resident ? 1 : 2);
  const offered = createMemo(() => {
    const out = new Set([...props.chosen.map((user) => user.id), ...(props.without ?? [])]);
    return colony
      .people()
      .flatMap((user) => {
        const found =
          out.has(user.id) || (props.members && user.resident) ? [] : [match(query(), user.display_name), match(query(), user.username)].flatMap((one) => one?.score ?? []);
        return found.length > 0 ? [{ user, score: query().trim() === "" ? rank(user) : Math.min(...found) }] : [];
      })
      .sort((a, b) => Number(isMe(a.user)) - Number(isMe(b.user)) || a.score - b.score || a.user.display_name.localeCompare(b.user.display_name))
      .slice(0, OFFERED)
      .map(({ user }) => user);
  });
  const at = () => Math.min(active(), offered().length - 1);
  const optionId = (index: number) => `${id}-${index}`;
  let input: HTMLInputElement | undefined;
  let list: HTMLDivElement | undefined;

  onMount(colony.readPeople);

  const add = (user: User | undefined) => {
    if (!user || full()) return;
    props.onChange([...props.chosen, user]);
    setQuery("");
    setActive(0);
    input?.focus();
  };
  const remove = (user: User | undefined) => {
    if (user) props.onChange(props.chosen.filter((one) => one.id !== user.id));
    input?.focus();
  };
  const to = (index: number) => {
    setActive(index);
    list?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const count = offered().length;
    if (event.key === "ArrowDown" && count > 0) to((at() + 1) % count);
    else if (event.key === "ArrowUp" && count > 0) to((at() - 1 + count) % count);
    // What is written is chosen first; with nothing written Enter is the form's.
    else if (event.key === "Enter" && query().trim() !== "") add(offered()[at()]);
    else if (event.key === "Backspace" && query() === "") remove(props.chosen.at(-1));
    else return;
    event.preventDefault();
  };

  return (
    <div class="flex flex-col gap-1">
      <label for={`${id}-input`} class="font-medium text-small text-soft">
        {props.label}
      </label>
      <div class="flex min-h-10 flex-wrap items-center gap-1 rounded-md border border-edge bg-ground px-1.5 py-1 focus-within:outline focus-within:outline-2 focus-within:outline-accent-ink">
        <For each={props.chosen}>
          {(user) => (
            <span class="flex h-7 max-w-full items-center gap-1 rounded-md bg-hover pr-0.5 pl-2 text-small">
              <span dir="auto" class="truncate">
                {user.display_name}
              </span>
              <button
                type="button"
                aria-label={`Remove ${user.display_name}`}
                class="inline-flex size-6 shrink-0 items-center justify-center rounded text-soft hover:text-ink"
                onClick={() => remove(user)}
              >
                <X size={13} aria-hidden="true" />
              </button>
            </span>
          )}
        </For>
        <input
          ref={input}
          id={`${id}-input`}
          {...combobox}
          role="combobox"
          data-first={props.autofocus ? "" : undefined}
          aria-expanded={offered().length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={offered().length > 0 ? optionId(at()) : undefined}
          disabled={full()}
          placeholder={full() ? "That is as many as there can be" : props.chosen.length === 0 ? "A name" : ""}
          class="h-7 min-w-24 grow bg-transparent px-1.5 outline-none placeholder:text-faint"
          value={query()}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label="People and agents"
        tabindex="-1"
        class="mt-1 max-h-56 min-h-14 overflow-y-auto overscroll-contain rounded-md border border-line p-1"
      >
        <For each={full() ? [] : offered()}>
          {(user, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox has the focus and the keys
            // biome-ignore lint/a11y/useFocusableInteractive: as above
            <div
              id={optionId(index())}
              role="option"
              aria-selected={index() === at()}
              class="flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 text-small pointer-coarse:h-11"
              classList={{ "bg-hover": index() === at() }}
              onPointerMove={() => index() !== at() && setActive(index())}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => add(user)}
            >
              <Face user={user} presence={colony.team()?.presence.presence(user.id) ?? "offline"} />
              <span dir="auto" class="truncate">
                {user.display_name}
              </span>
              <Show when={isMe(user)}>
                <span class="text-soft">you</span>
              </Show>
              <span class="min-w-0 shrink-4 grow truncate text-faint">@{user.username}</span>
              <Show when={user.resident}>
                <span class="shrink-0 text-faint text-meta">resident</span>
              </Show>
            </div>
          )}
        </For>
      </div>
      <Show when={offered().length === 0 && query().trim() !== ""}>
        <p role="status" class="text-faint text-meta">
          Nobody here is called “{query().trim()}”.
        </p>
      </Show>
    </div>
  );
};
