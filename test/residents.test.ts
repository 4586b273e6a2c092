import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Colony, stopAll, until } from "./colony.ts";

let colony: Colony;
let benji: string;
beforeAll(async () => {
  colony = await Colony.start();
  benji = await colony.user("benji", "ape");
});
afterAll(stopAll);

type Message = { id: string; seq: number; content: string; type: string; reply_to: string | null; user: { username: string }; via: string; metadata: any };

/** The answer to a question, once it is whole. */
const answerTo = (channel: string, question: string): Promise<Message> =>
  until(async () => {
    const { body } = await colony.get(`/api/channels/${channel}/messages`, { token: benji });
    return (body as Message[]).find(({ reply_to, metadata }) => reply_to === question && !metadata?.streaming);
  });

describe("a question to a resident agent", () => {
  test("is answered where it is mentioned, in reply to the question, by the server's own road", async () => {
    const question = await colony.say("general", "@grimlock how do we deploy?", {}, benji);
    const answer = await answerTo("general", question.id);
    expect(answer).toMatchObject({ user: { username: "grimlock" }, via: "resident", type: "error" });
  });
});
