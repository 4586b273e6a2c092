import { createHmac, timingSafeEqual } from "node:crypto";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { SIGNATURE_LIFE } from "../limits.ts";
import { record } from "./audit.ts";
import type { Actor } from "./credentials.ts";
import { findToken, useSignature } from "./store.ts";

/** What is signed of a request: its method, its path with the query, both as sent, and the hex SHA-256 of its body. */
export type Signed = { method: string; path: string; digest: string };

const shape = /^t=(\d{1,12}),\s*v1=([0-9a-f]{64})$/;

/**
 * Checks what a signed token's request carries in X-Colony-Signature: made with the token's secret, within five minutes,
 * and for the first time.
 * @throws AppError `bad_signature`
 */
export const checkSignature = async (ctx: Context, actor: Actor, header: string | null, { method, path, digest }: Signed): Promise<void> => {
  const [, t = "", v1 = ""] = shape.exec(header ?? "") ?? [];
  const seconds = Math.floor(ctx.clock().getTime() / 1000);
  if (t === "")
    throw refusal(header === null ? "X-Colony-Signature is missing." : "X-Colony-Signature is not t=<unix seconds>,v1=<64 hex digits>.", String(seconds), method, path, digest);
  if (Math.abs(seconds - Number(t)) * 1000 > SIGNATURE_LIFE)
    throw refusal(`The signature's t is ${t}, and the server's clock shows ${seconds}: more than five minutes apart.`, String(seconds), method, path, digest);
  const sealed = findToken(ctx.db, actor.credential.id)?.signing;
  if (!sealed) throw new AppError("unauthorized", { message: "The credential has ended." });
  const expected = createHmac("sha256", ctx.keys.secrets.unseal(sealed)).update(`${t}.${method}.${path}.${digest}`).digest();
  const matches = timingSafeEqual(expected, Buffer.from(v1, "hex"));
  const first = matches && (await ctx.write((tx) => useSignature(tx, v1)));
  if (first) return;
  await ctx.write((tx) => record(tx, actor, "signature_refused", actor.credential.id, { why: matches ? "replayed" : "wrong" }));
  throw refusal(matches ? "This signature was used before: make a new one for each request." : "The signature does not match the request.", t, method, path, digest);
};

/** Tells the caller what to sign to the letter; the secret alone is left for it to fill in. */
const refusal = (message: string, t: string, method: string, path: string, digest: string): AppError => {
  const text = `${t}.${method}.${path}.${digest}`;
  return new AppError("bad_signature", {
    message,
    hint: `Sign "<unix seconds>.METHOD.path?query.<sha256 of the body>", which here is ${text.length > 500 ? "in details" : `"${text}"`}: v1=$(printf %s "$TEXT" | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1), and send 'X-Colony-Signature: t=<the same seconds>,v1='$v1. /docs has it as a script.`,
    details: [{ header: "X-Colony-Signature", signs: text }],
  });
};
