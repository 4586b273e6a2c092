/**
 * The whole gate: format and lint, types, build, then all tests, and the tests of the API once more against the compiled
 * binary. Several runs go on beside each other: each mostly waits for a process of its own. Goes on after
 * a failure, so that one run tells everything; ends with `N passed, N failed`.
 */
import { closeSync, existsSync, globSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "..");
const reports = mkdtempSync(join(tmpdir(), "colony-check-"));
const tool = (name: string): string => join(root, "node_modules/.bin", name);
const bun = process.execPath;

/** Milliseconds after which a test that names no time of its own has hung: no test is about time, and machines are slow and busy. */
const TEST_TIME = 30_000;

const fileOf = (name: string): string => join("test", `${name}.test.ts`);

/** Of the program as a whole: it is started, killed and flooded again and again, as operators have it. From sources the same takes up to twice as long, and proves no more. */
const ofTheProgram = [
  "agents",
  "agentsoperated",
  "audit",
  "cli",
  "clibench",
  "cliexport",
  "clifiles",
  "cliguide",
  "cliread",
  "clitalk",
  "cliwork",
  "dockerruns",
  "docs",
  "durability",
  "filesbackup",
  "firststart",
  "knowledgefolder",
  "mcpstdio",
  "operators",
  "projectends",
  "residentrestart",
  "retention",
  "runends",
  "searchindex",
  "secrets",
  "sessions",
  "signin",
  "slackimport",
  "stalled",
  "telegramnotes",
  "webhookout",
].map(fileOf);

/** These make what they try themselves, within the test: they start nothing that could be the binary. */
const ofTheSources = ["console", "consolelive", "knowledgelarge", "prices", "workspacelooks", "writer"].map(fileOf);

/** Runs of tests beside each other. Each waits for others' processes a fifth of its time: three use two processors whole. Each may have a browser and servers of its own, so where memory is short there are two. */
const LANES = totalmem() < 7 * 2 ** 30 ? 2 : 3;
/** Parts in which tests are run, so that whichever lane is free takes the next: those of the server from its sources, and those of the API against the binary. */
const SHARES = { server: 2, binary: 5 };

/** Deals files out to parts, one after the other: what is slow for the same reason bears a name like the one beside it. */
const dealt = (files: string[], parts: number): string[][] => Array.from({ length: parts }, (_, at) => files.filter((_, index) => index % parts === at));

let passed = 0;
let failed = 0;
/** What failed, said once more at the end: a log is often read from its last lines. */
const failures: string[] = [];

/** Runs a command and says at its end what it said: two that run at once would speak into each other. */
const run = async (title: string, command: string[], environment: Record<string, string> = {}): Promise<boolean> => {
  const begin = performance.now();
  console.log(`── ${title} …`);
  const said = join(reports, `${title.replace(/\W+/g, "-")}.log`);
  const log = openSync(said, "w");
  const child = Bun.spawn(command, { cwd: root, env: { ...process.env, ...environment }, stdin: "ignore", stdout: log, stderr: log });
  const ok = (await child.exited) === 0;
  closeSync(log);
  console.log(`\n${readFileSync(said, "utf8").trimEnd()}\n── ${title}: ${ok ? "passed" : "FAILED"} in ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  return ok;
};

const step = async (title: string, command: string[]): Promise<boolean> => {
  const ok = await run(title, command);
  if (ok) passed++;
  else failed++;
  if (!ok) failures.push(title);
  return ok;
};

/** Runs tests and counts them by their report. One that was skipped proves nothing and counts as failed. */
const tests = async (title: string, files: string[], environment: Record<string, string> = {}): Promise<void> => {
  const report = join(reports, `${title.replace(/\W+/g, "-")}.xml`);
  const ok = await run(title, [bun, "test", `--timeout=${TEST_TIME}`, "--reporter=junit", `--reporter-outfile=${report}`, ...files], environment);
  const { counted, lost } = reported(report);
  passed += counted - lost.length;
  failures.push(...lost.map((name) => `${title}: ${name}`));
  failed += lost.length;
  if (lost.length > 0 || (ok && counted > 0)) return;
  failures.push(`${title}: ended ${counted === 0 ? "without a test" : "badly"}`);
  failed++;
};

/** How many tests a JUnit report counts, and which of them failed or were skipped. */
const reported = (report: string): { counted: number; lost: string[] } => {
  if (!existsSync(report)) return { counted: 0, lost: [] };
  const text = readFileSync(report, "utf8");
  const cases = text.match(/<testcase [^>]*>\s*<(?:failure|skipped)\b/g) ?? [];
  const lost = cases.map((one) => `${/\bfile="([^"]*)"/.exec(one)?.[1]} > ${/\bname="([^"]*)"/.exec(one)?.[1]}`);
  return { counted: Number(/<testsuites [^>]*\btests="(\d+)"/.exec(text)?.[1] ?? 0), lost };
};

await step("format and lint", [tool("biome"), "ci", "--error-on-warnings", "."]);
await step("types", [tool("tsc"), "--noEmit"]);
if (await step("build", [bun, "run", "build"])) {
  const all = globSync("test/**/*.test.ts", { cwd: root }).toSorted();
  const ofTheViewer = all.filter((file) => /^test[/\\](browser|ui)[/\\]/.test(file));
  const ofTheServer = all.filter((file) => !ofTheViewer.includes(file));
  const ofTheApi = ofTheServer.filter((file) => {
    const text = readFileSync(join(root, file), "utf8");
    // Those that try the hostile list on a sandbox's driver itself start no program that could be the binary.
    return text.includes('from "./colony.ts"') && !text.includes("hostilities(") && !ofTheSources.includes(file);
  });
  const binary = { COLONY_BINARY: join(root, "dist/colony") };
  const fromSources = ofTheServer.filter((file) => !ofTheProgram.includes(file));
  // Every screen is looked at in one file, which takes a third of all the viewer's tests.
  const isLong = (file: string): boolean => file.endsWith("axe.test.ts");
  const inParts = (title: string, files: string[], parts: number, environment = {}) =>
    dealt(files, parts).map((part, at) => () => tests(`${title}, ${at + 1} of ${parts}`, part, environment));
  // The longest first: then the lanes end together. The viewer is served by the binary, as its users have it; that also starts in a third of the time.
  const waiting = [
    () =>
      tests(
        "tests of the viewer",
        ofTheViewer.filter((file) => !isLong(file)),
        binary,
      ),
    ...inParts("tests of the server", fromSources, SHARES.server),
    () => tests("screens of the viewer", ofTheViewer.filter(isLong), binary),
    ...inParts("tests of the API against the binary", ofTheApi, SHARES.binary, binary),
  ];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
rmSync(reports, { recursive: true, force: true });
for (const name of failures) console.log(`FAILED ${name}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
