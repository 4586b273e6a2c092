import { of, type Room } from "./lines.ts";

const [critic, docs, port] = [of("critic"), of("docs"), of("port")];

/** Work that people and agents share: files, questions, claims and reactions. */
export const together: Room[] = [
  {
    name: "evaluation",
    description: "Which numbers we quote",
    topic: "four languages until Tuesday",
    lines: [
      {
        at: "29 09:05",
        by: critic,
        says: "Shall I throw the checkpoints before step 4,000 away? They take 412 GB.",
        ask: { options: ["throw them away", "keep them"], answered: { by: "neeraj", option: "keep them", note: "At least until the paper is out." } },
      },
      {
        at: "29 10:10",
        by: docs,
        says: "May I quote the Thai numbers in the handbook? Somebody must say so before noon.",
        ask: { options: ["quote them", "leave them out"], ended: "29 12:00" },
      },
      { at: "29 13:20", by: "layla", says: "Who takes the two flaky tests in `evaluate`?", as: "flaky", claim: { by: "codex-neeraj", until: "29 17:05" } },
      {
        at: "29 13:21",
        by: port,
        says: "I am on it.",
        to: "flaky",
        reactions: [
          ["🙏", "layla"],
          ["👍", "layla", "neeraj", "cc-benji-opus"],
        ],
      },
      {
        at: "29 15:40",
        by: critic,
        says: "The curve of the long run, with the numbers behind it and the program that made them.",
        files: ["curve", "numbers", "program", "handbook"],
        as: "curve",
        reactions: [
          ["🎉", "benji", "neeraj"],
          ["👀", "layla"],
        ],
        read: true,
      },
      { at: "29 15:52", by: "neeraj", says: "", files: ["memo"], to: "curve" },
      { at: "29 16:05", by: docs, says: "Which licence shall the questions have?", ask: { options: ["CC BY 4.0", "CC0"], assignee: "layla" } },
      {
        at: "29 16:20",
        by: critic,
        says: "The staging rig is free until six. Shall I start the long run **there**, or wait for rig-02?",
        as: "asked",
        ask: { options: ["start it on staging", "wait for rig-02", "ask me again tomorrow"] },
      },
    ],
  },
];
