/**
 * The whole gate, in order: format and lint, types, build, all tests, and the tests of the API once more against the
 * compiled binary. Goes on after a failure, so that one run tells everything; ends with `N passed, N failed`.
 */
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "..");
const reports = mkdtempSync(join(tmpdir(), "colony-check-"));
const tool = (name: string): string => join(root, "node_modules/.bin", name);
const bun = process.execPath;

let passed = 0;
let failed = 0;

const run = async (title: string, command: string[], environment: Record<string, string> = {}): Promise<boolean> => {
  const begin = performance.now();
  console.log(`\n── ${title}`);
  const child = Bun.spawn(command, { cwd: root, env: { ...process.env, ...environment }, stdin: "ignore", stdout: "inherit", stderr: "inherit" });
  const ok = (await child.exited) === 0;
  console.log(`── ${title}: ${ok ? "passed" : "FAILED"} in ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  return ok;
};

const step = async (title: string, command: string[]): Promise<boolean> => {
  const ok = await run(title, command);
  if (ok) passed++;
  else failed++;
  return ok;
};

/** Runs tests and counts them by their report. One that was skipped proves nothing and counts as failed. */
const tests = async (title: string, files: string[], environment: Record<string, string> = {}): Promise<void> => {
  const report = join(reports, `${title.replace(/\W+/g, "-")}.xml`);
  const ok = await run(title, [bun, "test", "--reporter=junit", `--reporter-outfile=${report}`, ...files], environment);
  const counts = reportedCounts(report);
  const lost = counts.failures + counts.skipped;
  passed += counts.tests - lost;
  failed += lost > 0 || ok ? lost : 1;
  if (counts.tests === 0) failed++;
};

const reportedCounts = (report: string): { tests: number; failures: number; skipped: number } => {
  let head = "";
  try {
    head = /<testsuites [^>]*>/.exec(readFileSync(report, "utf8"))?.[0] ?? "";
  } catch {
    console.log("The tests ended without a report.");
  }
  const count = (name: string): number => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  return { tests: count("tests"), failures: count("failures"), skipped: count("skipped") };
};

await step("format and lint", [tool("biome"), "ci", "--error-on-warnings", "."]);
await step("types", [tool("tsc"), "--noEmit"]);
if (await step("build", [bun, "run", "build"])) {
  await tests("tests", []);
  const ofTheApi = globSync("test/*.test.ts", { cwd: root }).filter((file) => readFileSync(join(root, file), "utf8").includes('from "./colony.ts"'));
  await tests("tests of the API, against the binary", ofTheApi.toSorted(), { COLONY_BINARY: join(root, "dist/colony") });
}
rmSync(reports, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
