import type { Message } from "grammy/types";
import { AppError } from "../errors.ts";
import { TELEGRAM_NOTE_CHARACTERS } from "../limits.ts";
import { chat, reply, stopTalk } from "./asking.ts";
import { chooseByButton, chosenProject, create, projects, turnPage, use } from "./choosing.ts";
import { fileIn, files, openFile, takeFile } from "./files.ts";
import { endLink, link, notLinked, start } from "./linking.ts";
import { escaped, fitting } from "./markup.ts";
import { answerByButton } from "./questions.ts";
import { logs, run, stop } from "./running.ts";
import { runNow, schedules, toggle } from "./schedules.ts";
import { notify, switchKind } from "./settings.ts";
import { status } from "./status.ts";
import type { InProject, Linked, Press, Talk } from "./talk.ts";

/** What one may write after a slash, and what it does: for anyone, for who is linked, or in the chosen project. */
type Command = { name: string; says: string } & (
  | { anyone: (talk: Talk, rest: string, linked: Linked | null) => Promise<void> }
  | { linked: (talk: Linked, rest: string) => Promise<void> }
  | { inProject: (talk: InProject, rest: string) => Promise<void> }
);

const help = async ({ say }: Talk): Promise<void> => {
  await say(
    [
      ...commands.map(({ name, says }) => `/${name} ${escaped(says)}`),
      "",
      "Plain words go to the chosen project's dev-manager, or to an agent that they begin with: @engineer …",
      "A reply to what I told you goes where that stands. A file that you send is put into the project, 20 MB at most.",
    ].join("\n"),
  );
};

/** As Telegram's menu lists them too. */
export const commands: Command[] = [
  { name: "projects", says: "Choose a project", linked: projects },
  { name: "use", says: "Choose a project by its name in addresses", linked: use },
  { name: "create", says: "Make a project", linked: create },
  { name: "chat", says: "Give the project's agents something to do", inProject: chat },
  { name: "run", says: "Run a command in the project", inProject: run },
  { name: "logs", says: "What the last run said", inProject: logs },
  { name: "files", says: "List the project's files, or get one", inProject: files },
  { name: "schedule", says: "List schedules, or make one", inProject: schedules },
  { name: "status", says: "How the project stands", inProject: status },
  { name: "notify", says: "Choose what you are told", linked: notify },
  { name: "link", says: "Link this chat with your account", anyone: link },
  { name: "unlink", says: "Unlink this chat", linked: endLink },
  { name: "help", says: "This list", anyone: help },
  { name: "start", says: "Begin", anyone: start },
];

/** What is told of a failure on purpose; all else is thrown. */
const sayFailure = (talk: Talk) => async (error: unknown) => {
  if (!(error instanceof AppError)) throw error;
  await talk.say(escaped(fitting(error.message, TELEGRAM_NOTE_CHARACTERS)));
};

/** Deals with a message that somebody wrote to the bot. */
export const onMessage = async (talk: Talk, linked: Linked | null, message: Message): Promise<void> => {
  const work = () => dealWith(talk, linked, message);
  await work().catch(sayFailure(talk));
};

const dealWith = async (talk: Talk, linked: Linked | null, message: Message): Promise<void> => {
  const said = message.text ?? "";
  const [, name = "", rest = ""] = /^\/([a-z]+)(?:@\w+)?(?:\s+(.*))?$/is.exec(said) ?? [];
  const command = commands.find((one) => one.name === name.toLowerCase());
  if (command && "anyone" in command) return command.anyone(talk, rest.trim(), linked);
  if (!linked) return void (await talk.say(notLinked));
  if (command && "linked" in command) return command.linked(linked, rest.trim());
  if (said.startsWith("/") && !command) return void (await talk.say(`There is no such command. /help lists them.`));
  if (!command && said !== "" && message.reply_to_message && (await reply(linked, message.reply_to_message.message_id, said))) return;
  const file = fileIn(message);
  if (said === "" && !file) return void (await talk.say("I take words and files."));
  const inProject = await chosenProject(linked);
  if (!inProject) return;
  if (file) return takeFile(inProject, file, message.caption ?? "");
  if (command && "inProject" in command) return command.inProject(inProject, rest);
  await chat(inProject, said);
};

/** What buttons do, by the letter that what they say begins with. */
const presses: Record<string, (talk: Linked, press: Press, redraw: (message_key: number) => void) => Promise<void>> = {
  p: turnPage,
  u: chooseByButton,
  s: stop,
  x: stopTalk,
  a: answerByButton,
  f: openFile,
  n: switchKind,
  r: runNow,
  e: toggle,
};

/** Deals with a button that was pressed. */
export const onPress = async (linked: Linked | null, press: Press, redraw: (message_key: number) => void): Promise<void> => {
  const letter = press.data.split(":")[0] ?? "";
  const act = Object.hasOwn(presses, letter) ? presses[letter] : undefined;
  if (!linked || !act) return press.done(linked ? "That button is of no use any more." : "This chat is not linked with an account.");
  try {
    await act(linked, { ...press, data: press.data.slice(2) }, redraw);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await press.done(error.message);
  }
};
