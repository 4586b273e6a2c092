import { type Colony, until } from "./colony.ts";

type Question = { id: string; seq: number; channel_id: string };

/** The answer of a resident agent to a question, once it is whole, as `token` reads it. */
export const answerTo = (colony: Colony, { id, seq, channel_id }: Question, token = colony.admin): Promise<any> =>
  until(async () => {
    const { body } = await colony.get(`/api/channels/${channel_id}/messages?after_seq=${seq}`, { token });
    return body.find(({ reply_to, via, metadata }: any) => reply_to === id && via === "resident" && !metadata?.streaming);
  });

/** The answer of a resident agent to a question while it grows, as soon as it is there with such words. */
export const growingTo = (colony: Colony, { id, seq, channel_id }: Question, words = "", token = colony.admin): Promise<any> =>
  until(async () => {
    const { body } = await colony.get(`/api/channels/${channel_id}/messages?after_seq=${seq}`, { token });
    return body.find(({ reply_to, metadata, content }: any) => reply_to === id && metadata?.streaming && content.includes(words));
  });

/** Says something in a direct conversation. @returns the message */
export const whisper = async (colony: Colony, token: string, to: string | string[], content: string, more: Record<string, unknown> = {}) => {
  const { status, body } = await colony.post("/api/dms", { ...(typeof to === "string" ? { user: to } : { users: to }), content, ...more }, { token });
  if (status !== 201) throw new Error(`Not said: ${JSON.stringify(body)}`);
  return body;
};

/** Makes a private channel of `token`'s user and others. @returns it */
export const closedChannel = async (colony: Colony, token: string, name: string, members: string[], more: Record<string, unknown> = {}) => {
  const { status, body } = await colony.post("/api/channels", { name, visibility: "private", members, ...more }, { token });
  if (status !== 201) throw new Error(`Not made: ${JSON.stringify(body)}`);
  return body;
};

/** The lines of a prompt that stand outside of fences, as CommonMark reads them: what passes for the server's own words. */
export const ownLines = (prompt: string): string[] => {
  const lines: string[] = [];
  let fence = "";
  for (const line of prompt.split(/\r\n|[\n\r\u2028\u2029]/)) {
    const [, run = "", rest = ""] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (fence === "" && run !== "") fence = run;
    else if (fence === "") lines.push(line);
    else if (run.startsWith(fence) && rest.trim() === "") fence = "";
  }
  return lines;
};

/** Tokens of a text as the server counts them: a third of its bytes. */
export const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / 3);
