import { newestSeq, readByAll } from "../channels/filling.ts";
import type { Tx } from "../db/write.ts";
import { IMPORT_CHARACTERS, IMPORT_ROWS } from "../limits.ts";
import { changePast, type Past, pastFiles, pastId, putPast, type Reactions } from "../messages/past.ts";
import { seqOf } from "../messages/table.ts";
import type { Names } from "../webhooks/slack.ts";
import { readJson } from "./archive.ts";
import { Attachments } from "./attachments.ts";
import { type Loose, objects, type Place, text } from "./format.ts";
import type { People } from "./people.ts";
import { type Places, stranger } from "./places.ts";
import { metadataOf, type Post, piecesOf, postOf, reactors } from "./posts.ts";
import { called, complain, leaveOut, type Run, SOURCE } from "./run.ts";
import { findImported, putImported } from "./store.ts";
import { write } from "./writing.ts";

/** One message that is to stand here: a post, or a part of one. `external` is its name in the table of what came. */
type Entry = { external: string; post: Post; content: string; part: string | null; attachments: string[]; reactions: Reactions };

/** What came of a batch. */
type Came = { made: number; known: number; changed: number; replies: number; reactions: number; dropped: number };

/** Brings over what was said in one place, day by day in batches, each a transaction that also notes what came: a next run goes on behind it. */
export class History {
  readonly #attachments: Attachments;
  /** What stands under a ts that came already, so that another under the same is told apart from the same once more. */
  readonly #seen = new Map<string, string>();
  /** What waits to be put in together. */
  #batch: Entry[] = [];
  #characters = 0;

  constructor(
    private readonly run: Run,
    private readonly people: People,
    private readonly places: Places,
    private readonly names: Names,
    private readonly place: Place,
  ) {
    this.#attachments = new Attachments(run);
  }

  async take(): Promise<void> {
    const { run, place } = this;
    for (const day of place.days) {
      const raw = await readJson(run.archive, day).catch((error) => complain(run, day, error instanceof Error ? error.message : String(error)));
      const posts = objects(raw)
        .toSorted((a, b) => Number(text(a.ts)) - Number(text(b.ts)))
        .flatMap((one) => this.#post(one));
      await this.people.take(posts.flatMap((post) => [post.author, ...reactors(post).map(stranger)]));
      for (const post of posts) await this.#gather(post);
    }
    await this.#flush();
  }

  #post(raw: Loose): Post[] {
    const post = postOf(raw, this.names);
    if (typeof post !== "string") return [post];
    leaveOut(this.run, post);
    return [];
  }

  async #gather(post: Post): Promise<void> {
    for (const entry of await this.#entriesOf(post)) {
      if (this.#batch.length >= IMPORT_ROWS || this.#characters + entry.content.length > IMPORT_CHARACTERS) await this.#flush();
      this.#batch.push(entry);
      this.#characters += entry.content.length;
    }
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    [this.#batch, this.#characters] = [[], 0];
    if (batch.length > 0) await this.#put(batch);
  }

  /** A post as messages: none when it stands twice in the export. */
  async #entriesOf(post: Post): Promise<Entry[]> {
    const { run } = this;
    const external = this.#externalOf(post);
    if (external === null) {
      leaveOut(run, "entries that stand twice");
      return [];
    }
    const known = findImported(run.ctx.db, called(run, "message", external));
    const carried = known ? (post.files.length > 0 ? pastFiles(run.ctx.db, known.subject) : []) : null;
    const { ids, lines } = await this.#attachments.of(post, this.people.no(post.author.id) ?? 0, carried);
    const words = [post.words, ...lines].filter(Boolean).join("\n\n");
    const reactions = Object.fromEntries([...post.reactions].map(([sign, users]) => [sign, users.map((id) => this.people.no(id) ?? 0)]));
    const pieces = piecesOf(words);
    return pieces.map((content, at) => ({
      external: at === 0 ? external : `${external}/${at + 1}`,
      post,
      content,
      part: pieces.length > 1 ? `${at + 1}/${pieces.length}` : null,
      attachments: at === 0 ? ids : [],
      reactions: at === 0 ? reactions : {},
    }));
  }

  /** A name of its own for what is not the same though its ts is; null for the same once more. */
  #externalOf({ ts, author, words, files }: Post): string | null {
    const print = Bun.hash(JSON.stringify([author.id, words, files.map(({ id }) => id)])).toString(36);
    for (let at = 1; ; at++) {
      const external = at === 1 ? `${this.place.id}/${ts}` : `${this.place.id}/${ts}#${at}`;
      const seen = this.#seen.get(external);
      if (seen === print) return null;
      if (seen !== undefined) continue;
      this.#seen.set(external, print);
      return external;
    }
  }

  async #put(batch: Entry[]): Promise<void> {
    const { run } = this;
    const { messages } = run.summary;
    const came = run.wishes.dry ? this.#plan(batch) : await write(run.ctx, (tx) => this.#putIn(tx, batch));
    for (const what of ["made", "known", "changed", "replies", "reactions"] as const) messages[what] += came[what];
    leaveOut(run, "reactions of a workspace's own on messages that have too many", came.dropped);
    run.tell(`${messages.made + messages.known} messages`);
  }

  #plan(batch: Entry[]): Came {
    const came: Came = { made: 0, known: 0, changed: 0, replies: 0, reactions: 0, dropped: 0 };
    for (const entry of batch) {
      const known = findImported(this.run.ctx.db, called(this.run, "message", entry.external));
      if (known) came[known.version === entry.post.version ? "known" : "changed"]++;
      else count(came, entry);
    }
    return came;
  }

  /** Changes of what came before go first, so that the new ones stand together, right before the event that tells of them. */
  #putIn(tx: Tx, batch: Entry[]): Came {
    const { ctx } = this.run;
    const came: Came = { made: 0, known: 0, changed: 0, replies: 0, reactions: 0, dropped: 0 };
    const fresh: Entry[] = [];
    for (const entry of batch) {
      const external = called(this.run, "message", entry.external);
      const known = findImported(tx, external);
      if (!known) fresh.push(entry);
      else if (known.version === entry.post.version) came.known++;
      else {
        const changed = changePast(ctx, tx, known.subject, { content: entry.content, reactions: entry.reactions, updated_at: entry.post.edited });
        came[changed ? "changed" : "known"]++;
        putImported(tx, { ...external, subject: known.subject, version: entry.post.version });
      }
    }
    if (fresh.length > 0) this.#putFresh(tx, fresh, came);
    return came;
  }

  #putFresh(tx: Tx, fresh: Entry[], came: Came): void {
    const { ctx } = this.run;
    const channel_no = this.places.no(this.place.id);
    const channel = ctx.channels.byNo(channel_no);
    if (!channel) throw new Error(`Channel ${channel_no} is not known`);
    const before = newestSeq(tx, channel_no);
    const keys = fresh.map((entry) => {
      const { key, dropped } = this.#insert(tx, channel_no, entry);
      if (dropped) came.dropped++;
      count(came, entry);
      putImported(tx, { ...called(this.run, "message", entry.external), subject: key, version: entry.post.version });
      return key;
    });
    const [first = 0, last = 0] = [keys[0], keys.at(-1)].map((key) => seqOf(key ?? 0));
    readByAll(tx, channel, before, last);
    tx.append({ kind: "import", channel_no, subject: first, actor_no: null });
  }

  #insert(tx: Tx, channel_no: number, { post, content, part, attachments, reactions, external }: Entry): { key: number; dropped: boolean } {
    const { ctx, team } = this.run;
    const user = ctx.users.byNo(this.people.no(post.author.id) ?? 0);
    if (!user) throw new Error(`The author of ${external} is not known`);
    const idOf = (name: string): string | null => {
      const found = findImported(tx, { source: SOURCE, team, kind: "message", external: name });
      return found ? pastId(tx, found.subject) : null;
    };
    const thread = post.thread_ts === null ? null : idOf(`${this.place.id}/${post.thread_ts}`);
    // What a message has too much of answers its beginning.
    const reply_to = part === null || part.startsWith("1/") ? thread : idOf(external.slice(0, external.lastIndexOf("/")));
    const { metadata, dropped } = metadataOf(post, part, post.thread_ts !== null && thread === null, (id) => this.people.mention(id, undefined).slice(1));
    const past: Past = { user, content, metadata, reply_to, created_at: post.at, updated_at: post.edited, reactions, attachments };
    return { key: putPast(ctx, tx, channel_no, past).key, dropped };
  }
}

const count = (came: Came, { post, reactions }: Entry): void => {
  came.made++;
  if (post.thread_ts !== null) came.replies++;
  came.reactions += Object.values(reactions).flat().length;
};
