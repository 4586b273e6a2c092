import type { Actor } from "../accounts/credentials.ts";
import { checkSignature } from "../accounts/signatures.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { REQUEST_BODY_BYTES } from "../limits.ts";
import { bounded } from "./body.ts";

const DIGEST = "x-colony-content-sha256";

/**
 * Holds a request against its signature before any of it is acted on. What fits into memory is read for that; a larger
 * body says its hash beforehand (X-Colony-Content-SHA256), which the signature covers, and is held against it as it
 * streams: its reader fails at the end when it is another.
 * @returns the same request, its body still to be read
 * @throws AppError `bad_signature`, `payload_too_large`
 */
export const verifySigned = async (ctx: Context, actor: Actor, request: Request): Promise<Request> => {
  const { method, headers, signal, url } = request;
  const path = url.slice(url.indexOf("/", url.indexOf("//") + 2));
  const signature = headers.get("x-colony-signature");
  const promised = headers.get(DIGEST);
  if (promised !== null && request.body) {
    await checkSignature(ctx, actor, signature, { method, path, digest: promised });
    return new Request(url, { method, headers, signal, body: request.body.pipeThrough(holdTo(promised.toLowerCase())) });
  }
  if (Number(headers.get("content-length") ?? 0) > REQUEST_BODY_BYTES)
    throw new AppError("bad_signature", {
      message: "A body this large is signed by the hash it is sent with.",
      hint: "Send its hex SHA-256 in X-Colony-Content-SHA256 too: it is what the signature covers, and what comes is held against it.",
    });
  const whole = headers.has("transfer-encoding") ? await bounded(request) : request;
  const bytes = await whole.arrayBuffer();
  await checkSignature(ctx, actor, signature, { method, path, digest: new Bun.CryptoHasher("sha256").update(bytes).digest("hex") });
  return new Request(url, { method, headers, signal, ...(bytes.byteLength > 0 && { body: bytes }) });
};

/** Passes a body on and hashes it on the way; fails in the place of its end when the hash is not the one that was promised. */
const holdTo = (digest: string): TransformStream<Uint8Array, Uint8Array> => {
  const hasher = new Bun.CryptoHasher("sha256");
  return new TransformStream({
    transform: (chunk, controller) => {
      hasher.update(chunk);
      controller.enqueue(chunk);
    },
    flush: (controller) => {
      if (hasher.digest("hex") !== digest) controller.error(new AppError("bad_signature", { message: "The body is not the one whose hash was signed." }));
    },
  });
};
