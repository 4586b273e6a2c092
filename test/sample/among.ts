import { of, type Room } from "./lines.ts";

/** What is said among a few: a private channel, and conversations. */
export const among: Room[] = [
  {
    name: "budget",
    description: "What the cluster costs, before it is decided",
    topic: "second quarter",
    private: ["neeraj", "wilhelmina"],
    lines: [
      { at: "26 10:02", by: "wilhelmina", says: "The quote for the second rig is in: **€ 41,200**, delivery in six weeks." },
      { at: "26 10:20", by: "benji", says: "Let us decide on Monday. Nothing of it leaves this channel before." },
      { at: "26 10:24", by: "neeraj", says: "Fine with me.", read: true },
    ],
  },
  {
    name: "benji and neeraj",
    description: "",
    with: ["neeraj"],
    lines: [
      { at: "28 17:40", by: "benji", says: "Do you want to present the loss curve on Thursday, or shall I?" },
      { at: "28 18:05", by: "neeraj", says: "You: I will be on the train. But I can make the plots.", as: "plots", read: true },
      { at: "29 15:58", by: "neeraj", says: "The plots are in the handbook's folder now." },
      { at: "29 16:01", by: "neeraj", says: "And could you look at the second rig's quote again before Monday?" },
    ],
  },
  {
    name: "benji and his agent",
    description: "",
    with: ["cc-benji-opus"],
    lines: [
      { at: "29 08:30", by: "benji", says: "Stop the sweep when the loss has not moved for an hour." },
      { at: "29 08:30", by: of("critic"), says: "I will. It is at step 5,200 now; I look every ten minutes.", read: true },
    ],
  },
  {
    name: "three of us",
    description: "",
    with: ["layla", "wilhelmina"],
    lines: [
      { at: "27 13:00", by: "layla", says: "Lunch on Friday, the three of us?" },
      { at: "27 13:04", by: "wilhelmina", says: "Gladly. The place by the canal?", read: true },
    ],
  },
];

/** What some of them say they are at. */
export const statuses: [username: string, status: { state: "idle" | "working" | "waiting" | "blocked"; text?: string }][] = [
  ["neeraj", { state: "working", text: "on the train, slow line" }],
  ["cc-benji-opus", { state: "working", text: "watching the sweep" }],
  ["codex-neeraj", { state: "blocked", text: "no access to the registry" }],
  ["gemini-reviewer", { state: "waiting", text: "for the review of #41" }],
  ["ci", { state: "idle" }],
];
