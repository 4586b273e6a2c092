import type { Message } from "grammy/types";
import { AppError } from "../errors.ts";
import { TELEGRAM_BUTTON_BYTES, TELEGRAM_BUTTONS, TELEGRAM_FILE_BYTES, TELEGRAM_FILES_LISTED } from "../limits.ts";
import { fileAt } from "../workspace/reading.ts";
import { sendFrom } from "../workspace/sending.ts";
import { treeOf } from "../workspace/service.ts";
import { uploadFiles } from "../workspace/taking.ts";
import type { TreeEntryWire } from "../workspace/wire.ts";
import { chat } from "./asking.ts";
import { projectOfButton } from "./choosing.ts";
import { bold, code, ending, fitting, named } from "./markup.ts";
import { type Buttons, Unsent } from "./sender.ts";
import type { InProject, Linked, Press } from "./talk.ts";

/** Characters of a path on its button, and in a list. */
const PATH_SHOWN = 40;
const PATH_LISTED = 50;
const MB = 1_000_000;

/** Lists a folder of the project, or sends a file of it. */
export const files = async (talk: InProject, said: string): Promise<void> => {
  const path = said.trim().replace(/^\/+|\/+$/g, "");
  const entry = path === "" ? null : await entryAt(talk, path);
  if (entry === null || entry.type === "directory") return list(talk, path);
  await sendOne(talk, path, entry.size);
};

/** A file or a folder by its path. @throws AppError `not_found`, `bad_path` */
const entryAt = async ({ ctx, project }: InProject, path: string): Promise<Pick<TreeEntryWire, "type" | "size">> => {
  const above = path.split("/").slice(0, -1).join("/");
  const found = (await treeOf(ctx, project, { depth: 1, ...(above !== "" && { path: above }) })).find((one) => one.path === path);
  if (found?.type === "directory") return found;
  // Says what is wrong with one that is not there, or no file.
  const { size } = await fileAt(ctx, project, path);
  return { type: "file", size };
};

const list = async ({ ctx, project, say }: InProject, path: string): Promise<void> => {
  const entries = await treeOf(ctx, project, { depth: 1, ...(path !== "" && { path }) });
  const where = `${bold(project.name)}${path === "" ? "" : ` ${code(`${ending(path, PATH_LISTED)}/`)}`}`;
  if (entries.length === 0) return void (await say(`${where} is empty. Send a file here to put it there.`));
  const lines = entries
    .slice(0, TELEGRAM_FILES_LISTED)
    .map(({ path: one, type, size }) => (type === "directory" ? code(`${ending(one, PATH_LISTED)}/`) : `${code(ending(one, PATH_LISTED))} ${inWords(size)}`));
  const more = entries.length > lines.length ? [`and ${entries.length - lines.length} more`] : [];
  const buttons: Buttons = entries
    .filter(({ type, path: one }) => type !== "link" && Buffer.byteLength(`f:${project.no}:${one}`) <= TELEGRAM_BUTTON_BYTES)
    .slice(0, TELEGRAM_BUTTONS)
    .map(({ path: one, type }) => [{ text: fitting(type === "directory" ? `${one}/` : one, PATH_SHOWN), callback_data: `f:${project.no}:${one}` }]);
  await say([where, ...lines, ...more, "/files PATH sends one, or lists a folder."].join("\n"), buttons);
};

const inWords = (bytes: number): string => (bytes < 1_000 ? `${bytes} B` : bytes < MB ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / MB).toFixed(1)} MB`);

const sendOne = async ({ ctx, project, say, send }: InProject, path: string, size: number): Promise<void> => {
  if (size > TELEGRAM_FILE_BYTES.out)
    return void (await say(`${code(path)} is ${inWords(size)}; Telegram takes ${TELEGRAM_FILE_BYTES.out / MB} MB from a bot. Download it in Colony, or with colony download.`));
  // Telegram takes no file without bytes.
  if (size === 0) return void (await say(`${code(path)} is empty.`));
  await send({
    name: path.split("/").at(-1) ?? path,
    open: async () => {
      const { body } = await sendFrom(ctx, project, path, undefined, false, { range: null, ifRange: null, ifNoneMatch: null });
      return body instanceof Blob ? body.stream() : (body ?? new Uint8Array());
    },
  });
};

/** Opens the folder of a button, or sends its file. */
export const openFile = async (talk: Linked, { data, done }: Press): Promise<void> => {
  const [, project_no = "", path = ""] = /^(\d+):(.*)$/s.exec(data) ?? [];
  const project = projectOfButton(talk, project_no);
  await done();
  await files({ ...talk, project }, path);
};

/** What was sent to the bot as a file, in whichever of Telegram's forms. */
export type Sent = { file_id: string; name: string; size: number };

/** The file in a message; null when it holds none. */
export const fileIn = ({ message_id, document, photo, video, audio, voice, animation, video_note }: Message): Sent | null => {
  const file = document ?? animation ?? video ?? audio ?? voice ?? video_note ?? photo?.at(-1);
  if (!file) return null;
  const ends = photo ? "jpg" : voice ? "ogg" : audio ? "mp3" : "mp4";
  const given = "file_name" in file ? file.file_name : undefined;
  // A path is not theirs to choose: it lands beside the others.
  const name = (given ?? "")
    .replace(/[/\\\p{C}]/gu, "_")
    .replace(/^\.+/, "_")
    .trim();
  return { file_id: file.file_id, name: name === "" ? `telegram-${message_id}.${ends}` : name, size: file.file_size ?? 0 };
};

/** Puts a file that was sent to the bot into the project; what was written beside it is asked of the project's agents. */
export const takeFile = async (talk: InProject, { file_id, name, size }: Sent, caption: string): Promise<void> => {
  const { ctx, actor, project, retry, say } = talk;
  if (size > TELEGRAM_FILE_BYTES.in)
    return void (await say(`${code(name)} is ${inWords(size)}; Telegram gives a bot ${TELEGRAM_FILE_BYTES.in / MB} MB at most. Upload it in Colony, or with colony upload.`));
  const body = await talk.fetchFile(file_id);
  const { answer } = await uploadFiles(ctx, actor, project.id, { body, headers: new Headers(), path: name }, () => retry("file")).catch((error) => {
    throw error instanceof AppError && error.code === "client_closed" ? new Unsent("later", "Telegram broke off in the middle of a file") : error;
  });
  const [file] = answer;
  await say(`${code(name)} is in ${named(project.name)}, ${inWords(file?.size ?? size)}${(file?.version ?? 1) > 1 ? `, version ${file?.version}` : ""}.`);
  if (caption.trim() !== "") await chat(talk, `${caption}\n\nThe file is \`${name}\` in the workspace.`, "chat");
};
