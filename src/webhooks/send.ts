import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { WEBHOOK_RESPONSE_BYTES, WEBHOOK_TIME } from "../limits.ts";
import { addressesOf, onlyThese, type Resolve, resolveHost } from "./addresses.ts";

/** What came of one try. `status` null: no answer; then `error` says why. `ms`: how long it took. */
export type Outcome = { ok: boolean; status: number | null; error: string | null; response: string | null; ms: number };

export type Sending = { url: string; headers: Record<string, string>; body: string; allowPrivate: boolean; signal: AbortSignal };

/** What a test puts in the place of the world: who resolves names, whose certificates are trusted, how long one waits (ms). */
export type World = { resolve?: Resolve; ca?: string; time?: number };

/**
 * Posts a body, once, to an address that was checked: the host is resolved here, all its addresses are held to be of the
 * internet, and the connection goes to those and no others, with the host's own name for Host and TLS. No redirect is
 * followed and no proxy asked.
 * @returns what came of it; it never throws
 */
export const send = async ({ url, headers, body, allowPrivate, signal }: Sending, { resolve = resolveHost, ca, time = WEBHOOK_TIME }: World = {}): Promise<Outcome> => {
  const started = performance.now();
  const outcome = (more: Partial<Outcome>): Outcome => ({ ok: false, status: null, error: null, response: null, ms: Math.round(performance.now() - started), ...more });
  const over = AbortSignal.any([signal, AbortSignal.timeout(time)]);
  try {
    const target = new URL(url);
    const addresses = await before(over, addressesOf(target, allowPrivate, resolve));
    const { status, response } = await before(over, post(target, addresses, headers, body, over, ca));
    const redirect = status >= 300 && status < 400;
    return outcome({ ok: status >= 200 && status < 300, status, response, error: redirect ? "It answered with a redirect, which is not followed." : null });
  } catch (error) {
    if (over.aborted) return outcome({ error: signal.aborted ? "The server was stopping." : `No answer within ${time / 1000} s.` });
    return outcome({ error: error instanceof Error ? error.message.slice(0, 300) : String(error) });
  }
};

/** Waits for `work`, but no longer than until `over`. */
const before = <T>(over: AbortSignal, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(over.reason);
    if (over.aborted) return stop();
    over.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => over.removeEventListener("abort", stop));
  });

const post = (target: URL, addresses: string[], headers: Record<string, string>, body: string, over: AbortSignal, ca: string | undefined) =>
  new Promise<{ status: number; response: string }>((resolve, reject) => {
    const { request } = target.protocol === "https:" ? https : http;
    const length = String(Buffer.byteLength(body));
    // A connection of its own: one that is kept open was checked for another time.
    const asked = request(target, { method: "POST", headers: { ...headers, "content-length": length }, agent: false, lookup: onlyThese(addresses), ca }, (answer) => {
      beginning(answer).then((response) => {
        asked.destroy();
        resolve({ status: answer.statusCode ?? 0, response });
      }, reject);
    });
    asked.on("error", reject);
    over.addEventListener("abort", () => asked.destroy(), { once: true });
    asked.end(body);
  });

/** As much of an answer as is kept of it. */
const beginning = (answer: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const done = () => resolve(Buffer.concat(chunks).subarray(0, WEBHOOK_RESPONSE_BYTES).toString("utf8").toWellFormed());
    answer.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= WEBHOOK_RESPONSE_BYTES) done();
    });
    answer.on("end", done);
    answer.on("error", reject);
  });
