import { parse as parseDisposition } from "content-disposition";
import { type MultipartError, make as makeParser, type PartInfo } from "multipasta";
import { AppError, invalid } from "../errors.ts";
import { UPLOAD_FORM_BYTES } from "../limits.ts";

export const isForm = (headers: Headers): boolean => /^multipart\/form-data\s*;/i.test(headers.get("content-type") ?? "");

/** Where the files of a form go: `begin` with the name one was sent with, then its bytes. */
type Taker = { begin: (name: string | null) => Promise<void>; write: (bytes: Uint8Array) => Promise<void> };

/** A stretch of a file, or (without bytes) its beginning. */
type Piece = { name: string | null; bytes: Uint8Array | null };

/**
 * Takes the parts `file` out of a form (RFC 7578), as it comes in.
 * @param most how many there may be
 * @throws AppError `payload_too_large`, `validation_failed`
 */
export const readForm = async (chunks: AsyncIterable<Uint8Array>, headers: Headers, most: number, taker: Taker): Promise<void> => {
  const pieces: Piece[] = [];
  let found = 0;
  let fault: AppError | undefined;
  let beside = 0;
  const refuse = (error: AppError) => {
    fault ??= error;
  };
  const parser = makeParser({
    headers: { "content-type": headers.get("content-type") ?? "" },
    maxFieldSize: UPLOAD_FORM_BYTES,
    isFile: (part) => parametersOf(part).name === "file",
    onField: (part) => refuse(invalid(parametersOf(part).name?.slice(0, 80) || "form", "there is no such field here", "Send one part, 'file': curl -F file=@report.pdf")),
    onFile: (part) => {
      const name = parametersOf(part).filename ?? null;
      if (++found > most) refuse(tooMany(most));
      pieces.push({ name, bytes: null });
      return (bytes) => bytes && pieces.push({ name, bytes });
    },
    onError: (error) => refuse(formFault(error)),
    onDone: () => {},
  });
  const parse = (work: () => void) => {
    try {
      work();
    } catch {
      refuse(formFault());
    }
    if (fault) throw fault;
  };
  const take = async () => {
    for (const { name, bytes } of pieces.splice(0)) {
      beside -= bytes?.length ?? 0;
      await (bytes ? taker.write(bytes) : taker.begin(name));
    }
  };
  for await (const chunk of chunks) {
    parse(() => parser.write(chunk));
    beside += chunk.length;
    await take();
    if (beside > UPLOAD_FORM_BYTES) throw tooLarge(UPLOAD_FORM_BYTES, "The form around the file is larger than is taken here.");
  }
  parse(() => parser.end());
  await take();
  if (found === 0) throw invalid("file", "is missing", "Send the file as the form's part 'file': curl -F file=@report.pdf");
};

const tooMany = (most: number): AppError =>
  most === 1
    ? invalid("file", "stands twice in the form", "Send one file a request, and name them all in one post's attachments.")
    : invalid("file", `stands more than ${most} times in the form`, "Send the rest in another request.");

/** What a part says of itself, as browsers write it: the form's own parser knows no name beyond Latin letters. */
const parametersOf = ({ headers }: PartInfo): Record<string, string> => parseDisposition(String(headers["content-disposition"] ?? ""), { multipart: true }).parameters;

const formFault = (error?: MultipartError): AppError =>
  error?._tag === "ReachedLimit"
    ? tooLarge(UPLOAD_FORM_BYTES, "A field of the form is larger than is taken here.")
    : invalid("body", error?._tag === "EndNotReached" ? "ends before its form does" : "is no multipart form", "Let curl write it: curl -F file=@report.pdf");

/** What a file that is too large is answered: how large one may be, and who may change that. `message` where it is not the file. */
export const tooLarge = (limit: number, message?: string): AppError =>
  new AppError("payload_too_large", {
    message: message ?? `The file is larger than ${limit} bytes, the most that is taken here.`,
    hint: message ? undefined : "Make it smaller, or ask the operator to raise COLONY_MAX_UPLOAD.",
    details: [{ limit }],
  });
