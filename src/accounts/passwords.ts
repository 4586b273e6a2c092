import { HASHES_AT_ONCE, HASHES_WAITING } from "../limits.ts";
import { inTurns } from "../turns.ts";

/** OWASP's argon2id setting for passwords: 19 MiB, two passes; about 20 ms. */
const forPasswords = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;
/** A token's secret has 256 random bits, which nobody guesses at any price: the cheap setting keeps a thousand agents' reconnect short. */
const forTokens = { algorithm: "argon2id", memoryCost: 2_048, timeCost: 1 } as const;

const inTurn = inTurns(HASHES_AT_ONCE, HASHES_WAITING);

export const hashPassword = (password: string): Promise<string> => inTurn(() => Bun.password.hash(password, forPasswords));
export const hashToken = (token: string): Promise<string> => inTurn(() => Bun.password.hash(token, forTokens));

/** Whether `secret` made `hash`. With no hash it takes as long as with one, and is false: an unknown user answers like a wrong password. */
export const verifySecret = async (secret: string, hash: string | null): Promise<boolean> => {
  nobody ??= hashPassword(crypto.randomUUID()).catch((error) => {
    nobody = undefined;
    throw error;
  });
  const against = hash ?? (await nobody);
  const matches = await inTurn(() => Bun.password.verify(secret, against));
  return matches && hash !== null;
};
let nobody: Promise<string> | undefined;

/** Base 32 without letters that look alike. */
const letters = "abcdefghjkmnpqrstuvwxyz23456789";

/** Random text of `length` letters that can be read out and typed. */
export const randomText = (length: number): string => {
  let text = "";
  while (text.length < length)
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) if (byte < letters.length * 8 && text.length < length) text += letters[byte % letters.length];
  return text;
};
