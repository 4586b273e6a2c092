import type { Config } from "../config.ts";
import { ArchiveError } from "../imports/archive.ts";
import { EVERYBODYS } from "../imports/people.ts";
import type { Summary } from "../imports/run.ts";
import { importSlack } from "../imports/service.ts";
import { CommandError, EXIT } from "./failure.ts";
import { withContext } from "./people.ts";

export type ImportOptions = { dryRun?: boolean; files?: boolean; activate?: boolean; apart?: boolean; map?: string[]; allowPrivate?: boolean; json?: boolean };

/** Milliseconds between two tellings of how far it has come. */
const TELL_EVERY = 200;

/** Brings a Slack export into the data folder, beside the server that may be running, and says at the end what came and what did not. */
export const importFrom = (config: Config, file: string, options: ImportOptions): Promise<void> => {
  const { dryRun: dry = false, files = false, activate = false, apart = false, allowPrivate = false } = options;
  const wishes = { dry, files, activate, apart, allowPrivate, as: new Map((options.map ?? []).map(pair)) };
  return withContext(config, async (ctx) => {
    const progress = teller();
    try {
      const summary = await importSlack(ctx, file, wishes, progress.tell);
      progress.end();
      console.log(options.json ? JSON.stringify(summary) : linesOf(summary, activate).join("\n"));
    } catch (error) {
      progress.end();
      throw error instanceof ArchiveError ? new CommandError(error.message) : error;
    }
  });
};

const pair = (written: string): [string, string] => {
  const [, slack, username] = /^@?([^=]+)=@?([^=]+)$/.exec(written) ?? [];
  if (slack === undefined || username === undefined) throw new CommandError(`--map takes SLACK=USERNAME, e.g. --map alice.smith=alice; '${written}' is neither.`, EXIT.usage);
  return [slack, username];
};

/** Tells on stderr how far it has come, in one line that is written over; nothing where nobody looks. */
const teller = () => {
  let last = 0;
  const shown = process.stderr.isTTY;
  return {
    tell: (line: string) => {
      const now = performance.now();
      if (!shown || now - last < TELL_EVERY) return;
      last = now;
      process.stderr.write(`\r\x1b[K${line} …`);
    },
    end: () => {
      if (shown) process.stderr.write("\r\x1b[K");
    },
  };
};

/** What came, in lines. Names come from elsewhere: nothing of them moves the cursor. */
const linesOf = ({ team, dry_run, users, channels, messages, files, left_out, problems, more_problems }: Summary, activate: boolean): string[] => {
  const list = (pairs: { slack: string; to: string }[]) => pairs.map(({ slack, to }) => `  ${slack} → ${to}`);
  const lines = [
    dry_run ? `Slack workspace ${team}: nothing was written (--dry-run). It would be` : `Slack workspace ${team} is here:`,
    `${users.made} people made, ${users.mapped.length} taken for users here, ${users.known} known from before${users.activated > 0 ? `, ${users.activated} of them activated` : ""}`,
    ...list(users.mapped.map(({ slack, username }) => ({ slack, to: `@${username}, who was here` }))),
    ...list(users.renamed.map(({ slack, username }) => ({ slack, to: `@${username}` }))),
    ...(users.renamed.some(({ slack }) => slack === EVERYBODYS)
      ? [`  (@${EVERYBODYS} is every server's first account: nobody is taken for it, unless --map ${EVERYBODYS}=${EVERYBODYS} says so at the first import)`]
      : []),
    `${channels.made} channels made, ${channels.filled.length} filled, ${channels.conversations} conversations, ${channels.known} known from before`,
    ...list(channels.filled.map((name) => ({ slack: name, to: `#${name}, which was empty` }))),
    ...list(channels.renamed.map(({ slack, name }) => ({ slack, to: `#${name}` }))),
    `${messages.made} messages new (${messages.replies} in threads, ${messages.reactions} reactions), ${messages.changed} changed since, ${messages.known} known from before`,
    `${files.taken} files taken, ${files.linked} named with their link`,
    ...Object.entries(left_out).map(([what, count]) => `${count} left out: ${what}`),
    ...problems.map(({ what, why }) => `Not taken: ${what}: ${why}`),
    ...(more_problems > 0 ? [`Not taken besides: ${more_problems} more`] : []),
  ];
  if (users.made > 0 && !dry_run && !activate) lines.push("Whoever was made cannot sign in yet. To let them in: the same with --activate, then colony user password NAME.");
  return lines.map((line) => line.replace(/\p{Cc}/gu, " "));
};
