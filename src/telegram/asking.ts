import { askInProject, LEADER } from "../agents/chat.ts";
import { residentNamed } from "../agents/direct.ts";
import { stopAnswer } from "../agents/orders.ts";
import { titleOf } from "../channels/conversations.ts";
import { canRead } from "../channels/service.ts";
import { findByRef, readableMessage } from "../messages/find.ts";
import { postMessage } from "../messages/service.ts";
import { channelOf, seqOf } from "../messages/table.ts";
import { bold } from "./markup.ts";
import { type NoteRow, noteAt, watchOf, watchShownBy } from "./store.ts";
import type { InProject, Linked, Press } from "./talk.ts";

/** Says something to an agent of the project, and shows what it answers: to `@engineer …`, else to whoever leads there. `part`: as of `Talk.retry`. */
export const chat = async (talk: InProject, said: string, part?: string): Promise<void> => {
  if (said.trim() === "")
    return void (await talk.say("Write what is to be done: /chat The tests fail, find out why\nTo one of the agents: /chat @engineer Why does main.py fail?"));
  const [, name = "", rest = ""] = /^@([a-z0-9._-]+)[\s,:]+(.+)$/s.exec(said) ?? [];
  const agent = residentCalled(talk, name);
  await ask(talk, talk.project.id, agent ?? LEADER, agent ? rest : said, part);
};

/** A resident agent by its name; undefined for any other name. */
const residentCalled = ({ ctx }: Linked, name: string): string | undefined => ctx.residents.byName(name)?.username;

/** Asks an agent in a project, and shows how its answer grows. */
const ask = async (talk: Linked, project_id: string, agent: string, said: string, part?: string): Promise<void> => {
  const { ctx, actor, chat, retry, say, watches } = talk;
  const { answer: question } = await askInProject(ctx, actor, project_id, residentNamed(ctx, agent), said, retry(part));
  const watched = await watches.watch({ user_no: actor.user.no, chat_id: chat.id, kind: "answer", subject: question.id, within: agent });
  if (!watched) await say(`${bold(agent)} was asked. Too much is shown here at once already: the answer will stand in the project's channel.`);
};

/** Ends what an agent answers. */
export const stopTalk = async ({ ctx, actor, chat }: Linked, { data, done }: Press): Promise<void> => {
  const watch = watchOf(ctx.db, chat.id, data);
  if (watch?.kind !== "answer") return done("It is over.");
  await stopAnswer(ctx, actor, residentNamed(ctx, watch.within), data);
  await done("Stopped");
};

/** Says something in answer to a message of the bot's: to what that told of, where it stands, or to the agent that it shows. @returns false for one that tells of nothing */
export const reply = async (talk: Linked, message_id: number, said: string): Promise<boolean> => {
  const { ctx, actor, chat } = talk;
  const note = noteAt(ctx.db, chat.id, message_id);
  if (note) return answerNote(talk, note, said);
  const watch = watchShownBy(ctx.db, chat.id, message_id);
  if (watch?.kind !== "answer") return false;
  const { channel } = readableMessage(ctx, actor, watch.subject);
  const project = ctx.projects.ofChannel(channel.no);
  if (!project) return false;
  await ask(talk, project.id, watch.within, said);
  return true;
};

const answerNote = async ({ ctx, actor, retry, say }: Linked, { message_key }: NoteRow, said: string): Promise<boolean> => {
  const channel = ctx.channels.byNo(channelOf(message_key));
  if (!channel) return false;
  const parent = canRead(channel, actor.user.no) ? findByRef(ctx.db, channel, String(seqOf(message_key))) : undefined;
  await postMessage(ctx, actor, channel.id, { content: said, ...(parent && { reply_to: parent.id }) }, retry());
  await say(`Said in ${bold(titleOf(ctx, channel, actor.user.no))}.`);
  return true;
};
