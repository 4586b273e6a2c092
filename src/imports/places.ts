import { operator } from "../accounts/audit.ts";
import { closeFilled, insertMembers, insertPlace, insertTalk, isBlank, letIn } from "../channels/filling.ts";
import { nameIsTaken } from "../channels/service.ts";
import type { Tx } from "../db/write.ts";
import { CONVERSATION_MEMBERS, DESCRIPTION_CHARACTERS, LINE_CHARACTERS } from "../limits.ts";
import type { Person, Place } from "./format.ts";
import type { People } from "./people.ts";
import { asName, called, complain, freeName, type Run, SOURCE } from "./run.ts";
import { findImported, importedOf, putImported } from "./store.ts";
import { write } from "./writing.ts";

/** Letters of a channel's name. */
const NAME = 80;

/** Where a place stands here. `no` 0: nowhere yet, in a dry run. `how`: whether it was there from an earlier import, was made, or an empty channel took it up. */
type Put = { no: number; name: string | null; how: "known" | "made" | "filled" };

/** Where the places of a workspace stand here, by their ids there. */
export class Places {
  readonly #put = new Map<string, Put>();
  readonly #given = new Set<string>();
  /** What stands for a place already: no second one is put in there. */
  readonly #taken: Set<number>;

  constructor(
    private readonly run: Run,
    private readonly people: People,
  ) {
    this.#taken = new Set(importedOf(run.ctx.db, SOURCE, run.team, "channel").map(([, no]) => no));
  }

  no(id: string): number {
    return this.#put.get(id)?.no ?? 0;
  }

  /** How a place is called in a text. */
  mention(id: string, label: string | undefined): string {
    return `#${this.#put.get(id)?.name ?? label ?? id}`;
  }

  /** Sees to it that a place is here with who was in it: made, or an empty public channel of its name. What somebody has spoken in is never filled. */
  async take(place: Place): Promise<void> {
    const { ctx, wishes } = this.run;
    await this.people.take([...place.members, place.creator].filter(Boolean).map(stranger));
    const put = wishes.dry ? this.#plan(place) : await write(ctx, (tx) => this.#putIn(tx, place));
    this.#put.set(place.id, put);
    this.#taken.add(put.no);
    this.#note(place, put);
  }

  /** Closes what was closed there, once what was said in it is here. What was opened again here since stays open. */
  async close(place: Place): Promise<void> {
    const { ctx, wishes } = this.run;
    const channel = ctx.channels.byNo(this.no(place.id));
    if (!place.archived || wishes.dry || !channel || channel.visibility === "direct") return;
    const external = called(this.run, "channel", place.id);
    await write(ctx, (tx) => {
      if (findImported(tx, external)?.version === "closed") return;
      closeFilled(tx, operator, channel);
      putImported(tx, { ...external, subject: channel.no, version: "closed" });
    });
  }

  #putIn(tx: Tx, place: Place): Put {
    const { ctx } = this.run;
    const external = called(this.run, "channel", place.id);
    const known = findImported(tx, external);
    const members = this.#membersOf(place);
    if (known) {
      const channel = ctx.channels.byNo(known.subject);
      for (const [id, no] of members) if (channel && channel.visibility !== "direct" && this.#isNew(tx, place, id)) letIn(tx, channel, no);
      return { no: known.subject, name: channel?.name ?? null, how: "known" };
    }
    const put = this.#make(tx, place, [...members.values()]);
    for (const id of members.keys()) this.#isNew(tx, place, id);
    putImported(tx, { ...external, subject: put.no, version: "" });
    // Its members came without events of their own.
    tx.append({ kind: "import", channel_no: put.no, subject: tx.nextSeq(), actor_no: null });
    return put;
  }

  #make(tx: Tx, place: Place, members: number[]): Put {
    const { ctx } = this.run;
    const created_by = this.people.no(place.creator) ?? members[0] ?? ctx.users.all().find(({ admin }) => admin)?.no ?? 1;
    const created_at = place.created > 0 ? new Date(place.created * 1000).toISOString() : null;
    if (isTalk(place) && members.length > 0 && members.length <= CONVERSATION_MEMBERS) {
      const no = insertTalk(tx, members, created_by, created_at, (talk) => !this.#taken.has(talk));
      if (no !== null) return { no, name: null, how: "made" };
    }
    const wanted = this.#nameOf(place);
    const same = ctx.channels.find(wanted);
    if (place.kind === "channel" && same?.name === wanted && !this.#taken.has(same.no) && isBlank(ctx, tx, same)) {
      insertMembers(tx, same.no, members);
      return { no: same.no, name: wanted, how: "filled" };
    }
    const name = freeName(wanted, NAME, (free) => !nameIsTaken(tx, free));
    const visibility = place.kind === "channel" ? "public" : "private";
    const topic = line(place.topic).slice(0, LINE_CHARACTERS).toWellFormed();
    const description = place.purpose.slice(0, DESCRIPTION_CHARACTERS).toWellFormed();
    return { no: insertPlace(tx, operator, { name, description, topic, visibility, created_by, created_at, members }), name, how: "made" };
  }

  /** As `#putIn`, of what would be. */
  #plan(place: Place): Put {
    const { ctx } = this.run;
    const known = findImported(ctx.db, called(this.run, "channel", place.id));
    if (known) return { no: known.subject, name: ctx.channels.byNo(known.subject)?.name ?? null, how: "known" };
    if (isTalk(place) && place.members.length <= CONVERSATION_MEMBERS) return { no: 0, name: null, how: "made" };
    const wanted = this.#nameOf(place);
    const same = ctx.channels.find(wanted);
    if (place.kind === "channel" && same && !this.#taken.has(same.no) && isBlank(ctx, ctx.db, same)) return { no: 0, name: wanted, how: "filled" };
    const name = freeName(wanted, NAME, (free) => !ctx.channels.find(free) && !this.#given.has(free));
    this.#given.add(name);
    return { no: 0, name, how: "made" };
  }

  #nameOf(place: Place): string {
    const talk = place.kind === "dm" ? `dm-${place.members.map((id) => this.people.mention(id, undefined).slice(1)).join("-")}` : place.name;
    return asName(talk, /[^a-z0-9_-]+/g, NAME) || `slack-${asName(place.id, /[^a-z0-9]+/g, NAME - 6)}`;
  }

  #membersOf(place: Place): Map<string, number> {
    return new Map(place.members.flatMap((id): [string, number][] => [[id, this.people.no(id) ?? 0]]).filter(([, no]) => no > 0));
  }

  /** Whether a membership did not come before; from now on it did. Who was taken out here since is not let in again. */
  #isNew(tx: Tx, place: Place, person: string): boolean {
    const external = called(this.run, "member", `${place.id}/${person}`);
    if (findImported(tx, external)) return false;
    putImported(tx, { ...external, subject: 1, version: "" });
    return true;
  }

  #note(place: Place, { name, how }: Put): void {
    const { channels } = this.run.summary;
    if (how === "known") channels.known++;
    else if (name === null) channels.conversations++;
    else if (how === "filled") channels.filled.push(name);
    else channels.made++;
    if (how === "known" || name === null) return;
    if (name !== place.name) channels.renamed.push({ slack: place.name, name });
    if (line(place.topic).length > LINE_CHARACTERS) complain(this.run, `#${name}`, `Its topic is longer than ${LINE_CHARACTERS} characters and was cut.`);
    if (place.purpose.length > DESCRIPTION_CHARACTERS) complain(this.run, `#${name}`, `Its purpose is longer than ${DESCRIPTION_CHARACTERS} characters and was cut.`);
  }
}

const isTalk = ({ kind }: Place): boolean => kind === "dm" || kind === "mpim";
const line = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Someone of whom nothing but the id is known. */
export const stranger = (id: string): Person => ({ id, name: "", display_name: id, bot: id.startsWith("B"), deleted: true, bot_id: "" });
