import pino, { type Logger } from "pino";
import type { Config } from "./config.ts";

export type Log = Logger;

/** Bytes of lines gathered before a write: one system call for many requests. */
const GATHER_BYTES = 8 * 1024;
/** Milliseconds after which gathered lines are written whatever their number. */
const FLUSH_EVERY = 250;

/** Structured logs, one JSON line each on standard output. Fields are chosen where a line is written; bodies and credentials never are. */
export const openLog = (config: Config): Log & { close: () => void } => {
  const destination = pino.destination({ dest: 1, minLength: GATHER_BYTES, sync: true });
  const log = pino({ level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } }, destination);
  const timer = setInterval(() => destination.flush(), FLUSH_EVERY);
  timer.unref();
  return Object.assign(log, {
    close: () => {
      clearInterval(timer);
      destination.flushSync();
    },
  });
};
