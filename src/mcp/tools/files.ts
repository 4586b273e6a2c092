import { type Static, Type } from "@sinclair/typebox";
import { AppError, invalid } from "../../errors.ts";
import type { File as FileModel } from "../../files/model.ts";
import { FILE_NAME_CHARACTERS, MCP_FILE_BYTES, MCP_TOKENS, SEQ_MAX } from "../../limits.ts";
import { type Api, at } from "../api.ts";
import { type Content, fields, Key, maybe, Tokens, tool, whole, words } from "../tool.ts";

type File = Static<typeof FileModel>;

/** Characters of text or base64 that a file may come as: the request that carries it is bounded too. */
const SENT_CHARACTERS = Math.ceil(MCP_FILE_BYTES / 3) * 4;

/** Takes a file in, for a message to carry. */
export const upload = tool({
  name: "upload",
  description: `Uploads a file of at most ${MCP_FILE_BYTES / 2 ** 20} MiB, as text or base64; put the id it returns into post's attachments.`,
  input: fields({
    name: Type.String({ minLength: 1, maxLength: FILE_NAME_CHARACTERS }),
    text: maybe(Type.String({ maxLength: MCP_FILE_BYTES })),
    base64: maybe(Type.String({ maxLength: SENT_CHARACTERS })),
    idempotency_key: Key,
  }),
  run: async (api, { name, text, base64, idempotency_key }) => {
    if ((text === undefined) === (base64 === undefined)) throw invalid("text", "stands beside base64, or neither is there", "Send one of the two.");
    const bytes = text !== undefined ? new TextEncoder().encode(text) : bytesOf(base64 ?? "");
    if (bytes.length > MCP_FILE_BYTES)
      throw new AppError("payload_too_large", { message: `The file has ${bytes.length} bytes; ${MCP_FILE_BYTES} go through MCP.`, hint: uploadHint(api) });
    const { id, mime, size, sha256 } = await api.json<File>("POST", "/api/files", { query: { name }, upload: bytes, key: idempotency_key });
    return { id, name, mime, size, sha256 };
  },
});

const uploadHint = (api: Api): string => `Use curl: curl -H "Authorization: Bearer $COLONY_TOKEN" -F file=@NAME ${addressIn(api)}/api/files`;

/** How the server is reached, as far as it knows. */
const addressIn = ({ info: { ctx } }: Api): string => ctx.config.publicUrl ?? "$COLONY_URL";

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) throw invalid("base64", "is no base64", "Send what `base64 -w0` gives, or text.");
  return new Uint8Array(Buffer.from(base64, "base64"));
};

/** Gives the bytes of a file that a message carries: text a piece at a time, pictures to look at. */
export const download = tool({
  name: "download",
  description: "A file that a message carries, by its id: text (in pieces, by offset), a picture to look at, else base64 when small.",
  reads: true,
  input: fields({ file: words("Id"), offset: maybe(whole(0, SEQ_MAX, "Bytes to pass over")), max_tokens: Tokens }),
  run: async (api, { file, offset = 0, max_tokens = MCP_TOKENS.default }): Promise<Content[]> => {
    const { id, name, mime, size, ...facts } = await api.json<File>("GET", at`/api/files/${file}`);
    const told = (note?: string, ...more: Content[]): Content[] => [{ type: "text", text: JSON.stringify({ name, mime, size, note }) }, ...more];
    if (offset === 0 && facts.width !== null) return told(undefined, await picture(api, { id, mime, size }));
    if (offset > 0 && offset >= size) return told(`It ends before ${offset}.`);
    const piece = size === 0 ? new Uint8Array() : await bytesAt(api, id, offset, Math.min(MCP_FILE_BYTES, max_tokens * BYTES_PER_TOKEN));
    // Whoever counts for themselves may have cut a letter in two: what is left of it is passed over.
    const begun =
      offset === 0
        ? 0
        : Math.min(
            3,
            piece.findIndex((byte) => (byte & 0xc0) !== 0x80),
          );
    const text = wholeLetters(piece.subarray(Math.max(0, begun)));
    if (text !== null) {
      const next = offset + Math.max(0, begun) + Buffer.byteLength(text);
      return told(next < size ? `Bytes ${offset} to ${next}; read on with offset=${next}.` : undefined, { type: "text", text });
    }
    if (offset === 0 && (size * 4) / 3 <= max_tokens * BYTES_PER_TOKEN)
      return told("As base64.", { type: "text", text: Buffer.from(await bytesAt(api, id, 0, size)).toString("base64") });
    return told(`No text. Fetch it: curl -OJ -H "Authorization: Bearer $COLONY_TOKEN" ${addressIn(api)}/api/files/${id}/download`);
  },
});

/** As tokens are estimated everywhere here. */
const BYTES_PER_TOKEN = 3;

const bytesAt = async (api: Api, id: string, offset: number, most: number): Promise<Uint8Array> =>
  (await api.ask("GET", at`/api/files/${id}/download`, { headers: { range: `bytes=${offset}-${offset + most - 1}` } })).bytes();

/** A piece of a text file without the letter that its end cuts through; null where it is no UTF-8. */
export const wholeLetters = (bytes: Uint8Array): string | null => {
  if (bytes.includes(0)) return null;
  for (let cut = 0; cut < 4 && cut <= bytes.length; cut++) {
    try {
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, bytes.length - cut));
      return text === "" && bytes.length > 0 ? null : text;
    } catch {
      // Perhaps the piece ends within a letter.
    }
  }
  return null;
};

/** Types of pictures that models look at. */
const shown = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

const picture = async (api: Api, { id, mime, size }: Pick<File, "id" | "mime" | "size">): Promise<Content> => {
  const small = !shown.has(mime) || size > MCP_FILE_BYTES;
  const answer = await api.ask("GET", small ? at`/api/files/${id}/thumbnail` : at`/api/files/${id}/download`);
  return { type: "image", data: Buffer.from(await answer.bytes()).toString("base64"), mimeType: small ? "image/webp" : mime };
};
