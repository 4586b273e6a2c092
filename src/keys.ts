import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export type Sealer = {
  /** Encrypts a text for keeping (AES-256-GCM; nonce, tag and text in base64). */
  seal: (text: string) => string;
  /** @throws Error when the text was not sealed under this key */
  unseal: (sealed: string) => string;
};

export type Keys = {
  /** Signs sessions. */
  session: Uint8Array;
  /** For answers that are kept under an Idempotency-Key. */
  answers: Sealer;
  /** For secrets that the server itself must know again, to check or make signatures with. */
  secrets: Sealer;
};

export const keyFile = (data: string): string => join(data, "secret.key");

/** Derives one key for each use from `given` (hex), or from `<data>/secret.key`, which is made (mode 0600) when the folder is new. */
export const openKeys = (data: string, given: string | null): Keys => {
  const secret = given === null ? readKey(keyFile(data)) : Buffer.from(given, "hex");
  const derive = (use: string) => new Uint8Array(hkdfSync("sha256", secret, "", `colony ${use}`, KEY_BYTES));
  return { session: derive("session"), answers: sealer(derive("answers")), secrets: sealer(derive("secrets")) };
};

const readKey = (file: string): Buffer => {
  if (!existsSync(file)) writeFileSync(file, randomBytes(KEY_BYTES).toString("hex"), { mode: 0o600, flag: "wx" });
  const secret = Buffer.from(readFileSync(file, "utf8").trim(), "hex");
  if (secret.length !== KEY_BYTES) throw new Error(`${file} is not a key of ${KEY_BYTES} bytes in hex. Put back the file of this data folder's backup.`);
  return secret;
};

const sealer = (key: Uint8Array): Sealer => ({
  seal: (text) => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
  },
  unseal: (sealed) => {
    const bytes = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
  },
});
