import { createSignal, onCleanup, onMount } from "solid-js";
import type { Place } from "./route.ts";
import { store, stored } from "./stored.ts";

type Page = Place["page"];

export type Command =
  | "switcher"
  | "keys"
  | "leave"
  | "inbox"
  | "search"
  | "message"
  | "home"
  | "settings"
  | "back"
  | "next-unread"
  | "previous-unread"
  | "next-channel"
  | "previous-channel"
  | "next"
  | "previous"
  | "reply"
  | "edit"
  | "details"
  | "thread"
  | "write"
  | "copy"
  | "react"
  | "questions"
  | "agents"
  | "answer"
  | "unread"
  | "newest"
  | "oldest"
  | "open"
  | "done";

export type Key = {
  command: Command;
  /** Each of these does it: a key, behind its modifiers (`Mod` is Ctrl, or ⌘ on a Mac), or two keys one after the other. */
  strokes: readonly string[];
  /** These do it too while a message has the focus. */
  onRow?: readonly string[];
  /** The strokes as the sheet of keys tells them, where they are many of a kind. */
  told?: readonly string[];
  group: "Anywhere" | "Go to" | "Messages" | "Inbox" | "Questions" | "Search";
  words: string;
  /** Where it works; everywhere when left out. */
  page?: Page;
  /** It works while someone writes, too. */
  writing?: true;
};

const digits = [..."123456789"];

/** Every key of the page: what it does and how the sheet of keys tells of it. What stands here works, and nothing else does. */
export const table: readonly Key[] = [
  { group: "Anywhere", command: "switcher", strokes: ["Mod+k"], words: "Go to a channel, find a person, run a command", writing: true },
  { group: "Anywhere", command: "search", strokes: ["/"], words: "Search what was said" },
  { group: "Anywhere", command: "keys", strokes: ["?"], words: "Show these keys" },
  { group: "Anywhere", command: "leave", strokes: ["Escape"], words: "Close what is open; show all messages again" },
  { group: "Go to", command: "next-channel", strokes: ["Alt+ArrowDown"], words: "The next channel", writing: true },
  { group: "Go to", command: "previous-channel", strokes: ["Alt+ArrowUp"], words: "The previous channel", writing: true },
  { group: "Go to", command: "next-unread", strokes: ["Alt+Shift+ArrowDown"], words: "The next channel with something unread", writing: true },
  { group: "Go to", command: "next-unread", strokes: ["g n"], words: "The next channel with something unread" },
  { group: "Go to", command: "previous-unread", strokes: ["Alt+Shift+ArrowUp"], words: "The previous channel with something unread", writing: true },
  { group: "Go to", command: "back", strokes: ["g p"], words: "The channel you were in before" },
  { group: "Go to", command: "home", strokes: ["g g", "g h"], words: "#general, or the first channel" },
  { group: "Go to", command: "inbox", strokes: ["g i"], words: "The inbox" },
  { group: "Go to", command: "message", strokes: ["g m"], words: "Someone, to write to them" },
  { group: "Go to", command: "questions", strokes: ["g q"], words: "What you are asked" },
  { group: "Go to", command: "agents", strokes: ["g a"], words: "The agents of this server" },
  { group: "Go to", command: "settings", strokes: ["g s"], words: "The settings" },
  { group: "Messages", page: "channel", command: "next", strokes: ["j"], onRow: ["ArrowDown"], words: "The next message" },
  { group: "Messages", page: "channel", command: "previous", strokes: ["k"], onRow: ["ArrowUp"], words: "The previous message" },
  { group: "Messages", page: "channel", command: "newest", strokes: ["G", "g e"], words: "The newest message" },
  { group: "Messages", page: "channel", command: "oldest", strokes: ["g t"], words: "The first message" },
  { group: "Messages", page: "channel", command: "unread", strokes: ["u"], words: "The first unread message" },
  { group: "Messages", page: "channel", command: "write", strokes: ["c"], onRow: ["Enter"], words: "Write" },
  { group: "Messages", page: "channel", command: "reply", strokes: ["r"], words: "Reply to the message" },
  { group: "Messages", page: "channel", command: "edit", strokes: ["e"], words: "Edit the message, if it is yours" },
  { group: "Messages", page: "channel", command: "thread", strokes: ["t"], words: "Show the message with all that answers it" },
  { group: "Messages", page: "channel", command: "react", strokes: [":"], words: "React to the message" },
  { group: "Messages", page: "channel", command: "details", strokes: ["i"], words: "Show the message's details" },
  { group: "Messages", page: "channel", command: "copy", strokes: ["y"], words: "Copy the message's text" },
  { group: "Inbox", page: "inbox", command: "next", strokes: ["j"], onRow: ["ArrowDown"], words: "The next of what waits" },
  { group: "Inbox", page: "inbox", command: "previous", strokes: ["k"], onRow: ["ArrowUp"], words: "The previous of what waits" },
  { group: "Inbox", page: "inbox", command: "open", strokes: ["o"], onRow: ["Enter"], words: "Open it where it was said" },
  { group: "Inbox", page: "inbox", command: "done", strokes: ["e"], words: "Done up to here" },
  { group: "Questions", page: "questions", command: "answer", strokes: digits, told: ["1…9"], words: "Answer with that option" },
  { group: "Questions", page: "questions", command: "next", strokes: ["j"], onRow: ["ArrowDown"], words: "The next question" },
  { group: "Questions", page: "questions", command: "previous", strokes: ["k"], onRow: ["ArrowUp"], words: "The previous question" },
  { group: "Questions", page: "questions", command: "open", strokes: ["o"], onRow: ["Enter"], words: "Open it where it was asked" },
  { group: "Search", page: "search", command: "next", strokes: ["j"], onRow: ["ArrowDown"], words: "The next of what was found" },
  { group: "Search", page: "search", command: "previous", strokes: ["k"], onRow: ["ArrowUp"], words: "The one before" },
  { group: "Search", page: "search", command: "open", strokes: ["o"], onRow: ["Enter"], words: "Open it where it stands" },
];

/** Milliseconds that the first of two keys waits for the second. */
const PREFIX_TIME = 1_500;
const STORED = "colony.letters";

export const apple = /Mac|iPhone|iPad/.test(navigator.platform);
const firsts = new Set(table.flatMap(({ strokes }) => strokes.filter((stroke) => stroke.includes(" ")).map((stroke) => stroke.split(" ")[0])));

/** The first key of two that was pressed and waits for the second. */
const [prefix, setPrefix] = createSignal<string | null>(null);
const [letters, keepLetters] = createSignal(stored(STORED) !== "off");

export { letters, prefix };

/** Switches keys of a single character on or off: who speaks to the machine, or has a cat, can do without them. */
export const setLetters = (on: boolean): void => {
  keepLetters(on);
  store(STORED, on ? null : "off");
};

/** Whether a stroke begins with a bare character, which writing by voice or a slip of the hand makes too. */
export const isLetter = (stroke: string): boolean => stroke.split(" ")[0]?.length === 1;

const fields = "input, textarea, select, [contenteditable]";
const layers = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";

/** A key with its modifiers; undefined for those alone and for what is the system's. A letter of another script stands for the one on its cap. */
const chordOf = ({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string | undefined => {
  const [mod, foreign] = apple ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  if (foreign || ["Shift", "Control", "Alt", "Meta", "AltGraph"].includes(key)) return undefined;
  const cap = key.length === 1 && key > "~" ? /^Key(.)$/.exec(code)?.[1] : undefined;
  const character = cap ? (shiftKey ? cap : cap.toLowerCase()) : key;
  const name = mod ? character.toLowerCase() : character;
  const shift = shiftKey && (mod || name.length > 1);
  return [mod && "Mod", altKey && "Alt", shift && "Shift", name].filter(Boolean).join("+");
};

const read = new WeakMap<KeyboardEvent, string | undefined>();
let waiting: ReturnType<typeof setTimeout> | undefined;

const wait = (first: string | null) => {
  clearTimeout(waiting);
  setPrefix(first);
  if (first !== null) waiting = setTimeout(() => setPrefix(null), PREFIX_TIME);
};

/** What was pressed, with the key before it where that waited for this one. Asked by many of one event, it answers each alike. */
const strokeOf = (event: KeyboardEvent, writing: boolean): string | undefined => {
  if (read.has(event)) return read.get(event);
  let stroke = chordOf(event);
  if (stroke !== undefined) {
    const first = prefix();
    wait(null);
    if (first !== null && !writing) stroke = `${first} ${stroke}`;
    else if (firsts.has(stroke) && !writing && !event.repeat && letters()) {
      wait(stroke);
      stroke = undefined;
    }
  }
  read.set(event, stroke);
  return stroke;
};

/** The command a key stands for on a page; none in a dialog or menu, when something else took it, or what is written is meant. */
export const commandOf = (event: KeyboardEvent, page: Page = "channel"): Command | undefined => {
  if (event.defaultPrevented || event.isComposing) return undefined;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(`${layers}, select`) || document.querySelector("[role=dialog], [role=alertdialog]")) return undefined;
  const writing = target?.closest(fields) != null;
  const stroke = strokeOf(event, writing);
  if (stroke === undefined || (isLetter(stroke) && !letters())) return undefined;
  const row = target?.matches("article, [data-row]");
  const means = (key: Key): boolean =>
    (key.page === undefined || key.page === page) && (!writing || key.writing === true) && (key.strokes.includes(stroke) || (row === true && key.onRow?.includes(stroke) === true));
  return table.find(means)?.command;
};

/** Does what the keys of a page stand for, while the caller stands. */
export const createKeys = (page: () => Page, acts: Partial<Record<Command, (event: KeyboardEvent) => void>>): void => {
  const onKey = (event: KeyboardEvent) => {
    const command = commandOf(event, page());
    const act = command && acts[command];
    if (!act) return;
    event.preventDefault();
    act(event);
  };
  onMount(() => {
    document.addEventListener("keydown", onKey);
    onCleanup(() => document.removeEventListener("keydown", onKey));
  });
};

const caps: Record<string, string> = {
  Mod: apple ? "⌘" : "Ctrl",
  Alt: apple ? "⌥" : "Alt",
  Shift: apple ? "⇧" : "Shift",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};

/** A stroke as it stands on the caps of this machine's keyboard: the keys held together, one such list after the other. */
export const capsOf = (stroke: string): string[][] =>
  stroke.split(" ").map((chord) => chord.split("+").map((key) => caps[key] ?? (chord.includes("+") && key.length === 1 ? key.toUpperCase() : key)));

/** The first stroke of a command in a few characters, as beside a menu's item. */
export const keysOf = (command: Command): string => {
  const stroke = table.find((key) => key.command === command)?.strokes[0] ?? "";
  return capsOf(stroke)
    .map((chord) => chord.join(apple ? "" : "+"))
    .join(" ");
};
