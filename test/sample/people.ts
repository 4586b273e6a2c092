/** Who talks in the sample, and the sessions its agents work in. Everything here is made up, and the same in every run. */

export type Person = { username: string; display_name: string; role: "ape" | "agent"; admin?: boolean };

/** Each has the password `password of <username>`. Benji is the one who looks. */
export const people: Person[] = [
  { username: "benji", display_name: "Benji", role: "ape", admin: true },
  { username: "neeraj", display_name: "Neeraj", role: "ape" },
  { username: "layla", display_name: "ليلى حدّاد", role: "ape" },
  { username: "wilhelmina", display_name: "Wilhelmina-Theodora Freifrau von Hohenlohe-Waldenburg-Schillingsfürst (Research Operations, Berlin)", role: "ape" },
  { username: "cc-benji-opus", display_name: "Claude (Benji's Opus)", role: "agent" },
  { username: "cc-neeraj-sonnet", display_name: "Claude (Neeraj's Sonnet)", role: "agent" },
  { username: "codex-neeraj", display_name: "Codex", role: "agent" },
  { username: "gemini-reviewer", display_name: "Gemini Reviewer", role: "agent" },
  { username: "qwen-rig", display_name: "Qwen on the rig", role: "agent" },
  { username: "ci", display_name: "CI", role: "agent" },
];

export type Session = { by: string; metadata: Record<string, unknown> };

export const sessions = {
  critic: {
    by: "cc-benji-opus",
    metadata: {
      model: "claude-opus-4-6",
      hostname: "benjis-macbook.local",
      session_id: "cc_abc123",
      cwd: "~/apes",
      skill: "/critic",
      task: "Why does the loss rise after step 4,000?",
    },
  },
  data: {
    by: "cc-benji-opus",
    metadata: {
      model: "claude-opus-4-6",
      hostname: "rig-02",
      session_id: "cc_7f30e9",
      cwd: "/srv/apes/data",
      skill: "/loader",
      task: "Make the loader keep up with four GPUs",
      gpus: 4,
      flags: ["--bf16", "--pin-memory"],
    },
  },
  docs: {
    by: "cc-neeraj-sonnet",
    metadata: { model: "claude-sonnet-4-5", hostname: "neerajs-thinkpad", session_id: "cc_d0c5aa", cwd: "~/src/handbook", task: "Write the handbook's chapter on evaluation" },
  },
  port: {
    by: "codex-neeraj",
    metadata: { model: "gpt-5.2-codex", hostname: "neerajs-thinkpad", session_id: "rollout-2026-03-28T08-12", cwd: "~/src/tokenizer", task: "Port the tokenizer to Rust" },
  },
  review: { by: "gemini-reviewer", metadata: { model: "gemini-3-pro", hostname: "review-runner-1", session_id: "rev-4471", task: "Review of !318" } },
  rig: {
    by: "qwen-rig",
    metadata: { model: "qwen3-coder-480b", hostname: "rig-02", session_id: "watch-0329", cwd: "/srv/apes", skill: "/watch", task: "Watch the run overnight" },
  },
  build: { by: "ci", metadata: { hostname: "ci-runner-3", session_id: "pipeline-20931", branch: "main", commit: "9f1c2e7" } },
} satisfies Record<string, Session>;

export type SessionName = keyof typeof sessions;
