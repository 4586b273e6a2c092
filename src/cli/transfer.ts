import { type Command, Option } from "commander";
import type { Config } from "../config.ts";
import { clientCommand, several } from "./client/command.ts";
import type { ExportOptions } from "./client/exporting.ts";
import type { ImportOptions } from "./import.ts";

type Shared = { data?: string; envFile?: string };

/** `import` and `export`. `settings` reads the operator's, as the server's own commands do. */
export const transferCommands = (program: Command, settings: (options: Shared) => Config): void => {
  const bring = program.command("import").description("Bring people, channels and messages over from elsewhere").exitOverride();
  bring
    .command("slack <file>")
    .description("Bring over a Slack export: its ZIP file, or the folder it was unpacked to")
    .exitOverride()
    .option("--data <folder>", "data folder (COLONY_DATA; ./colony-data)")
    .option("--env-file <file>", "read settings from a file")
    .option("--dry-run", "say what would come, and write nothing")
    .option("--files", "fetch the files that the export links to, by the token in its links")
    .option("--activate", "let people who are not deleted in Slack sign in, once they have a password")
    .option("--apart", "take nobody for a user of the same name that is here already")
    .option("--map <slack=username>", "take this person of Slack, by name or id, for this user; may be given again", several)
    .addOption(new Option("--allow-private", "fetch files from private addresses too").hideHelp())
    .option("--json", "as JSON")
    .addHelpText("after", ABOUT)
    .action(async (file: string, options: Shared & ImportOptions) => (await import("./import.ts")).importFrom(settings(options), file, options));

  clientCommand(program, "export [channels...]", "Write channels whole to files: JSON lines or a transcript")
    .option("--all", "every channel and conversation that you see")
    .addOption(new Option("--format <format>", "jsonl: one message a line, as the API gives it; md: a transcript").choices(["jsonl", "md"]).default("jsonl"))
    .option("-o, --output <path>", "a file, or a folder for several (standard output)")
    .option("--files", "fetch attached files too, into files/ of the folder")
    .action(async (channels: string[], options: ExportOptions) => (await import("./client/exporting.ts")).exportChannels(channels, options));
};

const ABOUT = `
The server may be running: nothing of this notifies anybody, counts as unread or calls an agent, and search finds it within moments.
Again with the same export: nothing changes. With a longer one: what is new is added. After an interruption: it goes on.

People      Who has the name of an active user here is that user (--apart: nobody is; --map says who is whom). Others are made,
            deactivated; bots as agents. Nobody gets a right. To let someone in: --activate, then colony user password NAME.
Channels    Public and private ones (with who was in them), archived ones, direct and group messages, as far as the export has them.
            An empty public channel of the same name is filled; one in which something was said is left alone, and NAME-slack is made.
            Names here: small letters, digits, - and _ ; others are put in their place and listed.
Messages    With their time, author, thread, edits, reactions; Slack's markup becomes markdown. More than 256 KiB becomes several.
            Left out, and counted: joins and leaves, changes of topic, notices, previews of links, what was deleted.
            Reactions with emoji of a workspace's own stand in the message's metadata. "came by" is import.
Files       Those in the export (__uploads/ID/NAME, CHANNEL/attachments/ID-NAME). Others are named with their link, or fetched by --files
            (up to COLONY_MAX_UPLOAD each) with the message: what came before without them stays as it is, so say --files the first time.`;
