import { CLIENT_SECRET_BYTES } from "../../limits.ts";
import { CommandError, EXIT } from "../failure.ts";

/** Whether something is piped in. A terminal is somebody who types, and was not asked to. */
export const isPiped = (): boolean => !process.stdin.isTTY;

/**
 * All of standard input as text, up to a limit.
 * @param most bytes; more is refused with `refusal`, which says what to do instead
 */
export const readInput = async (most: number, refusal: string): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of Bun.stdin.stream()) {
    size += chunk.byteLength;
    if (size > most) throw new CommandError(refusal, EXIT.refused);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
};

/** One line of standard input: a secret, without its line end. @throws CommandError when none comes */
export const readSecret = async (what: string): Promise<string> => {
  const [line = ""] = (await readInput(CLIENT_SECRET_BYTES, `The ${what} on standard input is longer than any.`)).split(/\r?\n/);
  if (line === "") throw new CommandError(`No ${what} came on standard input: printf %s "$SECRET" | colony login …`, EXIT.usage);
  return line;
};
