import { basename } from "node:path";
import type { Message } from "../../messages/wire.ts";
import { CommandError, EXIT } from "../failure.ts";
import type { Shared } from "./command.ts";
import { bytes, colour, inLine, isTerminal, say } from "./say.ts";
import { openServer } from "./server.ts";
import { placeOf } from "./talk.ts";

type Uploaded = { id: string; name: string; size: number };
export type UploadOptions = Shared & { to?: string; message?: string; type?: string; replyTo?: string; key?: string };

/** Sends files, and posts them in one message where a channel is named. */
export const uploadFiles = async (files: string[], options: UploadOptions): Promise<void> => {
  const { json, key, message, replyTo, to, type } = options;
  if (to === undefined && (message !== undefined || type !== undefined || replyTo !== undefined))
    throw new CommandError("Where shall it be posted? Name the channel with --to.", EXIT.usage);
  const server = openServer(options).signedIn();
  const sizes = files.map((file) => Bun.file(file).size);
  const { bytes: most } = await server.call<{ bytes: number }>("GET", "/api/files/limits");
  const large = sizes.findIndex((size) => size > most);
  if (large >= 0) throw new CommandError(`${files[large]} is larger than ${bytes(most)}, the most that this server takes (COLONY_MAX_UPLOAD): nothing was sent.`, EXIT.refused);
  const sent: Uploaded[] = [];
  for (const file of files) sent.push(await server.upload<Uploaded>("/api/files", file, { query: { name: basename(file) } }));
  if (to !== undefined) {
    const body = { content: message, type, reply_to: replyTo, attachments: sent.map(({ id }) => id) };
    const posted = await server.call<Message>("POST", `${await placeOf(server, to)}/messages`, { body, key });
    if (json) say.json(posted);
    else
      say.line(
        isTerminal() ? `${colour.green("✓")} Posted ${sent.length === 1 ? inLine(sent[0]?.name ?? "") : `${sent.length} files`} to ${colour.bold(inLine(to))}` : String(posted.seq),
      );
    return;
  }
  if (json) for (const one of sent) say.json(one);
  else if (isTerminal()) {
    say.table(
      ["ID", "SIZE", "NAME"],
      sent.map(({ id, name, size }) => [id, bytes(size), name]),
    );
    say.note("You alone see them until a message carries them: colony upload FILE --to CHANNEL");
  } else for (const { id } of sent) say.line(id);
};

export type DownloadOptions = Shared & { output?: string; force?: boolean };

/** Fetches a file, and says where it lies. */
export const downloadFile = async (id: string, options: DownloadOptions): Promise<void> => {
  const server = openServer(options).signedIn();
  const path = `/api/files/${encodeURIComponent(id)}`;
  if (options.json && options.output === "-") throw new CommandError("Standard output is the file's (-o -) or --json's, not both.", EXIT.usage);
  if (options.json) say.json(await server.call("GET", path));
  const { bytes: size, file } = await server.download(`${path}/download`, { file: options.output, force: options.force });
  if (options.json || file === "-") return;
  say.line(isTerminal() ? `${colour.green("✓")} ${inLine(file)} ${colour.dim(bytes(size))}` : file);
};
