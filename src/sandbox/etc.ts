import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SLIRP_DNS } from "./slirp.ts";

/** Our own files of /etc: who there is, and where names are found. */
const OWN = {
  passwd: "root:x:0:0:root:/:/bin/sh\ncolony:x:1000:1000:Colony:/home/colony:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
  group: "root:x:0:\ncolony:x:1000:\nnogroup:x:65534:\n",
  hosts: "127.0.0.1 localhost\n::1 localhost\n",
  "resolv.conf": `nameserver ${SLIRP_DNS}\n`,
};

/** What of the host's /etc programs need to start, to find what a name means here and to know whom to trust; nothing else of it is seen. */
const OF_HOST = [
  "alternatives",
  "ca-certificates",
  "crypto-policies",
  "ld.so.cache",
  "mime.types",
  "pki/ca-trust",
  "pki/tls/certs",
  "protocols",
  "services",
  "ssl/certs",
  "ssl/openssl.cnf",
];

/**
 * The folder that sandboxes see as /etc: made once for what the host's own is at the moment, and anew when that has changed.
 * One folder, because each mount costs a run half a millisecond.
 * @param folder the server's folder for sandboxes
 */
export const etcIn = async (folder: string): Promise<string> => {
  const sources = OF_HOST.filter((name) => existsSync(`/etc/${name}`));
  const zone = timeZone();
  const state = JSON.stringify([OWN, zone, sources.map((name) => [name, lstatSync(`/etc/${name}`).mtimeMs])]);
  const made = join(folder, `etc-${createHash("sha256").update(state).digest("hex").slice(0, 16)}`);
  if (existsSync(made)) return made;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const making = await mkdtemp(join(folder, "making-"));
  for (const name of sources) {
    await mkdir(dirname(join(making, name)), { recursive: true });
    await cp(`/etc/${name}`, join(making, name), { recursive: true, verbatimSymlinks: true, filter: (path) => isPublic(path) });
  }
  for (const [name, text] of Object.entries(OWN)) await writeFile(join(making, name), text);
  if (zone) await symlink(zone, join(making, "localtime"));
  try {
    renameSync(making, made);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    // Another process with this data folder has made the same meanwhile.
    if (!existsSync(made)) throw error;
  }
  return made;
};

/** Whether everyone on the host may read it. */
const isPublic = (path: string): boolean => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && (found.mode & 0o004) !== 0;
};

/** Where the host's time zone lies, when it lies under /usr. */
const timeZone = (): string | null => {
  if (!existsSync("/etc/localtime")) return null;
  const path = realpathSync("/etc/localtime");
  return path.startsWith("/usr/") ? path : null;
};
