import { Database } from "bun:sqlite";
import { existsSync, statfsSync, statSync } from "node:fs";
import { drizzle } from "drizzle-orm/bun-sqlite";
import type { Config } from "../config.ts";
import { lockFolder } from "../db/lock.ts";
import { BUSY_TIMEOUT, type Connection, databaseFile, openReader } from "../db/open.ts";
import { checkBlobs, type Flaw, knowsFiles } from "../files/check.ts";
import { openBlobs } from "../files/open.ts";
import { keyFile } from "../keys.ts";
import { knowledgeHealth } from "../knowledge/service.ts";
import { usableModels } from "../models/names.ts";
import { pricesFile, readPrices } from "../models/prices.ts";
import { indexHealth } from "../search/health.ts";
import { version } from "../version.ts";
import { checkAgents } from "./agents.ts";
import { budget, type Force, inForce, otherwise } from "./given.ts";
import { checkSandbox } from "./sandbox.ts";
import { checkSecrets } from "./secrets.ts";
import { checkTelegram } from "./telegram.ts";

export type Finding = { level: "ok" | "warn" | "fail"; what: string; says: string };

const MiB = 1024 * 1024;
/** Bytes free below which a busy server fills the disk within hours. */
const DISK_LOW = 1024 * MiB;
/** Bytes free below which the next backup or checkpoint may fail. */
const DISK_OUT = 100 * MiB;
/** Before this version was made: a clock that shows less is wrong. */
const CLOCK_FLOOR = Date.parse("2026-01-01T00:00:00Z");

/** Looks at everything the server leans on and says what to do. @returns whether all is well enough to serve */
export const doctor = async (config: Config): Promise<boolean> => {
  const ofDatabase = database(config);
  const findings: Finding[] = [
    { level: "ok", what: "version", says: `Colony ${version}, Bun ${Bun.version}, ${process.platform} ${process.arch}` },
    disk(config),
    clock(),
    ...ofDatabase,
    ...(await checkAgents(config)),
    ...(await checkSandbox(config)),
    ...(await checkTelegram(config)),
    prices(config),
    ...(ofDatabase.some(({ level, what }) => what === "database" && level === "fail") ? [] : await files(config)),
  ];
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { level, what, says } of findings) console.log(`${level.padEnd(4)}  ${what.padEnd(width)}  ${says}`);
  return findings.every(({ level }) => level !== "fail");
};

const disk = (config: Config): Finding => {
  const place = existsSync(config.data) ? config.data : ".";
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const says = `${Math.floor(free / MiB)} MiB free under ${config.data}`;
  if (free < DISK_OUT) return { level: "fail", what: "disk", says: `${says}: free some now, or posts will be refused` };
  if (free < DISK_LOW) return { level: "warn", what: "disk", says: `${says}: free some soon` };
  return { level: "ok", what: "disk", says };
};

const clock = (): Finding => {
  const now = new Date();
  if (now.getTime() < CLOCK_FLOOR) return { level: "fail", what: "clock", says: `It says ${now.toISOString()}, which has passed: set it, and keep it set with an NTP service` };
  return { level: "ok", what: "clock", says: now.toISOString() };
};

const database = (config: Config): Finding[] => {
  const file = databaseFile(config.data);
  if (!existsSync(file))
    return [
      {
        level: "fail",
        what: "database",
        says: `There is no Colony in ${config.data}: name its own folder (--data, COLONY_DATA); one that never started is made by its first start`,
      },
    ];
  const findings: Finding[] = [];
  const key = keyFile(config.data);
  if (config.secretKey !== null) findings.push({ level: "ok", what: "key", says: `COLONY_SECRET_KEY, in place of ${key}` });
  else if (!existsSync(key)) findings.push({ level: "fail", what: "key", says: `${key} is missing: put it back from a backup, or all sign-ins end` });
  else if ((statSync(key).mode & 0o077) !== 0) findings.push({ level: "warn", what: "key", says: `${key} can be read by others: chmod 600 ${key}` });
  else findings.push({ level: "ok", what: "key", says: `${key}, readable by its owner alone` });
  const unlock = lockFolder(config.data);
  findings.push({ level: "ok", what: "server", says: unlock ? "Not running on this folder" : "Running on this folder" });
  unlock?.();
  const running = unlock === null;
  try {
    const raw = new Database(file, { readonly: true, strict: true });
    raw.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    // One moment of it, though a server goes on writing.
    raw.run("BEGIN");
    const verdict = raw.query<{ quick_check: string }, []>("PRAGMA quick_check").get()?.quick_check ?? "no answer";
    const facts = raw.query<{ messages: number; seq: number | null }, []>("SELECT (SELECT count(*) FROM messages) AS messages, (SELECT max(seq) FROM feed) AS seq").get();
    const db = { raw, sql: drizzle(raw) };
    const force = inForce(config, db, running);
    findings.push(...otherwise(force));
    const index = verdict === "ok" ? [...checkSecrets(config, db), ...search(db, facts?.seq ?? 0), ...documents(db, force), ...budget(db, force)] : [];
    raw.close();
    if (verdict === "ok")
      findings.push({ level: "ok", what: "database", says: `Whole; ${facts?.messages ?? 0} messages, seq ${facts?.seq ?? 0}, ${Math.ceil(statSync(file).size / MiB)} MiB` });
    else findings.push({ level: "fail", what: "database", says: `Damaged: ${verdict}. Stop the server and restore the newest backup` });
    findings.push(...index);
  } catch (error) {
    findings.push({
      level: "fail",
      what: "database",
      says: `It cannot be read (${error instanceof Error ? error.message : error}). Check who owns ${file}; else restore a backup`,
    });
  }
  return findings;
};

const search = (db: Connection, head: number): Finding[] => {
  const health = indexHealth(db);
  if (!health) return [];
  const { through, faults } = health;
  if (faults.length > 0) return [{ level: "fail", what: "search", says: `Its index is not whole: ${faults.join("; ")}. Build it anew: colony doctor --rebuild-search` }];
  return [{ level: "ok", what: "search", says: `Its index is whole, ${through < head ? `as far as seq ${through}; a running server goes on with it` : `through seq ${through}`}` }];
};

/** Whether what models cost is known: without it a budget stops nothing. */
const prices = (config: Config): Finding => {
  const what = "prices";
  const file = pricesFile(config.data);
  if (!existsSync(file)) return { level: "ok", what, says: `No ${file} yet; the next start writes it with the prices that providers publish` };
  const read = readPrices(file);
  if (typeof read === "string") return { level: "warn", what, says: `${read} Until it is mended, the prices before it are in force` };
  const unpriced = usableModels(config, { model: null, fallback_model: null }).find((model) => !read.has(model));
  const says = `${read.size} models have a price in ${file}`;
  if (!unpriced) return { level: "ok", what, says };
  return { level: "warn", what, says: `${says}, and ${unpriced} has none: what it costs is not known, and no budget stops it. Add it there, in dollars for a million tokens` };
};

/** Problems of documents that are told one by one; the page of them has all. */
const PROBLEMS_TOLD = 5;

const documents = (db: Connection, { knowledge }: Force): Finding[] => {
  const what = "documents";
  const health = knowledgeHealth(db);
  if (!health || knowledge === null) return [];
  const { files, sections, problems } = health;
  if (!existsSync(knowledge)) return [{ level: "warn", what, says: `There is no folder ${knowledge}: make it, or set COLONY_KNOWLEDGE to another` }];
  const says = `${files} files, ${sections} sections in ${knowledge}`;
  if (problems.length === 0) return [{ level: "ok", what, says }];
  const told = problems.slice(0, PROBLEMS_TOLD).map(({ path, problem }) => `${JSON.stringify(path)}: ${problem}`);
  const more = problems.length > told.length ? ` ${problems.length - told.length} more are listed by GET /api/knowledge/files.` : "";
  return [{ level: "warn", what, says: `${says}. Not all can be read. ${told.join(". ")}.${more}` }];
};

/** Whether the bytes of all files that a sound database names are where they should be. */
const files = async (config: Config): Promise<Finding[]> => {
  const file = databaseFile(config.data);
  if (!existsSync(file)) return [];
  const what = "files";
  const blobs = openBlobs(config);
  const db = openReader(file);
  try {
    if (!knowsFiles(db)) return [];
    const { files, contents, bytes, missing, wrong, strays } = await checkBlobs(db, blobs);
    const findings = [
      ...flawed(
        missing,
        "missing",
        `If they lie elsewhere, give this command the server's settings too (--env-file); else put them back from a backup or a copy of ${blobs.place}, or let their uploaders delete the files and send them anew`,
      ),
      ...flawed(wrong, "of another length than they had", `Something wrote over them in ${blobs.place}: put them back from a backup or a copy`),
    ];
    const swept = strays > 0 ? `; ${strays} blobs that no file has, which the server sweeps` : "";
    return findings.length > 0 ? findings : [{ level: "ok", what, says: `${files} files, ${contents} contents, ${Math.ceil(bytes / MiB)} MiB in ${blobs.place}${swept}` }];
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return [
      {
        level: "fail",
        what,
        says: `${blobs.place} cannot be read (${cause instanceof Error ? cause.message : cause}). Check COLONY_FILES and COLONY_S3_*, and that the store can be reached from here`,
      },
    ];
  } finally {
    db.raw.close();
  }
};

const flawed = (flaws: Flaw[], how: string, advice: string): Finding[] => {
  const [first] = flaws;
  if (!first) return [];
  return [
    {
      level: "fail",
      what: "files",
      says: `The bytes of ${flaws.length === 1 ? "one file" : `${flaws.length} files`} are ${how}, e.g. of ${JSON.stringify(first.name)} (${first.id}, SHA-256 ${first.sha256}). ${advice}`,
    },
  ];
};
