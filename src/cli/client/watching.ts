import type { Static } from "@sinclair/typebox";
import { CLIENT_FOLLOW_AGAIN, CLIENT_POLL_SECONDS, CLIENT_RUN_LOST } from "../../limits.ts";
import type { RunOutput } from "../../runs/model.ts";
import type { RunWire } from "../../runs/wire.ts";
import { CommandError } from "../failure.ts";
import { nap } from "./live.ts";
import type { Workplace } from "./project.ts";
import { say } from "./say.ts";
import { ApiError, type Asked, ConnectionError } from "./server.ts";

export type Page = Static<typeof RunOutput>;
export type Run = RunWire;

const forever = new AbortController().signal;

/**
 * Asks until it is answered, while the server is away or starts anew, for as long as `patience` (ms). What cannot come true
 * by waiting is thrown at once.
 * A POST is to have its key.
 * @param meanwhile what goes on at the server all the same, and how to come back to it
 * @throws CommandError
 */
export const askOn = async <T>(
  { server }: Pick<Workplace, "server">,
  path: string,
  { method = "GET", ...asked }: Asked & { method?: "GET" | "POST" },
  meanwhile: string,
  patience: number = CLIENT_RUN_LOST,
): Promise<T> => {
  const since = performance.now();
  let pause: number = CLIENT_FOLLOW_AGAIN.first;
  for (let told = false; ; ) {
    try {
      const answer = await server.call<T>(method, path, { ...asked, once: true });
      if (told) say.note("Connected again.");
      return answer;
    } catch (error) {
      const passing = error instanceof ConnectionError || (error instanceof ApiError && (error.status >= 500 || error.status === 429));
      if (!passing) throw error;
      if (performance.now() - since > patience) throw new CommandError(`${error.message} ${meanwhile}`);
      if (!told) say.note(`${server.access.url} does not answer; trying on. ${meanwhile}`);
      told = true;
      await nap(error instanceof ApiError && error.retryAfter !== null ? error.retryAfter * 1000 : pause, forever);
      pause = Math.min(CLIENT_FOLLOW_AGAIN.most, pause * 2);
    }
  }
};

/** What a run writes, page by page from its beginning until it is done: each line once, whatever happens to the connection. `patience`: seconds that one page may be waited for. */
export async function* pagesOf(work: Workplace, id: string, patience = CLIENT_POLL_SECONDS): AsyncGenerator<Page> {
  // How it stands is asked first: one that waits for its turn says nothing for long.
  for (let after_seq = 0, wait = 0; ; wait = patience) {
    const query = { after_seq, wait };
    const page = await askOn<Page>(work, `${work.at}/runs/${encodeURIComponent(id)}/output`, { query }, `The run goes on: colony logs -f ${id}`);
    yield page;
    after_seq = page.next_seq;
    if (page.done) return;
  }
}
