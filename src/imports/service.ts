import { operator, record } from "../accounts/audit.ts";
import type { Context } from "../context.ts";
import type { Names } from "../webhooks/slack.ts";
import { openArchive } from "./archive.ts";
import { withSigns } from "./emoji.ts";
import { readWorkspace } from "./format.ts";
import { History } from "./history.ts";
import { People } from "./people.ts";
import { Places } from "./places.ts";
import { complain, leaveOut, newSummary, type Run, SOURCE, type Summary, type Wishes } from "./run.ts";
import { teamsOf } from "./store.ts";
import { write } from "./writing.ts";

/**
 * Brings a Slack export over: its people, channels, conversations, messages, threads, reactions and files. Whatever came before is known and left
 * as it is, so that the same export changes nothing, a longer one adds what is new, and one that was cut off is gone on with. Nobody is called by any of it.
 * @param path the ZIP file, or the folder that it was unpacked to
 * @param tell hears how far it has come, in some words
 * @throws ArchiveError for what is no export, or a user to map to who is not there
 */
export const importSlack = async (ctx: Context, path: string, wishes: Wishes, tell: (line: string) => void): Promise<Summary> => {
  const archive = await openArchive(path);
  try {
    const workspace = await readWorkspace(archive);
    const { people: listed, places: all, unread, odd } = workspace;
    // A workspace that came before keeps its name, whatever the export says of it today.
    const [before] = teamsOf(
      ctx.db,
      SOURCE,
      "channel",
      all.map(({ id }) => id),
    );
    const team = before ?? workspace.team;
    const summary = newSummary(team, wishes.dry);
    const run: Run = { ctx, team, archive, wishes, summary, tell };
    for (const { what, why } of unread) complain(run, what, why);
    leaveOut(run, "files in the archive with a name that leads out of it, or a second time, or locked", odd.length);
    const people = new People(run, listed);
    await people.takeListed();
    tell(`${listed.length} people`);
    const places = new Places(run, people);
    for (const place of all) await places.take(place);
    tell(`${all.length} channels and conversations`);
    const names: Names = { user: (id, label) => people.mention(id, label), channel: (id, label) => places.mention(id, label), emoji: withSigns };
    for (const place of all) {
      await new History(run, people, places, names, place).take();
      await places.close(place);
    }
    if (!wishes.dry)
      await write(ctx, (tx) =>
        record(tx, operator, "imported", null, { source: SOURCE, team, messages: summary.messages.made, channels: summary.channels.made, users: summary.users.made }),
      );
    return summary;
  } finally {
    archive.close();
  }
};
