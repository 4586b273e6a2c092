import type { Showing } from "../house.ts";
import { openSidebar, type Screen } from "./screen.ts";

const person = (username: string, display_name: string, role = "ape") => ({ id: username, username, display_name, role });
const benji = person("benji", "Benji");
const neeraj = person("neeraj", "Neeraj");
const engineer = person("engineer", "Engineer", "agent");
const at = (time: string) => `2026-03-29T${time}:00.000Z`;

const run = (id: string, command: string, more: object = {}) => ({
  ...{ id, project_id: "", command, kind: "run", state: "succeeded", exit_code: 0, reason: null, trigger: "person", user: benji, stopped_by: null, schedule_id: null },
  ...{ due_at: null, late: false, background: false, timeout: 600, artifacts: [], message_id: null, first_seq: null, last_seq: null, output_bytes: 120 },
  ...{ peak_memory: 48_000_000, cpu_ms: 1_400, created_at: at("16:30"), started_at: at("16:30"), ended_at: "2026-03-29T16:30:04.200Z" },
  ...more,
});
const runs = [
  run("06", "python serve.py --port 3000", {
    state: "running",
    background: true,
    exit_code: null,
    ended_at: null,
    created_at: at("16:38"),
    started_at: at("16:38"),
    peak_memory: null,
    cpu_ms: null,
  }),
  run("05", "python plot.py --runs 12", {
    state: "failed",
    exit_code: 1,
    user: engineer,
    trigger: "agent",
    created_at: at("16:36"),
    started_at: at("16:36"),
    ended_at: "2026-03-29T16:36:01.100Z",
  }),
  run("04", "python -m pytest -q", { created_at: at("16:31") }),
  run("03", "python train.py --steps 100000", {
    state: "killed",
    exit_code: null,
    reason: "memory",
    user: neeraj,
    created_at: at("15:02"),
    started_at: at("15:02"),
    ended_at: at("15:04"),
  }),
  run("02", "python report.py", { trigger: "schedule", late: true, created_at: at("09:20"), started_at: at("09:20"), ended_at: "2026-03-29T09:20:12.000Z" }),
  run("01", "sleep 3600", { state: "stopped", exit_code: null, stopped_by: neeraj, created_at: at("08:50"), started_at: at("08:50"), ended_at: at("08:55") }),
];

const trace = ["Traceback (most recent call last):", '  File "/workspace/plot.py", line 14, in <module>', "    print(mean(losses))", "ZeroDivisionError: division by zero"];
const lines = [
  ...[
    "\u001b[32m.\u001b[0m\u001b[32m.\u001b[0m\u001b[32m.\u001b[0m                                                    [100%]",
    "\u001b[32m\u001b[1m3 passed\u001b[0m\u001b[32m in 0.04s\u001b[0m",
  ].map((content) => ["04", "stdout", content]),
  ["04", "system", "Succeeded in 4.2 s."],
  ["05", "stdout", "reading runs/…  \u001b[36m12\u001b[0m runs, \u001b[33m1 without a loss\u001b[0m"],
  ...trace.map((content) => ["05", "stderr", content]),
  ["05", "system", "Failed with exit code 1 after 1.1 s."],
  ["06", "stdout", "\u001b[44m INFO \u001b[0m listening on http://localhost:3000"],
].map(([run_id, stream, content], index) => ({ seq: index + 1, run_id, stream, content, timestamp: at("16:36") }));

const fault = (id: string, message: string, more: object = {}) => ({
  ...{
    id,
    language: "python",
    kind: "exception",
    message,
    file: "plot.py",
    line: 14,
    column: null,
    count: 3,
    first_at: at("16:10"),
    last_at: at("16:36"),
    run_id: "05",
    seq: 5,
    end_seq: 8,
  },
  excerpt: trace.join("\n"),
  ...more,
});

const entry = (path: string, type = "file", more: object = {}) => ({
  ...{ path, type, size: 420, version: 3, versioned: true, listed: true, sha256: "a", executable: false, changed_at: at("16:36"), changed_by: engineer, target: null },
  ...more,
});
const before = `from statistics import mean\n\nlosses = read("runs")\nprint(mean(losses))\n`;
const after = `"""Plots the loss of every run."""\nfrom statistics import mean\n\nlosses = [one for one in read("runs") if one is not None]\nif losses:\n    print(mean(losses))\n`;
const file = (content: string, version: number, changed_by: object = engineer) => ({
  ...{ path: "plot.py", version, size: content.length, sha256: String(version), executable: false, changed_at: at("16:36"), changed_by, run_id: null },
  ...{ mime: "text/x-python", encoding: "utf8", content },
});

const schedule = (id: string, name: string, more: object = {}) => ({
  ...{
    id,
    project_id: "",
    name,
    cron: "0 9 * * 1-5",
    timezone: "Europe/Berlin",
    command: "python report.py",
    timeout: null,
    enabled: true,
    created_by: benji,
    created_at: at("08:00"),
  },
  ...{ runs_as: benji, last_at: at("07:00"), next_at: "2026-03-30T07:00:00.000Z", last_run: runs[4] },
  ...more,
});

const status = (more: object = {}) => ({
  ...{ project_id: "", state: "running", health: { ok: true, problem: null, hint: null }, driver: "bubblewrap", version: "bubblewrap 0.8.0", holds: null, remarks: [], limits: {} },
  ...{ memory: 61_000_000, cpu_percent: 3, processes: 2, disk_bytes: 18_000_000, files: 41, uptime_seconds: 900, idle_seconds: null, stops_in_seconds: null },
  ...{ runs: { running: 1, queued: 0 } },
  ...more,
});

/** A day of a project's life, told by the page's own requests: the sample's server runs nothing. */
const told = async ({ page }: Showing, more: Record<string, unknown> = {}): Promise<void> => {
  const answers: Record<string, unknown> = {
    "container/status": status(),
    runs,
    "runs/05": { ...runs[1], output: trace.join("\n"), output_cut: false },
    "console/history": lines,
    "console/errors": [
      fault("1", "ZeroDivisionError: division by zero"),
      fault("2", "ModuleNotFoundError: No module named 'torch'", { kind: "missing_module", file: null, count: 1 }),
    ],
    "files/tree": [
      entry("plot.py"),
      entry("report.py"),
      entry("README.md"),
      entry("runs", "directory"),
      entry("runs/12.json"),
      entry("node_modules", "directory", { versioned: false, listed: false }),
    ],
    files: file(after, 3),
    "files/versions": [3, 2, 1].map((version) => ({
      ...{ path: "plot.py", version, change: version === 1 ? "added" : "changed", size: 300, sha256: "a", executable: false, at: at("16:36") },
      ...{ user: version === 3 ? engineer : benji, run_id: version === 2 ? "04" : null },
    })),
    schedules: [schedule("1", "Morning report"), schedule("2", "Nightly backup", { enabled: false, next_at: null, last_run: null, cron: "30 2 * * *" })],
    "schedules/validate": { valid: true, next: ["30", "31"].flatMap((day) => [`2026-03-${day}T07:00:00.000Z`]) },
    secrets: [{ name: "WANDB_API_KEY", changed_by: benji, changed_at: at("08:00") }],
    ...more,
  };
  await page.route(/\/api\/projects\/[^/]+\/.+/, (route) => {
    const part = /\/api\/projects\/[^/]+\/([^?]+)/.exec(route.request().url())?.[1] ?? "";
    const version = new URL(route.request().url()).searchParams.get("version");
    if (part === "files" && route.request().method() === "PUT") return route.fulfill({ status: 412, json: { error: { code: "version_conflict", message: "It changed since." } } });
    if (part === "files" && version !== null) return route.fulfill({ json: file(Number(version) === 3 ? after : before, Number(version)) });
    return part in answers ? route.fulfill({ json: answers[part] }) : route.fulfill({ status: 404, json: { error: { code: "not_found", message: "Not there." } } });
  });
};

const screen = (name: string, path: string, show: (showing: Showing) => Promise<void>, more: Record<string, unknown> = {}): Screen => ({
  name: `project-${name}`,
  show: async (showing) => {
    await told(showing, more);
    await showing.go(`/projects/loss-plots${path}`);
    await show(showing);
  },
});

/** Places to run code: what runs there and what it wrote, its files, its clock. */
export const projects: Screen[] = [
  {
    name: "new-project",
    show: async (showing) => {
      const { page } = showing;
      await showing.go("/c/training");
      await openSidebar(showing);
      await page.getByRole("button", { name: "New project" }).click();
      await page.getByRole("dialog", { name: "New project" }).waitFor();
    },
  },
  screen("talk", "", ({ page }) => page.getByRole("heading", { name: "Nothing has been said here yet" }).waitFor()),
  screen("console", "/console", async ({ page }) => {
    await page.getByRole("region", { name: "Console" }).getByText("listening on").waitFor();
    await page.getByRole("button", { name: "Search the console" }).click();
    await page.getByRole("textbox", { name: "Search the console" }).fill("loss");
  }),
  screen("errors", "/console", async ({ page }) => {
    await page.getByRole("button", { name: /^Errors/ }).click();
    await page.getByRole("complementary", { name: "Errors" }).getByRole("link", { name: "plot.py:14" }).waitFor();
  }),
  screen("unrunnable", "/console", ({ page }) => page.getByText("Nothing can be run here").waitFor(), {
    "container/status": status({
      state: "unavailable",
      driver: null,
      health: { ok: false, problem: "bubblewrap may make no namespaces on this machine.", hint: "Allow it: sysctl kernel.apparmor_restrict_unprivileged_userns=0." },
    }),
    runs: [],
    "console/history": [],
    "console/errors": [],
  }),
  screen("runs", "/runs", ({ page }) => page.getByRole("list", { name: "Runs" }).getByText("python report.py").waitFor()),
  screen("run", "/runs/05", ({ page }) => page.getByRole("region", { name: "Output" }).getByText("ZeroDivisionError").waitFor()),
  screen("file", "/files/plot.py", ({ page }) => page.getByRole("textbox", { name: "Text of plot.py" }).getByText("Plots the loss").waitFor()),
  screen("files", "/files", ({ page }) => page.getByRole("tree", { name: "Files" }).getByText("node_modules").waitFor()),
  screen("versions", "/files/plot.py", async ({ page }) => {
    await page.getByRole("button", { name: "Versions" }).click();
    await page.locator(".cm-changedLine, .cm-insertedLine").first().waitFor();
  }),
  screen("conflict", "/files/plot.py", async ({ page }) => {
    // Who leaves with something unsaved is asked.
    page.on("dialog", (dialog) => dialog.accept().catch(() => {}));
    const text = page.getByRole("textbox", { name: "Text of plot.py" });
    await text.getByText("Plots the loss").waitFor();
    await text.click();
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.type("# mine\n");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Keep mine" }).waitFor();
  }),
  screen("schedules", "/schedules", ({ page }) => page.getByText("Nightly backup").waitFor()),
  screen("schedule-form", "/schedules", async ({ page }) => {
    await page.getByRole("button", { name: "New schedule" }).click();
    await page.getByRole("list", { name: "The next times" }).waitFor();
  }),
  screen("settings", "/settings", ({ page }) => page.getByText("WANDB_API_KEY").waitFor()),
];
