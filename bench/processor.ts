import type { Browser, Page } from "playwright-core";

/** https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU, as far as it is read here. Times in µs; `tdur`: of the thread itself. */
type TraceEvent = { ph: string; name: string; pid: number; tid: number; tdur?: number; args: { name?: string } };

/**
 * The longest task of a page's main thread while `work` goes on, in ms of processor time: a frame's script, style, layout and paint are one task.
 * Others at work on the machine delay a frame, and do not count here.
 */
export async function longestTask(browser: Browser, page: Page, work: () => Promise<unknown>): Promise<number> {
  await browser.startTracing(page, { categories: ["toplevel"] });
  await work();
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse((await browser.stopTracing()).toString());
  const mains = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(threadOf));
  const tasks = Map.groupBy(
    traceEvents.filter((event) => event.ph === "X" && event.name === "ThreadControllerImpl::RunTask" && mains.has(threadOf(event))),
    threadOf,
  );
  const times = [...tasks.values()].map((events) => events.map(({ tdur }) => (tdur ?? 0) / 1_000));
  // Of the browser's pages it is the one with most to do.
  const [busiest = []] = times.toSorted((a, b) => sum(b) - sum(a));
  if (busiest.length === 0) throw new Error("the browser's trace has no task of a page");
  return Math.max(...busiest);
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}:${tid}`;
const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0);
