import { mkdirSync } from "node:fs";
import { uploadsFolder } from "../files/disk.ts";
import { cleanName } from "../files/names.ts";
import { keepStream } from "../files/service.ts";
import type { Archive } from "./archive.ts";
import { fetchFile } from "./fetching.ts";
import { type Linked, lineOf, type Post } from "./posts.ts";
import { complain, type Run } from "./run.ts";

/** Where the files of an export lie in it, by their ids: Slack's own exports have none, others put them beside the days. */
const places = new WeakMap<Archive, Map<string, string>>();

/** `__uploads/F123/name` as Mattermost's tools have it, and `channel/attachments/F123-name` as slackdump's do. */
const filesIn = (archive: Archive): Map<string, string> => {
  const found = places.get(archive) ?? new Map<string, string>();
  if (places.has(archive)) return found;
  places.set(archive, found);
  for (const path of archive.sizes.keys()) {
    const id = /(?:^|\/)__uploads\/(\w+)\/[^/]+$/.exec(path)?.[1] ?? /\/attachments\/(F\w+)-[^/]+$/.exec(path)?.[1];
    if (id !== undefined && !found.has(id)) found.set(id, path);
  }
  return found;
};

/** The files of messages: taken from the export, or fetched where that is wished, else named in a line with the link. */
export class Attachments {
  constructor(private readonly run: Run) {
    if (!run.wishes.dry) mkdirSync(uploadsFolder(run.ctx.config.data), { recursive: true, mode: 0o700 });
  }

  /** @returns ids of files that are here now, for the message to carry, and lines for the others. Of a message that came before nothing is fetched: `carried` has the names of its files that are here; null for a new one. */
  async of({ files }: Post, user_no: number, carried: readonly string[] | null): Promise<{ ids: string[]; lines: string[] }> {
    const ids: string[] = [];
    const lines: string[] = [];
    for (const file of files) {
      const id = carried === null ? await this.#take(file, user_no) : carried.includes(cleanName(file.name)) ? "" : null;
      if (id === null) lines.push(lineOf(file));
      else ids.push(id);
    }
    return { ids: ids.filter(Boolean), lines };
  }

  /** @returns the id of the file here, empty where none was made of it; null for one that is only named */
  async #take(file: Linked, user_no: number): Promise<string | null> {
    const { run } = this;
    const { ctx, archive, wishes, summary } = run;
    const path = filesIn(archive).get(file.id);
    const source =
      path !== undefined
        ? () => archive.stream(path)
        : wishes.files && !file.gone && file.urls.length > 0
          ? () => fetchFile(file, wishes.allowPrivate, ctx.config.maxUpload)
          : null;
    const user = ctx.users.byNo(user_no);
    if (source === null) {
      summary.files.linked++;
      return null;
    }
    if (wishes.dry) {
      summary.files.taken++;
      return "";
    }
    if (!user) return null;
    try {
      const kept = await keepStream(ctx, user, file.name, await source());
      summary.files.taken++;
      return kept.id;
    } catch (error) {
      summary.files.linked++;
      complain(run, `file ${file.name} (${file.id})`, error instanceof Error ? error.message : String(error));
      return null;
    }
  }
}
