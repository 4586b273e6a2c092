import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Context } from "../context.ts";
import type { Stretch } from "../files/blobs.ts";
import { inert, readBlob, type Sent, sendBytes, type Wanted } from "../files/download.ts";
import { disposition } from "../files/names.ts";
import type { Project } from "../projects/directory.ts";
import { placeOf } from "../projects/place.ts";
import { isExecutable } from "./changes.ts";
import { type Folder, within } from "./folder.ts";
import { REBUILT } from "./paths.ts";
import { fileAt, missing, openFile, typeAt, versionAt } from "./reading.ts";
import { makeReady } from "./ready.ts";
import { openFolder } from "./tree.ts";
import { type Found, walk } from "./walk.ts";
import { statOf } from "./writing.ts";

const CHUNK = 256 * 1024;

const nameOf = (path: string, project: Project): string => path.split("/").at(-1) || project.slug || "workspace";

/**
 * The bytes of a file of a workspace, whole or the range asked for; of a folder ("" for the workspace), a tar of what is in it.
 * @param version the file as it was in this one
 * @throws AppError `bad_path`, `not_found`, `range_not_satisfiable`
 */
export const sendFrom = async (ctx: Context, project: Project, path: string, version: number | undefined, inline: boolean, wanted: Wanted): Promise<Sent> => {
  await makeReady(ctx, project);
  if (version === undefined && (path === "" || statOf(ctx, project, path)?.isDirectory())) return sendFolder(ctx, project, path);
  const facts = version === undefined ? await fileAt(ctx, project, path) : versionAt(ctx, project, path, version);
  const { sha256, size, changed_at } = facts;
  const file = { name: nameOf(path, project), mime: await typeAt(ctx, project, facts), size, etag: `"${sha256 ?? `${Date.parse(changed_at)}-${size}`}"` };
  return sendBytes(file, inline, wanted, async (stretch) => {
    if (sha256 !== null) return readBlob(ctx, sha256, stretch, { path });
    const handle = await openFile(ctx, project, path);
    if (!handle) throw missing(path);
    return streamOf(bytesOf(handle, stretch ?? { start: 0, end: size }), () => handle.close());
  });
};

/** A stretch of an open file, which whoever opened it closes: of what was never begun to be read, no end comes. @throws Error when the file became shorter meanwhile: an answer ends before its time */
async function* bytesOf(handle: FileHandle, { start, end }: Stretch): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(CHUNK, end - at)), 0, undefined, at);
    if (bytesRead === 0) throw new Error("The file became shorter while it was read");
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** Chunks as the body of an answer, each made when the one before it is on its way. `close`: called once, however it ends; a file that is left open ends the server when it is swept up. */
const streamOf = (chunks: AsyncIterator<unknown>, close: () => Promise<void> = async () => {}): ReadableStream<Uint8Array> =>
  new ReadableStream({
    pull: async (controller) => {
      try {
        const { value, done } = await chunks.next();
        if (!done) {
          controller.enqueue(value as Uint8Array);
          return;
        }
      } catch (error) {
        await close();
        throw error;
      }
      await close();
      controller.close();
    },
    cancel: async () => {
      await chunks.return?.();
      await close();
    },
  });

const sendFolder = async (ctx: Context, project: Project, path: string): Promise<Sent> => {
  const folder = openFolder(placeOf(ctx, project).workspace, path);
  const headers = { ...inert, "content-type": "application/x-tar", "content-disposition": disposition(`${nameOf(path, project)}.tar`, false) };
  return { status: 200, headers, body: await tarOf(ctx, folder, path) };
};

/** A folder as a tar, made as it is read. Folders that tools rebuild are left out, and so is what is no file, no folder and no link. */
const tarOf = async (ctx: Context, folder: Folder, above: string): Promise<ReadableStream<Uint8Array>> => {
  const { pack } = await import("tar-stream");
  const archive = pack();
  const skip = above === "" ? 0 : above.length + 1;
  const add = async ({ stat, type, folder, name, path }: Found) => {
    const entry = { name: path.slice(skip), mtime: new Date(Number(stat.mtimeMs)) };
    if (type === "directory") archive.entry({ ...entry, type: "directory", mode: 0o755 });
    else if (type === "link") archive.entry({ ...entry, type: "symlink", linkname: folder.target(name), mode: 0o777 });
    else {
      const handle = await folder.read(name);
      if (!handle) return;
      try {
        const { size } = await handle.stat();
        // Throws where whoever asked has gone.
        const sink = archive.entry({ ...entry, size, mode: isExecutable(stat) ? 0o755 : 0o644 });
        await pipeline(Readable.from(bytesOf(handle, { start: 0, end: size })), sink);
      } finally {
        await handle.close();
      }
    }
  };
  const enters = async (found: Found): Promise<boolean> => {
    if (!found.named || found.type === "other" || (found.type === "directory" && REBUILT.has(`${found.name}`))) return false;
    await add(found);
    return true;
  };
  within(folder, (open) => walk(open, above, enters)).then(
    () => archive.finalize(),
    (error) => {
      ctx.log.warn({ event: "folder_not_sent", error: String(error) }, "A folder was not sent to its end");
      archive.destroy(error);
    },
  );
  return streamOf(archive[Symbol.asyncIterator]());
};
