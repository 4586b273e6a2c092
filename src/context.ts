import { CredentialCache } from "./accounts/credentials.ts";
import { UserDirectory } from "./accounts/directory.ts";
import { accountEvents } from "./accounts/events.ts";
import { Residents } from "./agents/residents.ts";
import { ChannelDirectory } from "./channels/directory.ts";
import { channelEvents } from "./channels/events.ts";
import type { Config } from "./config.ts";
import { migrateDatabase } from "./db/migrate.ts";
import { type Connection, databaseFile, makeDataFolder, openReader, openWriter } from "./db/open.ts";
import { type Tx, Writer } from "./db/write.ts";
import { Feed } from "./feed/feed.ts";
import type { BlobStore } from "./files/blobs.ts";
import { openBlobs } from "./files/open.ts";
import { importEvents } from "./imports/events.ts";
import { inboxEvents } from "./inbox/events.ts";
import { Told } from "./inbox/told.ts";
import { type Keys, openKeys } from "./keys.ts";
import { type Log, openLog } from "./log.ts";
import { messageEvents } from "./messages/events.ts";
import { Prices } from "./models/prices.ts";
import { Tally } from "./models/tally.ts";
import { Roster } from "./presence/roster.ts";
import { ProjectDirectory } from "./projects/directory.ts";
import { projectEvents } from "./projects/events.ts";
import { runEvents } from "./runs/events.ts";
import { scheduleEvents } from "./schedules/events.ts";
import { Turns } from "./turns.ts";
import { workspaceEvents } from "./workspace/events.ts";

/** What every service is handed. */
export type Context = {
  config: Config;
  log: Log;
  clock: () => Date;
  keys: Keys;
  /** What is committed, for reading. */
  db: Connection;
  /** Runs work in the one writer; resolves when it is on disk. */
  write: <T>(work: (tx: Tx) => T) => Promise<T>;
  feed: Feed;
  users: UserDirectory;
  channels: ChannelDirectory;
  projects: ProjectDirectory;
  credentials: CredentialCache;
  /** What was last said to whom. */
  told: Told;
  /** Who is here, and what they say of themselves. */
  roster: Roster;
  /** The agents that the server itself runs. */
  residents: Residents;
  /** What models cost. */
  prices: Prices;
  /** What was spent on them today, and how often they were called. */
  tally: Tally;
  /** Where the bytes of files lie. */
  blobs: BlobStore;
  /** Whose turn it is with a content, by its SHA-256. */
  turns: Turns;
  /** Where a data folder of an older version was copied before its migration, if it was. */
  migrated: string | null;
  close: () => void;
};

/** Opens the data folder: database, migrations, keys, the directories in memory, the feed. Used by the server and by the operator's commands. */
export const openContext = (config: Config, clock: () => Date = () => new Date()): Context => {
  makeDataFolder(config.data);
  const log = openLog(config);
  const file = databaseFile(config.data);
  const connection = openWriter(file);
  const migrated = migrateDatabase(connection, config.data);
  const writer = new Writer(connection, clock);
  const db = openReader(file);
  const feed = new Feed({
    ...messageEvents,
    ...channelEvents,
    ...accountEvents,
    ...inboxEvents,
    ...projectEvents,
    ...runEvents,
    ...workspaceEvents,
    ...scheduleEvents,
    ...importEvents,
  });
  const users = new UserDirectory(db);
  const channels = new ChannelDirectory(db);
  const roster = new Roster(db, users, feed, clock);
  const context: Context = {
    config,
    log,
    clock,
    keys: openKeys(config.data, config.secretKey),
    db,
    write: (work) => writer.write(work),
    feed,
    users,
    channels,
    projects: new ProjectDirectory(db, channels),
    credentials: new CredentialCache(),
    told: new Told(db),
    roster,
    prices: new Prices(config.data, log),
    tally: new Tally({ db, clock }),
    residents: new Residents(),
    blobs: openBlobs(config),
    turns: new Turns(),
    migrated,
    close: () => {
      roster.close();
      feed.close();
      writer.close();
      db.raw.close();
      log.close();
    },
  };
  feed.open(context, connection);
  feed.listen((_, changes) => context.told.take(changes));
  writer.listen({
    committed: (before, changes) => feed.committed(before, changes),
    failed: (error) => log.error({ event: "commit_failed", error: String(error) }, "A transaction could not be committed; its callers were told"),
  });
  return context;
};
