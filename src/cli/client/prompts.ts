import { confirm, isCancel, password, text } from "@clack/prompts";
import { CommandError } from "../failure.ts";

/** What is asked on a terminal. @throws CommandError when somebody thinks better of it */
const answered = (answer: string | symbol | undefined): string => {
  if (isCancel(answer)) throw new CommandError("Nothing was changed.");
  return String(answer ?? "");
};

const needed = (value: string | undefined): string | undefined => (value ? undefined : "It is needed.");

export const askUrl = async (usual: string): Promise<string> => answered(await text({ message: "Which server?", placeholder: usual, defaultValue: usual }));
export const askName = async (): Promise<string> => answered(await text({ message: "Username", validate: needed }));
export const askPassword = (): Promise<string> => askHidden("Password");
export const askSure = async (question: string): Promise<boolean> => {
  const answer = await confirm({ message: question, initialValue: false });
  return answer === true;
};
export const askHidden = async (message: string): Promise<string> => answered(await password({ message, validate: needed }));
