import type { Static } from "@sinclair/typebox";
import type { AgentStatus as AgentModel } from "../../agents/model.ts";
import type { Usage as UsageModel } from "../../models/model.ts";
import type { Container as ContainerModel } from "../../runs/model.ts";
import { ago, span } from "./age.ts";
import type { Shared } from "./command.ts";
import { type InProject, list, type Project, workplace } from "./project.ts";
import { stateColour, stateOf } from "./records.ts";
import { bytes, colour, inLine, isTerminal, say } from "./say.ts";
import { openServer } from "./server.ts";
import type { Run } from "./watching.ts";

type Container = Static<typeof ContainerModel>;
type AgentStatus = Static<typeof AgentModel>;
const MIB = 1024 ** 2;

/** How the project stands: its sandbox, what runs and waits, who is at work. Without a project, what there is on the server. */
export const status = async (options: InProject): Promise<void> => {
  const server = openServer(options).signedIn();
  if (!options.project && !server.access.project) {
    if (!options.json && isTerminal())
      say.note(`${server.access.url}${server.access.username === null ? "" : ` as ${server.access.username}`}; no project is chosen: colony use PROJECT\n`);
    await list(options);
    return;
  }
  const { at } = workplace(options);
  const sandbox = await server.call<Container>("GET", `${at}/container/status`);
  if (options.json) {
    say.json(sandbox);
    return;
  }
  const [project, agents, [last]] = await Promise.all([
    server.call<Project>("GET", at),
    server.call<AgentStatus[]>("GET", `${at}/agents`),
    server.call<Run[]>("GET", `${at}/runs`, { query: { limit: 1 } }),
  ]);
  const rows: [string, string][] = [
    ["project", `${colour.bold(inLine(project.slug))}${project.name === project.slug ? "" : ` · ${inLine(project.name)}`} · ${project.template} · ${project.visibility}`],
    ["sandbox", sandboxLine(sandbox)],
    ["memory", `${sandbox.memory === null ? "–" : bytes(sandbox.memory)} of ${bytes(sandbox.limits.memory_mib * MIB)} for each run`],
    ["processor", `${sandbox.cpu_percent === null ? "–" : `${Math.round(sandbox.cpu_percent)} %`} of ${sandbox.limits.cpus * 100} %`],
    ["disk", `${bytes(sandbox.disk_bytes)} of ${bytes(sandbox.limits.disk_mib * MIB)} · ${counted(sandbox.files)} of ${counted(sandbox.limits.files)} files`],
    ["network", sandbox.limits.network ? "yes" : "none"],
    ["runs", `${sandbox.runs.running} running · ${sandbox.runs.queued} waiting`],
    ...(last ? [["last run", `${stateColour(stateOf(last))} · ${ago(last.created_at)} · ${inLine(last.command)}`] as [string, string]] : []),
    ["agents", agentsLine(agents)],
  ];
  for (const [what, says] of rows) say.line(isTerminal() ? `${colour.dim(what.padEnd(10))}${says}` : `${what}\t${says}`);
};

const counted = (count: number): string => (isTerminal() ? count.toLocaleString("en-US") : String(count));

const sandboxLine = ({ driver, health, idle_seconds, state, stops_in_seconds, uptime_seconds }: Container): string => {
  if (!health.ok) return `${colour.red(state)} · ${inLine(`${health.problem ?? ""} ${health.hint ?? ""}`)}`;
  const up = uptime_seconds === null ? "starts with the next run" : `up ${span(uptime_seconds)}`;
  const stops = stops_in_seconds === null || idle_seconds === null ? "" : ` · idle, stops in ${span(stops_in_seconds)}`;
  return `${state === "running" ? colour.green(state) : state}${driver === null ? "" : ` · ${driver}`} · ${up}${stops}`;
};

const agentsLine = (agents: AgentStatus[]): string => {
  const busy = agents.filter(({ state, waiting, work }) => work.length > 0 || state !== "idle" || waiting > 0);
  if (busy.length === 0) return `${agents.length} idle`;
  return busy.map(({ agent, state, waiting }) => `${inLine(agent.username)} ${colour.cyan(state)}${waiting > 0 ? ` (${waiting} waiting)` : ""}`).join(" · ");
};

export type UsageOptions = Shared & { by?: string; from?: string; to?: string; project?: string };
type Usage = Static<typeof UsageModel>;
type Sums = Usage["total"];

/** What models took and cost. */
export const usage = async ({ by, from, to, project, ...options }: UsageOptions): Promise<void> => {
  const server = openServer(options).signedIn();
  const answer = await server.call<Usage>("GET", "/api/usage", { query: { by: by ?? "agent", from, to, project } });
  const { budget, rows, total } = answer;
  if (options.json) {
    say.json(answer);
    return;
  }
  const row = (label: string, { calls, cost_usd, failed, input_tokens, output_tokens }: Sums) => [
    label,
    calls,
    failed,
    counted(input_tokens),
    counted(output_tokens),
    dollars(cost_usd),
  ];
  say.table(
    [answer.by.toUpperCase(), "CALLS", "FAILED", "TOKENS IN", "OUT", "COST"],
    [...rows.map((one) => row(one.key, one)), ...(isTerminal() ? [row("total", total)] : [])],
    [colour.bold],
  );
  if (!isTerminal()) return;
  const spent = budget.spent_today_usd === null ? "" : ` · ${dollars(budget.spent_today_usd)} today${budget.daily_usd === null ? "" : ` of ${dollars(budget.daily_usd)}`}`;
  say.note(colour.dim(`${answer.from} to ${answer.to} (UTC)${spent}`));
};

const dollars = (cost: number | null): string => (cost === null ? "" : isTerminal() ? `$${cost.toFixed(cost < 1 ? 4 : 2)}` : String(cost));
