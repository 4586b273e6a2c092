import type { User } from "../accounts/directory.ts";
import type { Channel } from "../channels/directory.ts";
import type { Context } from "../context.ts";
import type { Section } from "../knowledge/service.ts";
import { LATER_MESSAGES, PLACE_CHARACTERS, PROMPT_PART_MIN, PROMPT_SHARES, QUESTION_TOKENS_MIN } from "../limits.ts";
import { findByRef } from "../messages/find.ts";
import { newestFirst } from "../messages/history.ts";
import { readThread } from "../messages/service.ts";
import { seqOf } from "../messages/table.ts";
import { estimateTokens, fenced, transcriptEntry } from "../messages/transcript.ts";
import type { Message } from "../messages/wire.ts";
import { Slice } from "../turns.ts";
import type { Citations } from "./citations.ts";
import type { Crew } from "./crew/crew.ts";
import { entryWithin, isGrowing, plain, sectionEntry, sectionTokens } from "./entries.ts";
import house from "./house.md" with { type: "text" };
import type { Persona } from "./persona.ts";
import bench from "./project.md" with { type: "text" };
import type { Resident } from "./residents.ts";
import { projectText } from "./workbench.ts";

/** A question as it is put: by whose right, where, to whom. `answer_seq`: of the message that is being written for it, if there is one. `crew`: of who leads it. */
export type Put = { agent: Resident; asker: User; channel: Channel; question: Message; answer_seq: number | null; crew: Crew | null };

/** What an agent is told of itself and of the house: the same for every question in a project, and for every other, so that providers' caches hold it. */
export const systemText = ({ username, display_name, text }: Persona, inProject = false): string =>
  `${text.trim()}\n\n${inProject ? `${bench.trim()}\n\n` : ""}${house.replaceAll("{username}", username).replaceAll("{display_name}", display_name).trim()}\n`;

/** What differs for an asker by their job. */
const jobs: ReadonlyMap<string, string> = new Map([
  ["engineer", "An engineer: give exact commands, file names and versions, and the trade-offs. Leave out what any engineer knows."],
  ["bd", "Works in business development: say what it means for customers and deals. No jargon, no code."],
  ["exec", "An executive: the outcome first, then the decision that is needed and the figure that matters. Three sentences, unless more is asked for."],
  ["admin", "Looks after how the company and this server run: say what it means for operations and policy, who may do what, and the steps."],
]);

/** Tokens of headings, notes and blank lines around what is quoted. */
const HEADINGS_TOKENS = 150;
/** Tokens that a short message takes with its header, to guess how many fit. */
const SHORT_MESSAGE_TOKENS = 40;

/**
 * What a model is asked with: who asks, where and when, sections of documents, the thread and the conversation, newest first
 * as far as there is room, and the question last. Whatever somebody wrote stands in a fence that it cannot close.
 * With `system` it keeps to COLONY_LLM_CONTEXT_TOKENS; what is too long is cut with a mark.
 */
export const promptText = async (ctx: Context, put: Put, system: string, documents: Section[], citations: Citations): Promise<string> => {
  const frame = `${whoAsks(ctx, put)}\n\n${where(ctx, put)}\n\n${when(ctx.clock())}`;
  const whole = ctx.config.models.contextTokens;
  const room = Math.max(whole - estimateTokens(system), whole * PROMPT_PART_MIN) - estimateTokens(frame) - HEADINGS_TOKENS;
  const most = (part: keyof typeof PROMPT_SHARES, left = room) => Math.max(0, Math.min(left, Math.floor(room * PROMPT_SHARES[part])));
  // The question comes before all else that there is room for, and takes of the room what all else leaves.
  const least = Math.max(most("question"), QUESTION_TOKENS_MIN);
  let left = room - Math.min(least, estimateTokens(transcriptEntry(ctx, put.question)));
  const sections = documentsWithin(documents, citations, most("documents", left));
  left -= estimateTokens(sections);
  const project = ctx.projects.ofChannel(put.channel.no);
  const workbench = project ? await projectText(ctx, project, put.asker, most("project", left)) : "";
  left -= estimateTokens(workbench);
  const begun = put.crew?.told(most("begun", left)) ?? "";
  left -= estimateTokens(begun);
  const thread = entriesWithin(ctx, threadOf(ctx, put), most("thread", left), most("message"));
  left -= thread.tokens;
  const conversation = await conversationWithin(ctx, put, new Set(thread.seqs), left, most("message"));
  left -= estimateTokens(conversation);
  const question = entryWithin(ctx, put.question, least + Math.max(0, left));
  const parts = [
    frame,
    workbench && `# The project\n${workbench}`,
    sections && `# Documents that may hold the answer\nEach under its number, for citing.\n\n${sections}`,
    conversation && `# The conversation before the question\n${conversation}`,
    thread.text && `# The thread in which the question stands\n${thread.text}`,
    begun && `# What was done on the question before\n${begun}`,
    `# The question\n${question.trimEnd()}`,
    "Answer this question now.",
  ];
  return plain(parts.filter(Boolean).join("\n\n"));
};

const whoAsks = (ctx: Context, { asker, question }: Put): string => {
  const person = (username: string, role: string) => `@${username} (${role === "ape" ? "a person" : "an agent"})`;
  const author = ctx.users.find(question.user.id);
  const who =
    author && author.no !== asker.no
      ? `${person(author.username, author.role)}, who is answering ${person(asker.username, asker.role)}: it is by the right of the latter, and for them.`
      : `${person(asker.username, asker.role)}.`;
  const fits = jobs.get(asker.job?.trim().toLowerCase() ?? "");
  const words = [`name: ${asker.display_name}`, ...(asker.job && !fits ? [`job: ${asker.job}`] : [])].join("\n");
  return `# Who asks\n${who}\nHow @${asker.username} is called, in their own words:\n${fenced(words)}${fits ? `\n${fits}` : ""}`;
};

const where = (ctx: Context, { agent, channel }: Put): string => {
  if (channel.visibility === "direct") {
    const others = [...channel.members].filter((no) => no !== agent.user_no).map((no) => `@${ctx.users.author(no).username}`);
    return `# Where\nA direct conversation of you and ${others.join(", ")}. Nobody else reads it.`;
  }
  const readers = channel.visibility === "public" ? "which everyone signed in can read" : `which its ${channel.members.size} members can read`;
  const words = [channel.topic, channel.description].filter((text) => text !== "").join("\n");
  const about = words === "" ? "" : `\nWhat it is for, in its members' words:\n${fenced(words.length > PLACE_CHARACTERS ? `${words.slice(0, PLACE_CHARACTERS)} […]` : words)}`;
  return `# Where\nThe channel #${channel.name}, ${readers}.${about}`;
};

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const when = (now: Date): string => `# When\n${now.toISOString().slice(0, 16).replace("T", " ")} UTC, ${weekdays[now.getUTCDay()]}.`;

/** Tokens below which a section that is cut would say nothing. */
const SECTION_TOKENS_MIN = 100;

/** Sections in the order given, each under its number, as many as fit; the first is cut rather than left out, where there is room for something of it. */
const documentsWithin = (documents: Section[], citations: Citations, tokens: number): string => {
  let text = "";
  if (tokens < SECTION_TOKENS_MIN) return text;
  for (const section of documents) {
    const left = tokens - estimateTokens(text);
    // A section that is not shown takes no number: what is cited was read.
    if (text === "" || sectionTokens(section) <= left) text += sectionEntry(citations, section, left);
  }
  return text.trimEnd();
};

/** The thread of a question before it: what it answers directly, then the newest. */
const threadOf = (ctx: Context, { asker, channel, question }: Put): Message[] => {
  if (question.reply_to === null) return [];
  const [root] = readThread(ctx, { user: asker }, channel.id, question.id);
  const thread = root ? readThread(ctx, { user: asker }, channel.id, root.id) : [];
  const before = thread.filter((message) => message.seq < question.seq && message.deleted_at === null && !isGrowing(message));
  return before.sort((one, other) => Number(other.id === question.reply_to) - Number(one.id === question.reply_to) || other.seq - one.seq);
};

type Entries = { text: string; tokens: number; seqs: number[] };

/** Messages in the order in which they are wanted, until one does not fit; given in the order in which they were said. */
const entriesWithin = (ctx: Context, messages: Iterable<Message>, tokens: number, each: number): Entries => {
  const entries: { seq: number; text: string; tokens: number }[] = [];
  let left = tokens;
  for (const message of messages) {
    const text = entryWithin(ctx, message, each);
    const cost = estimateTokens(text);
    if (cost > left) break;
    left -= cost;
    entries.push({ seq: message.seq, text, tokens: cost });
  }
  entries.sort((one, other) => one.seq - other.seq);
  return {
    text: entries
      .map(({ text }) => text)
      .join("")
      .trimEnd(),
    tokens: tokens - left,
    seqs: entries.map(({ seq }) => seq),
  };
};

/** The newest of a conversation that fit: answers to what was asked before, where they came while the question waited, and all that was said before it. */
const conversationWithin = async (ctx: Context, put: Put, shown: Set<number>, tokens: number, each: number): Promise<string> => {
  const { channel } = put;
  const slice = new Slice();
  const entries: string[] = [];
  let left = tokens;
  let older = false;
  for (const message of saidBefore(ctx, put, Math.ceil(Math.max(0, tokens) / SHORT_MESSAGE_TOKENS))) {
    if (slice.over) await slice.next();
    if (message.deleted_at !== null || shown.has(message.seq) || isGrowing(message)) continue;
    const text = entryWithin(ctx, message, each);
    const cost = estimateTokens(text);
    older = cost > left;
    if (older) break;
    left -= cost;
    entries.push(text);
  }
  if (entries.length === 0) return "";
  const note = older ? `Older messages of ${channel.visibility === "direct" ? "this conversation" : `#${channel.name}`} are left out for room.\n\n` : "";
  return `${note}${entries.reverse().join("").trimEnd()}`;
};

function* saidBefore(ctx: Context, { channel, question, answer_seq }: Put, likely: number): Generator<Message> {
  const later: Message[] = [];
  for (const message of newestFirst(ctx, channel, question.seq, LATER_MESSAGES)) {
    if (later.length === LATER_MESSAGES) break;
    later.push(message);
  }
  for (const message of later) {
    const { seq, via, reply_to, type } = message;
    if (via !== "resident" || seq === answer_seq || reply_to === null || type === "error") continue;
    const asked = findByRef(ctx.db, channel, reply_to);
    if (asked && seqOf(asked.key) < question.seq) yield message;
  }
  yield* newestFirst(ctx, channel, 0, likely, question.seq);
}
