import { type Accessor, createMemo, createSignal } from "solid-js";
import type { Author, MessageType } from "../api.ts";
import type { Colony } from "../store.ts";
import { apply, boxOf } from "./apply.ts";
import { isWhole, type Suggestion, suggest, type Token, tokenAt } from "./suggest.ts";
import type { Writing } from "./writing.ts";

export const optionId = (list: string, at: number): string => `${list}-${at}`;

/** What can be completed at the cursor, and the keys that choose among it. */
export const createSuggestions = (colony: Colony, writing: Writing, box: () => HTMLTextAreaElement | undefined, onType: (type: MessageType) => void) => {
  const [token, setToken] = createSignal<Token | null>(null, { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) });
  const [chosen, setChosen] = createSignal<number | null>(null);
  /** Where a list was closed by hand: it stays so while the same name is written. */
  let closedAt: number | null = null;

  const speakers: Accessor<Author[]> = createMemo(() => (token()?.mark === "@" ? (colony.timeline(writing.id())?.messages ?? []).map(({ user }) => user).reverse() : []));
  /** Who can read here; null for all, or while it is not known. */
  const membersOf = (): ReadonlySet<string> | null => {
    const at = colony.channel(writing.id());
    const members =
      at?.visibility === "private"
        ? colony
            .team()
            ?.members.members(at.id)
            ?.map(({ user }) => user)
        : at?.members;
    return members ? new Set(members.map(({ id }) => id)) : null;
  };
  const items = createMemo((): Suggestion[] => {
    const now = token();
    if (!now) return [];
    const known = new Map<string, Author>([...colony.people(), ...speakers()].map((person) => [person.username, person]));
    known.delete(colony.me()?.username ?? "");
    const members = membersOf();
    const residents = colony.team()?.residents.agents() ?? [];
    return suggest(now, [...known.values()], {
      lately: [...new Set(speakers().map(({ username }) => username))],
      residents: residents.map(({ username }) => username),
      main: residents.find(({ ready }) => ready)?.username,
      isOutside: ({ id }) => members !== null && !members.has(id),
    });
  });
  const isOpen = () => items().length > 0;
  /** The one that Enter takes: the first as soon as something of it is written, or the one that was gone to. */
  const active = createMemo(() => {
    const at = chosen();
    if (at !== null) return Math.min(at, items().length - 1);
    const now = token();
    return now && now.query !== "" && !(now.mark === "@" && isWhole(now, items())) ? 0 : -1;
  });

  /** Looks at what stands at the cursor. */
  const look = () => {
    const area = box();
    const now = area && document.activeElement === area ? tokenAt(boxOf(area), writing.type()) : null;
    if (now?.from !== closedAt) closedAt = null;
    if (now?.mark === "@" && !token()) colony.readPeople();
    if (now?.from !== token()?.from || now?.query !== token()?.query) setChosen(null);
    setToken(closedAt === null ? now : null);
  };

  const close = () => {
    closedAt = token()?.from ?? null;
    setToken(null);
  };

  const take = (at: number) => {
    const area = box();
    const now = token();
    const item = items()[at];
    if (!area || !now || !item) return;
    setToken(null);
    if (item.kind === "type") {
      apply(area, { from: now.from, to: now.to, text: "" });
      onType(item.type);
    } else apply(area, { from: now.from, to: now.to, text: /^\s/.test(area.value.slice(now.to)) ? item.insert : `${item.insert} ` });
  };

  /** @returns whether the key was for the list */
  const onKey = ({ key, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean => {
    if (!isOpen() || altKey || ctrlKey || metaKey) return false;
    const count = items().length;
    if (key === "ArrowDown") setChosen((active() + 1) % count);
    else if (key === "ArrowUp") setChosen((Math.max(active(), 0) + count - 1) % count);
    else if (key === "Escape") close();
    else if ((key === "Enter" || key === "Tab") && !shiftKey && active() >= 0) take(active());
    else return false;
    return true;
  };

  /** The id of the active one, in a list of that id. */
  const activeId = (list: string) => (active() >= 0 ? optionId(list, active()) : undefined);

  return { items, active, activeId, isOpen, look, close, leave: () => setToken(null), take, onKey };
};

export type Suggestions = ReturnType<typeof createSuggestions>;
