import { createHash } from "node:crypto";
import { readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Answer, Call, Colony } from "./colony.ts";
import { Bucket } from "./s3.ts";

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

/** Where a server keeps the bytes of files, as a test looks at it from outside. */
export type Place = {
  /** Settings of a server that keeps them there. */
  env: Record<string, string>;
  /** Names of all that is kept, by a server whose data folder is `data`. */
  names: (data: string) => string[];
  /** Loses what is kept under a name. */
  lose: (data: string, name: string) => void;
};

export const disk = (): Place => {
  const folder = (data: string) => join(data, "files");
  const paths = (data: string) =>
    (readdirSync(folder(data), { recursive: true }) as string[]).filter((path) => !path.startsWith("tmp") && statSync(join(folder(data), path)).isFile());
  return {
    env: {},
    names: (data) => paths(data).map((path) => basename(path)),
    lose: (data, name) => rmSync(join(folder(data), pathOf(name))),
  };
};

/** Where the disk keeps a content, under the folder `files`. */
export const pathOf = (sha: string): string => join(sha.slice(0, 2), sha.slice(2, 4), sha);

const s3 = (): Place => {
  const bucket = new Bucket();
  return {
    env: bucket.settings,
    names: () => bucket.keys().map((key) => key.replace("colony/files/", "")),
    lose: (_, name) => bucket.remove(`colony/files/${name}`),
  };
};

/** The two places there are, by their names: what holds of one holds of the other. */
export const places: [string, () => Place][] = [
  ["on disk", disk],
  ["in a bucket", s3],
];

/** Uploads that are not whole yet. */
export const underWay = (colony: Colony): string[] => readdirSync(join(colony.data, "files", "tmp"));

/** One pixel, as PNG. */
export const PIXEL = Uint8Array.from(atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="), (letter) => letter.charCodeAt(0));
