import type { Page } from "playwright-core";

/** A frame that took long: its length in ms, and the scripts that took it, longest first. */
export type LongFrame = { ms: number; scripts: string[] };

/** Frames of a stretch of time; all times in ms, from the start of one frame to the start of the next. */
export type Frames = { times: number[]; worst: number; p95: number; over50: number; long: LongFrame[] };

type Watch = { times: number[]; entries: LongAnimationFrame[]; running: boolean; observer: PerformanceObserver };

declare global {
  interface Window {
    colonyFrames?: Watch;
  }
}

/** https://w3c.github.io/long-animation-frames/, as far as it is read here. */
type LongAnimationFrame = PerformanceEntry & {
  scripts: { duration: number; invoker: string; sourceURL: string; sourceFunctionName: string; sourceCharPosition: number; forcedStyleAndLayoutDuration: number }[];
  styleAndLayoutStart: number;
};

const begin = (): void => {
  const watch: Watch = {
    times: [],
    entries: [],
    running: true,
    observer: new PerformanceObserver((list) => watch.entries.push(...(list.getEntries() as LongAnimationFrame[]))),
  };
  window.colonyFrames = watch;
  watch.observer.observe({ type: "long-animation-frame" });
  let last = performance.now();
  const frame = (): void => {
    const now = performance.now();
    watch.times.push(now - last);
    last = now;
    if (watch.running) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
};

/**
 * Lets the frame that is under way end, so that it counts. The browser tells of a long frame only when it was shown, some frames
 * later; so one is held up here on purpose, and when it is told of, all before it have been.
 */
const end = async (): Promise<Pick<Frames, "times" | "long">> => {
  const watch = window.colonyFrames;
  if (!watch) throw new Error("Frames are not watched.");
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  watch.running = false;
  const last = await new Promise<number>((resolve) =>
    requestAnimationFrame(() => {
      const from = performance.now();
      // A frame counts as long from 50 ms.
      while (performance.now() < from + 60);
      resolve(from);
    }),
  );
  const isOver = ({ startTime, duration }: LongAnimationFrame): boolean => startTime + duration > last;
  // A page that is not shown is told of none.
  for (const from = performance.now(); !watch.entries.some(isOver) && performance.now() < from + 10_000; ) await new Promise(requestAnimationFrame);
  watch.observer.disconnect();
  const long = watch.entries
    .filter((entry) => !isOver(entry))
    .map((entry) => {
      const scripts = entry.scripts
        .toSorted((a, b) => b.duration - a.duration)
        .map(
          ({ duration, invoker, sourceURL, sourceFunctionName, sourceCharPosition, forcedStyleAndLayoutDuration }) =>
            `${Math.round(duration)} ms ${invoker} ${sourceFunctionName} ${sourceURL.replace(/^.*\//, "")}:${sourceCharPosition}, ${Math.round(forcedStyleAndLayoutDuration)} ms of it forced layout`,
        );
      const layout = entry.styleAndLayoutStart > 0 ? entry.startTime + entry.duration - entry.styleAndLayoutStart : 0;
      return { ms: entry.duration, scripts: [...scripts, `${Math.round(layout)} ms style, layout and paint`] };
    });
  return { times: watch.times, long };
};

/** Watches the frames of a page while `work` goes on, which must not leave it. */
export const watchFrames = async (page: Page, work: () => Promise<void>): Promise<Frames> => {
  await page.evaluate(begin);
  await work();
  const { times, long } = await page.evaluate(end);
  return framesOf(times, long);
};

/** Puts stretches together, as if they were one. */
export const joinFrames = (parts: Frames[]): Frames =>
  framesOf(
    parts.flatMap(({ times }) => times),
    parts.flatMap(({ long }) => long),
  );

const framesOf = (times: number[], long: LongFrame[]): Frames => {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    times,
    worst: sorted.at(-1) ?? 0,
    p95: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0,
    over50: sorted.filter((ms) => ms > 50).length,
    long: long.toSorted((a, b) => b.ms - a.ms),
  };
};
