export type Command = "next" | "previous" | "reply" | "edit" | "details" | "write" | "leave";

const commands: Record<string, Command> = { j: "next", k: "previous", r: "reply", e: "edit", i: "details", c: "write", Escape: "leave" };

const writes = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu]") !== null;

/** The command a key stands for; none while someone writes, in a dialog, or with a modifier, which is the browser's. */
export const commandOf = (event: KeyboardEvent): Command | undefined =>
  event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writes(event.target) ? undefined : commands[event.key];
