import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Answer, Call, Colony } from "./colony.ts";

export const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The body of a form that carries a file, as browsers and curl write it. */
export const formOf = (bytes: string | Uint8Array<ArrayBuffer>, name: string, type = "application/octet-stream"): FormData => {
  const form = new FormData();
  form.append("file", new File([bytes], name, { type }));
  return form;
};

/** Uploads a file whose body is the file itself. */
export const send = (colony: Colony, bytes: BodyInit, name: string, call: Call = {}): Promise<Answer> =>
  colony.call("POST", `/api/files?name=${encodeURIComponent(name)}`, { raw: bytes, headers: { "content-type": "application/octet-stream" }, ...call });

/** Uploads a file that must be taken. @returns it */
export const upload = async (colony: Colony, bytes: BodyInit, name: string, token = colony.admin) => {
  const { status, body } = await send(colony, bytes, name, { token });
  if (status !== 201) throw new Error(`Not taken: ${JSON.stringify(body)}`);
  return body;
};

/** Every file under the folder of uploads and blobs, as paths within it. */
export const stored = (colony: Colony): string[] => {
  const folder = join(colony.data, "files");
  return (readdirSync(folder, { recursive: true }) as string[]).filter((name) => statSync(join(folder, name)).isFile()).toSorted();
};

/** Where the disk keeps a content. */
export const pathOf = (sha: string): string => join(sha.slice(0, 2), sha.slice(2, 4), sha);

/** One pixel, as PNG. */
export const PIXEL = Uint8Array.from(atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="), (letter) => letter.charCodeAt(0));
