import type { Attachment, Message } from "../api.ts";
import { cut, excerpt } from "./excerpt.ts";
import { faultOf } from "./faults.ts";
import { codeOf } from "./shapes.ts";

type Said = Pick<Message, "type" | "content" | "metadata"> & { attachments?: readonly Attachment[] };

/** What a message says in one line of its own form: an error its cause, code its first line as it is written, all else its words; without any, what its files are called. */
export const gist = ({ type, content, metadata, attachments }: Said, characters = 140): string => {
  if (content === "" && attachments) return cut(attachments.map(({ name }) => name).join(", "), characters);
  if (type === "error") return cut(oneLine(faultOf(content).cause.replace(/`([^`]+)`/g, "$1")), characters) || excerpt(content, characters);
  if (type === "code") return cut(oneLine(/\S.*/.exec(codeOf(content, metadata).text)?.[0] ?? ""), characters);
  return excerpt(content, characters);
};

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
