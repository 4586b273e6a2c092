import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { Readable } from "node:stream";
import { IMPORT_FETCH_TIME } from "../limits.ts";
import { addressesOf, onlyThese, resolveHost } from "../webhooks/addresses.ts";
import type { Linked } from "./posts.ts";

/**
 * The bytes of a file that an export only links to. The host's addresses are held to be of the internet and connected to and no others; no redirect
 * is followed: to who may not read a file Slack shows its page for signing in.
 * @throws Error that says why not; never with the address, which holds a token
 */
export const fetchFile = async ({ urls, size, html }: Linked, allowPrivate: boolean, most: number): Promise<ReadableStream<Uint8Array>> => {
  if (size > most) throw new Error(`It is ${size} bytes, and files here are at most ${most} (COLONY_MAX_UPLOAD).`);
  const target = new URL(urls[0] ?? "");
  const over = AbortSignal.timeout(IMPORT_FETCH_TIME);
  const answer = await ask(target, await addressesOf(target, allowPrivate, resolveHost), over);
  const { statusCode = 0, headers } = answer;
  const page = !html && /^text\/html\b/.test(headers["content-type"] ?? "");
  if (statusCode !== 200 || page) {
    answer.destroy();
    throw new Error(
      page || (statusCode >= 300 && statusCode < 400)
        ? "Slack asked to sign in: the token in the export's links is no longer good. Make a new export."
        : `Slack answered ${statusCode}.`,
    );
  }
  over.addEventListener("abort", () => answer.destroy(new Error(`It did not come within ${IMPORT_FETCH_TIME / 1000} s.`)), { once: true });
  return Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>;
};

const ask = (target: URL, addresses: string[], over: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { get } = target.protocol === "https:" ? https : http;
    const asked = get(target, { agent: false, lookup: onlyThese(addresses) }, resolve);
    asked.on("error", reject);
    over.addEventListener("abort", () => asked.destroy(new Error(`No answer within ${IMPORT_FETCH_TIME / 1000} s.`)), { once: true });
  });
