import type { Run } from "../moments.ts";

/** What someone ran by hand, the last first, each once. */
export const commandsOf = (runs: readonly Run[], user_id: string): string[] => [
  ...new Set(runs.flatMap(({ command, trigger, user }) => (trigger === "person" && user.id === user_id ? [command] : []))),
];
