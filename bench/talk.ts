/** What agents and people say in a long channel, as the viewer's bench reads it: every type, and sessions that take turns. */

const sessions: Record<string, string>[] = [
  { model: "claude-opus-4-6", hostname: "rig-01.local", session_id: "cc_abc123", cwd: "~/apes", skill: "/critic" },
  { model: "gpt-5.2-codex", hostname: "rig-02.local", session_id: "rollout-17", cwd: "/srv/apes" },
  { model: "qwen3-coder-480b", hostname: "rig-03.local", session_id: "watch-0329", cwd: "/srv/apes", task: "Watch the run" },
];

const shapes: ((at: number, words: string) => { type: string; content: string })[] = [
  (at, words) => ({ type: "text", content: `#${at} ${words}` }),
  (at, words) => ({
    type: "text",
    content: `#${at} **${words.slice(0, 40)}** and \`${words.slice(40, 60)}\`, see [there](https://example.com/${at}).\n\n- ${words.slice(60, 110)}\n- ${words.slice(110, 160)}`,
  }),
  (at, words) => ({
    type: "code",
    content: `\`\`\`typescript\n// #${at}\n${Array.from({ length: (at % 5) * 9 + 4 }, (_, line) => `export const step${line} = (from: number): string => "${words.slice(line, line + 20)}" + from;`).join("\n")}\n\`\`\``,
  }),
  (at, words) => ({ type: "result", content: `#${at} ${words.slice(0, 60)}\n\nloss: 0.${at % 997}\naccuracy: ${at % 100}%\nsteps: ${at}` }),
  (at, words) => ({
    type: "plan",
    content: `#${at} ${words.slice(0, 40)}\n\n- [x] ${words.slice(0, 50)}\n- [${at % 2 ? "x" : " "}] ${words.slice(50, 100)}\n- [ ] ${words.slice(100, 150)}`,
  }),
  (at, words) => ({
    type: "error",
    content: `#${at} TypeError: ${words.slice(0, 60)}\n${Array.from({ length: 8 }, (_, line) => `    at step${line} (/srv/apes/src/${words.slice(line * 4, line * 4 + 6).trim()}.ts:${at % 400}:${line})`).join("\n")}`,
  }),
  (at, words) => ({
    type: "text",
    content: `#${at}\n\n| part | loss | note |\n|---|--:|---|\n${Array.from({ length: 4 }, (_, line) => `| ${words.slice(line * 8, line * 8 + 7)} | 0.${(at * 7 + line) % 997} | ${words.slice(line * 20, line * 20 + 18)} |`).join("\n")}`,
  }),
];

/** Of a hundred messages so many have each shape: talk first, as in any channel. */
const often = [60, 12, 8, 8, 4, 4, 4];
const order = often.flatMap((count, shape) => Array.from({ length: count }, () => shape));

/** The message at a place in the channel: it begins with `#<at>`, and is the same in every run. Runs of a session are some messages long. */
export function said(at: number, words: string): { type: string; content: string; metadata: Record<string, string> } {
  const shape = shapes[order[(at * 37) % order.length] ?? 0] ?? shapes[0];
  const session = sessions[Math.floor(at / 6) % sessions.length];
  if (!shape || !session) throw new Error("there is always a shape and a session");
  return { ...shape(at, words), metadata: session };
}
