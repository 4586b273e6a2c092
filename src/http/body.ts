import { AppError, invalid } from "../errors.ts";
import { JSON_DEPTH, REQUEST_BODY_BYTES } from "../limits.ts";
import { infoOf } from "./request.ts";

const strict = new TextDecoder("utf-8", { fatal: true });
/** The one route that others' programs post to in forms of their own: it reads them itself. */
const BYTES = "/hooks/:secret";
const lenient = new TextDecoder("utf-8");

/**
 * Reads a body out of its bytes, which the framework hands over as they are: JSON whatever `curl -d` calls it;
 * `text/plain` as text, bytes that are not UTF-8 replaced by U+FFFD, since a log with one odd byte is better posted than
 * lost. No body at all is undefined: not every route wants one.
 * @throws AppError `bad_json`, `unsupported_media_type`, `validation_failed`
 */
export const readBody = (context: { body?: unknown; request: Request; route?: string }): void => {
  // An upload's body is read as it comes, by its route.
  if (infoOf(context.request).upload) context.body = undefined;
  else if (context.body instanceof ArrayBuffer && context.route !== BYTES) context.body = read(context.body, context.request.headers.get("content-type") ?? "");
};

const read = (bytes: ArrayBuffer, contentType: string): unknown => {
  const type = contentType === "application/json" ? contentType : (contentType.split(";")[0]?.trim().toLowerCase() ?? "");
  if (type === "text/plain") return lenient.decode(bytes);
  if (bytes.byteLength === 0) return undefined;
  if (type !== "" && type !== "application/x-www-form-urlencoded" && !/^application\/([\w.+-]+\+)?json$/.test(type))
    throw new AppError("unsupported_media_type", { message: `Content-Type ${type.slice(0, 80)} is not taken here.` });
  const value = parseJson(bytes);
  // Text has a content type of its own; taken here too, a mistaken quote would be posted as a message.
  if (typeof value === "string") throw invalid("body", "must be a JSON object, not a string", "Send one JSON object, or 'Content-Type: text/plain' when posting a message.");
  return holdDepth(value);
};

/** Gives JSON back that is not nested deeper than whatever reads it later gets through. @throws AppError `validation_failed` */
export const holdDepth = <T>(value: T): T => {
  if (isDeeperThan(value, JSON_DEPTH)) throw invalid("body", `has more than ${JSON_DEPTH} levels of objects and lists within each other`, "Send the innermost as text.");
  return value;
};

const isDeeperThan = (value: unknown, levels: number): boolean => {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const part of Object.values(value)) if (isDeeperThan(part, levels - 1)) return true;
  return false;
};

const parseJson = (bytes: ArrayBuffer): unknown => {
  let text: string;
  try {
    text = strict.decode(bytes);
  } catch {
    throw new AppError("bad_json", { message: "The body is not UTF-8." });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("bad_json", { message: `The body is not valid JSON: ${error instanceof Error ? error.message.slice(0, 200) : "it cannot be read"}` });
  }
};

/** The same request with its body at hand. A chunked body does not say its length beforehand: it is read as far as `limit` bytes go. @throws AppError `payload_too_large` */
export const bounded = async (request: Request, limit = REQUEST_BODY_BYTES): Promise<Request> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > limit) throw new AppError("payload_too_large", { details: [{ limit }] });
    chunks.push(chunk);
  }
  const { method, headers, signal } = request;
  return new Request(request.url, { method, headers, signal, body: Buffer.concat(chunks) });
};
