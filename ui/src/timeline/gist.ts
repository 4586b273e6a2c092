import type { Message } from "../api.ts";
import { cut, excerpt } from "./excerpt.ts";
import { faultOf } from "./faults.ts";
import { codeOf } from "./shapes.ts";

/** What a message says in one line of its own form: an error its cause, code its first line as it is written, all else its words. */
export const gist = ({ type, content, metadata }: Pick<Message, "type" | "content" | "metadata">, characters = 140): string => {
  if (type === "error") return cut(oneLine(faultOf(content).cause), characters) || excerpt(content, characters);
  if (type === "code") return cut(oneLine(/\S.*/.exec(codeOf(content, metadata).text)?.[0] ?? ""), characters);
  return excerpt(content, characters);
};

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
