import { Type } from "@sinclair/typebox";
import { carriedFile } from "../../files/attach.ts";
import { isReadable } from "../../files/types.ts";
import { fenced } from "../../messages/transcript.ts";
import { ability, Refusal } from "./desk.ts";

/** Tokens that the longest name and the fence take. */
const NAME_TOKENS = 220;

/** Reads a file that a message carries: text as text, of anything else what it is. */
export const readAttachment = ability({
  name: "read_attachment",
  description: "Reads a file that a message carries, by the id in its [file: …] line. Text is given as text; of other files name, type and size.",
  input: Type.Object(
    {
      file: Type.String({ minLength: 1, maxLength: 200, description: "Id of the file" }),
      offset: Type.Optional(Type.Integer({ minimum: 0, description: "Byte to read from, to read on in a long file" })),
    },
    { additionalProperties: false },
  ),
  shown: ({ file, offset }) => `${file}${offset ? ` from byte ${offset}` : ""}`,
  run: async (desk, { file: ref, offset = 0 }) => {
    const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(ref.toLowerCase())?.[0] ?? ref;
    const missing = new Refusal("There is no such file that may be read for this answer. Use the id from a [file: …] line that you were shown.");
    const file = carriedFile(desk.ctx, id, desk.may);
    if (!file) throw missing;
    const about = `${file.name} · ${file.mime} · ${file.size} bytes`;
    if (!isReadable(file.mime)) return { text: `This file is no text, so its content cannot be read here:\n${fenced(about)}`, line: `${file.size} bytes that are no text` };
    if (offset >= file.size) throw new Refusal(`The file has ${file.size} bytes: there is nothing at offset ${offset}.`);
    const end = Math.min(file.size, offset + Math.max(0, desk.room - NAME_TOKENS) * 3);
    const body = await desk.ctx.blobs.read(file.sha256, { start: offset, end });
    // Reading took its time: who lost the right meanwhile gets nothing.
    if (body === null || !carriedFile(desk.ctx, id, desk.may)) throw missing;
    const { text, bytes } = wholeLetters(new Uint8Array(await new Response(body).arrayBuffer()), end === file.size);
    const on = offset + bytes < file.size ? `\nRead on: read_attachment with offset ${offset + bytes}.` : "";
    return { text: `Bytes ${offset} to ${offset + bytes} of the file:\n${fenced(`${about}\n\n${text}`)}${on}`, line: `${bytes} of ${file.size} bytes` };
  },
});

/** The bytes as text up to the last whole letter, unless the file ends there. */
const wholeLetters = (bytes: Uint8Array, last: boolean): { text: string; bytes: number } => {
  if (last) return { text: new TextDecoder().decode(bytes), bytes: bytes.length };
  const text = new TextDecoder().decode(bytes, { stream: true });
  let end = bytes.length;
  while (end > 0 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  // `end` is behind the first byte of the last letter: is the letter whole?
  const first = bytes[end - 1] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return { text, bytes: bytes.length - end + 1 < length ? end - 1 : bytes.length };
};
