import type { Static } from "@sinclair/typebox";
import type { Actor } from "../accounts/credentials.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import type { Project } from "../projects/directory.ts";
import { doerOf } from "../projects/doer.ts";
import { readableProject } from "../projects/service.ts";
import type { Probe } from "../sandbox/driver.ts";
import { sandboxOf } from "../sandbox/sandboxes.ts";
import { usageOf } from "../workspace/service.ts";
import { runsOf } from "./engine.ts";
import type { Container } from "./model.ts";
import type { Running } from "./running.ts";
import { stopIn, unlessEnded } from "./service.ts";
import { openRuns, runByNo } from "./store.ts";

export type ContainerWire = Static<typeof Container>;

/** Opens a project's sandbox, where it is not up. @throws AppError `not_found`, `sandbox_unavailable` */
export const startContainer = async (ctx: Context, actor: Actor, ref: string): Promise<ContainerWire> => {
  const project = readableProject(ctx, actor, ref);
  await open(ctx, project);
  return containerOf(ctx, project);
};

/** Ends all that runs or waits in a project and takes its sandbox away; what lies in /tmp is gone. @throws AppError `not_found` */
export const stopContainer = async (ctx: Context, actor: Actor, ref: string): Promise<ContainerWire> => {
  const project = readableProject(ctx, actor, ref);
  await end(ctx, actor, project, () => true);
  return containerOf(ctx, project);
};

/** As `stopContainer`, and opens it again: what waits goes on in the new one. @throws AppError `not_found`, `sandbox_unavailable` */
export const restartContainer = async (ctx: Context, actor: Actor, ref: string): Promise<ContainerWire> => {
  const project = readableProject(ctx, actor, ref);
  await end(ctx, actor, project, (state) => state === "running");
  await open(ctx, project);
  return containerOf(ctx, project);
};

const open = async (ctx: Context, project: Project): Promise<void> => {
  await runsOf(ctx).driver();
  try {
    await runsOf(ctx).holder(project).open();
  } catch (error) {
    if (error instanceof AppError) throw error;
    ctx.log.warn({ event: "sandbox_failed", project: project.id, error: String(error) });
    throw new AppError("sandbox_unavailable", {
      message: `The project's sandbox cannot be opened: ${error instanceof Error ? error.message : error}`,
      hint: "Retry; if it happens again, let the operator run `colony doctor`.",
    });
  }
};

const end = async (ctx: Context, actor: Actor, project: Project, which: (state: "queued" | "running") => boolean): Promise<void> => {
  const doer = doerOf(actor);
  // Those that wait first, or they would begin as soon as the others have ended.
  const those = openRuns(ctx.db, project.no).filter(({ state }) => which(state as "queued"));
  const stopping = those
    .toSorted((a, b) => a.state.localeCompare(b.state))
    .map(async ({ no }) => {
      const run = runByNo(ctx.db, no);
      if (run) await stopIn(ctx, project, doer, run).catch(unlessEnded);
    });
  await Promise.all(stopping);
  await runsOf(ctx).holder(project).close();
};

/** How a project's sandbox is. Looking is no use of it. @throws AppError `not_found` */
export const readContainer = (ctx: Context, actor: Actor, ref: string): Promise<ContainerWire> => containerOf(ctx, readableProject(ctx, actor, ref));

const containerOf = async (ctx: Context, project: Project): Promise<ContainerWire> => {
  const engine = runsOf(ctx);
  const holder = engine.holder(project);
  const [{ problem, working, name }, sound, usage, figures] = await Promise.all([probed(ctx), holder.sound(), usageOf(ctx, project), figuresOf(ctx, engine.going(project.no))]);
  const open = openRuns(ctx.db, project.no);
  const now = ctx.clock().getTime();
  const fallen = sound ? null : { problem: "What holds the sandbox has ended.", hint: "It is opened again with the next run; POST …/container/restart does so now." };
  const { left, since } = holder;
  return {
    project_id: project.id,
    state: problem ? "unavailable" : holder.state,
    health: { ok: !problem && !fallen, ...(problem ?? fallen ?? { problem: null, hint: null }) },
    driver: name,
    version: working?.version ?? null,
    holds: working?.holds ?? null,
    remarks: working?.remarks ?? [],
    limits: project.limits,
    ...figures,
    disk_bytes: usage.bytes,
    files: usage.files,
    uptime_seconds: since === null ? null : seconds(now - since),
    idle_seconds: since === null || engine.going(project.no).length > 0 ? null : seconds(now - holder.used),
    stops_in_seconds: left === null ? null : seconds(left),
    runs: { running: open.filter(({ state }) => state === "running").length, queued: open.filter(({ state }) => state === "queued").length },
  };
};

const seconds = (ms: number): number => Math.max(0, Math.round(ms / 1000));

type Working = Extract<Probe, { works: true }>;

/** What is known of the driver, and what keeps it from working. */
const probed = async (ctx: Context): Promise<{ problem: { problem: string; hint: string } | null; working: Working | null; name: ContainerWire["driver"] }> => {
  try {
    const { name } = await runsOf(ctx).driver();
    const tried = await sandboxOf(ctx).probes();
    const probe = tried.find((one) => one.name === name)?.probe;
    return { problem: null, working: probe?.works ? probe : null, name };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { problem: { problem: error.message, hint: error.hint }, working: null, name: null };
  }
};

/** Milliseconds of processor time that a run had taken when it was last looked at. */
const looked = new WeakMap<Running, { at: number; cpu_ms: number }>();

/** What all that runs takes at this moment; processor time since the last look, or since the run began. */
const figuresOf = async (ctx: Context, going: Running[]): Promise<Pick<ContainerWire, "memory" | "cpu_percent" | "processes">> => {
  const sums = { memory: 0, cpu_percent: 0, processes: 0 };
  const known = { memory: going.length === 0, cpu_percent: going.length === 0, processes: going.length === 0 };
  for (const run of going) {
    const figures = await run.figures();
    if (!figures) continue;
    const { memory, processes, cpu_ms } = figures;
    if (memory !== null) [sums.memory, known.memory] = [sums.memory + memory, true];
    if (processes !== null) [sums.processes, known.processes] = [sums.processes + processes, true];
    if (cpu_ms === null) continue;
    const at = ctx.clock().getTime();
    const before = looked.get(run) ?? { at: run.began, cpu_ms: 0 };
    if (at > before.at) sums.cpu_percent += ((cpu_ms - before.cpu_ms) / (at - before.at)) * 100;
    known.cpu_percent = true;
    looked.set(run, { at, cpu_ms });
  }
  return {
    memory: known.memory ? sums.memory : null,
    cpu_percent: known.cpu_percent ? Math.max(0, Math.round(sums.cpu_percent * 10) / 10) : null,
    processes: known.processes ? sums.processes : null,
  };
};
