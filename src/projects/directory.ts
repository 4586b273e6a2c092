import type { Static } from "@sinclair/typebox";
import type { Channel, ChannelDirectory } from "../channels/directory.ts";
import type { Connection } from "../db/open.ts";
import { RUN_LIMITS } from "../limits.ts";
import type { Limits as LimitsModel } from "./model.ts";
import { loadProject, loadProjects, type ProjectRow } from "./store.ts";

export type Limits = Static<typeof LimitsModel>;

/** A project as held in memory: its row with its limits whole, and its channel. */
export type Project = Omit<ProjectRow, "limits"> & { limits: Limits; channel: Channel };

/** All projects that stand, in memory: every road to one asks it, and every channel whether it is one's. */
export class ProjectDirectory {
  readonly #byNo = new Map<number, Project>();
  readonly #byId = new Map<string, Project>();
  readonly #bySlug = new Map<string, Project>();
  readonly #byChannel = new Map<number, Project>();

  constructor(
    private readonly db: Connection,
    private readonly channels: ChannelDirectory,
  ) {
    for (const row of loadProjects(db)) this.#put(row);
  }

  byNo(no: number): Project | undefined {
    return this.#byNo.get(no);
  }

  /** Finds `{id}` of a path: an id or a slug. */
  find(ref: string): Project | undefined {
    return this.#byId.get(ref) ?? this.#bySlug.get(ref);
  }

  /** The project whose own channel this is. */
  ofChannel(channel_no: number): Project | undefined {
    return this.#byChannel.get(channel_no);
  }

  /** In the order they were made. */
  all(): Project[] {
    return [...this.#byNo.values()];
  }

  /** Takes up a change of one project from the database. */
  reload(no: number): void {
    const row = loadProject(this.db, no);
    if (row) this.#put(row);
  }

  #put(row: ProjectRow): void {
    const known = this.#byNo.get(row.no);
    if (known?.slug) this.#bySlug.delete(known.slug);
    if (row.deleted_at !== null || row.slug === null) {
      this.#byNo.delete(row.no);
      this.#byId.delete(row.id);
      this.#byChannel.delete(row.channel_no);
      return;
    }
    const channel = this.channels.byNo(row.channel_no);
    if (!channel) return;
    const project: Project = Object.assign(known ?? {}, row, { limits: { ...RUN_LIMITS, ...JSON.parse(row.limits) } as Limits, channel });
    this.#byNo.set(row.no, project);
    this.#byId.set(row.id, project);
    this.#bySlug.set(row.slug, project);
    this.#byChannel.set(row.channel_no, project);
  }
}
