import { rmSync } from "node:fs";
import { join } from "node:path";
import { Colony, newFolder, until } from "./colony.ts";

export type Hit = { file: string; heading: string; page: number | null; snippet: string; score: number };
export type File = { path: string; mime: string; size: number; sections: number; updated_at: string; problem: string | null };

/** A server with a folder of documents, and what its tests ask of it. */
export class Documents {
  private constructor(
    readonly colony: Colony,
    readonly folder: string,
  ) {}

  static async start(folder = join(newFolder(), "documents")): Promise<Documents> {
    return new Documents(await Colony.start({ COLONY_KNOWLEDGE: folder }), folder);
  }

  at(...path: string[]): string {
    return join(this.folder, ...path);
  }

  async files(): Promise<File[]> {
    return (await this.colony.get("/api/knowledge/files")).body;
  }

  /** Waits until a document is listed. */
  async file(path: string): Promise<File> {
    return until(async () => (await this.files()).find((file) => file.path === path));
  }

  async ask(q: string, more = ""): Promise<{ hits: Hit[]; has_more: boolean }> {
    const answer = await this.colony.get(`/api/knowledge?q=${encodeURIComponent(q)}${more}`);
    if (answer.status !== 200) throw new Error(`${q}: ${answer.text}`);
    return answer.body;
  }

  /** Where the best hit stands. */
  async best(q: string): Promise<string | undefined> {
    const hit = (await this.ask(q)).hits[0];
    return hit && `${hit.file} # ${hit.heading}`;
  }

  /** Waits until a question leads to a place; undefined for nowhere. */
  async leads(q: string, where: string | undefined): Promise<void> {
    await until(async () => (await this.best(q)) === where || undefined);
  }

  contents(file: string) {
    return this.colony.get(`/api/knowledge/sections?file=${encodeURIComponent(file)}`);
  }

  section(file: string, heading: string) {
    return this.colony.get(`/api/knowledge/section?file=${encodeURIComponent(file)}&heading=${encodeURIComponent(heading)}`);
  }

  async remove(path: string): Promise<void> {
    rmSync(this.at(path), { recursive: true, force: true });
    await until(async () => (await this.files()).every((file) => file.path !== path && !file.path.startsWith(`${path}/`)) || undefined);
  }
}
