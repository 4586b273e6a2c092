import { closeSync, fdatasyncSync, openSync, readFileSync, statfsSync, writeSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { scratch } from "./children.ts";
import type { Figure, Promised } from "./plan.ts";
import { median } from "./stats.ts";

const BEGIN = "<!-- results -->";
const END = "<!-- /results -->";
const README = join(import.meta.dir, "README.md");
const GIB = 2 ** 30;
const TMPFS = 0x01021994;

/** The figures as a Markdown table: medians over the rounds with least and most, ratios taken round by round. */
export function table(figures: Figure[]): string {
  const head = ["measure", "unit", "floor", "Colony", "peer", "÷ floor", "÷ peer", "promised", "kept"];
  const rows = figures.map((figure) => [
    figure.name,
    figure.unit,
    spread(figure.floor),
    spread(figure.colony),
    spread(figure.peer),
    spread(ratios(figure, figure.floor)),
    spread(ratios(figure, figure.peer)),
    figure.promises.map(promised).join(", "),
    figure.colony ? figure.promises.map((promise) => kept(figure, promise)).join(", ") : "",
  ]);
  return [head, ["---", "---", ...head.slice(2, 7).map(() => "--:"), "---", "---"], ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Colony's value over another's of the same round; shares of a core are not compared. */
function ratios({ colony, unit }: Figure, base: number[] | undefined): number[] | undefined {
  if (!colony || !base || unit === "%") return undefined;
  return colony.map((value, round) => value / (base[round] ?? Number.NaN));
}

/** `median (least–most)`, or the value alone when there is but one. */
function spread(values: number[] | undefined): string {
  if (!values || values.length === 0) return "";
  const middle = round(median(values));
  return values.length === 1 ? middle : `${middle} (${round(Math.min(...values))}–${round(Math.max(...values))})`;
}

function round(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}

function promised({ of, at, value }: Promised): string {
  return `${at === "least" ? "≥" : "≤"} ${value}${of === "itself" ? "" : ` × ${of}`}`;
}

/** By the median over the rounds; a dash when the other program did not take part. */
function kept(figure: Figure, { of, at, value }: Promised): string {
  const values = of === "itself" ? figure.colony : ratios(figure, figure[of]);
  if (!values) return "–";
  return (at === "least" ? median(values) >= value : median(values) <= value) ? "yes" : "**no**";
}

/** The machine, as far as it matters for the figures. */
export function machine(): string {
  const memory = `${Math.round(totalmem() / GIB)} GiB`;
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  return [
    `${cpus().length} cores (${model})`,
    memory,
    `${process.platform} ${release()} ${process.arch}`,
    `Bun ${Bun.version}`,
    `fdatasync of 8 KiB ${syncTime().toPrecision(2)} ms${statfsSync(scratch).type === TMPFS ? " (memory, not a disk: no figure here is durable)" : ""}`,
  ].join(" · ");
}

/** Median milliseconds that a small write takes to be on disk where the bench keeps its data. */
function syncTime(): number {
  const file = openSync(join(scratch, "sync"), "w");
  const bytes = Buffer.alloc(8_192, 1);
  const times = Array.from({ length: 200 }, (_, at) => {
    const begin = performance.now();
    writeSync(file, bytes, 0, bytes.length, (at % 32) * bytes.length);
    fdatasyncSync(file);
    return performance.now() - begin;
  });
  closeSync(file);
  return median(times);
}

/** Puts the results of a whole run between the two markers of bench/README.md. */
export async function publish(results: string): Promise<void> {
  const page = readFileSync(README, "utf8");
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`bench/README.md lacks ${BEGIN} or ${END}`);
  await Bun.write(README, `${before}${BEGIN}\n${results}\n${END}${after}`);
}
