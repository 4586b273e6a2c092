import type { Context } from "../../context.ts";
import { CONSOLE_FILES_SOUGHT, CONSOLE_UNFINISHED } from "../../limits.ts";
import type { Project } from "../../projects/directory.ts";
import type { MainFault } from "../consoles.ts";
import type { Said } from "../recorder.ts";
import { type FaultRow, fileLike } from "../store.ts";
import { type Fault, Finder } from "./finder.ts";
import type { Spot } from "./found.ts";

/** What a limit that ended a run says where the run itself said nothing. */
const limits: Record<string, [kind: string, message: string]> = {
  memory: ["out_of_memory", "The run used more memory than it may"],
  disk: ["disk_full", "The project's files took more disk than they may"],
  processes: ["killed", "The run had more processes than it may"],
  signal: ["killed", "The run was killed"],
};
/** Errors that others follow from: of these the first counts, of all else the last. */
const roots = new Set(["syntax", "compile", "missing_module", "command_not_found"]);

/** The known errors of one run, recognised in its lines as they are stored. */
export class RunFaults {
  /** Which limit ended the run, where one did. */
  reason: string | null = null;
  /** The one that the run most likely ended by. */
  main: MainFault | null = null;
  readonly #finder = new Finder();
  #sought = 0;
  #lastSeq = 0;
  /** Milliseconds of `performance.now()` at which what is unfinished counts as whole, since nothing more came. */
  due = Number.POSITIVE_INFINITY;

  constructor(
    private readonly ctx: Context,
    private readonly project: Project,
    private readonly run_no: number,
  ) {}

  /** Takes the next lines, in order. `over`: no more comes. @returns what was recognised by now */
  hear(lines: (Said & { seq: number })[], now: number, over: boolean): Omit<FaultRow, "no">[] {
    for (const { stream, seq, content } of lines) if (stream !== "system") this.#finder.hear(stream, seq, content);
    if (lines.length > 0) this.due = now + CONSOLE_UNFINISHED;
    if (over || now >= this.due) {
      this.#finder.settle();
      this.due = Number.POSITIVE_INFINITY;
    }
    const limit = over && this.reason !== null ? limits[this.reason] : undefined;
    const last = lines.at(-1)?.seq ?? this.#lastSeq;
    this.#lastSeq = last;
    if (limit) this.#finder.add({ language: "shell", kind: limit[0], message: limit[1], spot: null, seq: last, end_seq: last });
    return this.#finder.take().map((fault) => this.#row(fault));
  }

  #row({ spot, fingerprint, ...fault }: Fault): Omit<FaultRow, "no"> {
    const place = spot ? this.#place(spot) : { file: null, line: null, column: null };
    const { language, kind, message } = fault;
    if (!this.main || !roots.has(this.main.kind)) this.main = { id: fingerprint, language, kind, message, ...place };
    return { project_no: this.project.no, run_no: this.run_no, ...fault, ...place, fingerprint, at: this.ctx.clock().toISOString() };
  }

  /** Where a spot is in the workspace: a trace may name the end of a path alone, or one from another folder on. */
  #place({ file, line, column }: Spot): Pick<FaultRow, "file" | "line" | "column"> {
    const known = this.#sought++ < CONSOLE_FILES_SOUGHT ? fileLike(this.ctx.db, this.project.no, file) : undefined;
    return { file: known ?? file, line, column };
  }
}
