import { decoded } from "./entities.ts";

/** Where a link of a message may lead: elsewhere on the web, to an address to write to, or within this server. Whatever else it says is just words. */
export type Goal = { address: string; kind: "web" | "mail" | "ours" };

/** @returns null for what leads nowhere that a reader would want to go */
export const goalOf = (written: string): Goal | null => {
  const href = decoded(written).trim();
  if (!/^(?:https?:\/\/|mailto:|\/(?![/\\]))/i.test(href)) return null;
  try {
    const url = new URL(href, location.origin);
    if (url.protocol === "mailto:") return { address: url.href, kind: "mail" };
    if (url.origin !== location.origin) return /^https?:$/.test(url.protocol) ? { address: url.href, kind: "web" } : null;
    return { address: url.pathname + url.search + url.hash, kind: "ours" };
  } catch {
    return null;
  }
};

/** The host that a text looks like it names: `example.org`, `https://example.org/x`, `www.example.org`. */
const hostly = /^\s*(?:https?:\/\/|\/\/)?((?:[\p{L}\p{N}_-]{1,63}\.){1,8}[\p{L}][\p{L}\p{N}-]{1,62})(?::\d{1,5})?(?=$|[\s/?#@:])/iu;

/** A file's name may look like a host's: `train.py` names what a link leads to, when its address ends so. */
const fileName = /^[\w-]{1,80}\.(?:c|cc|css|go|html|java|js|json|md|mjs|pl|ps|py|rs|sh|so|sql|ts|tsx|txt|yaml|yml|zip)$/;

/** The host a link leads to, when its words look like another address; else null. So nobody is led on by `[bank.example](https://evil.example)` or by letters that only look alike. */
export const otherHost = (words: string, goal: Goal): string | null => {
  if (goal.kind === "mail") return null;
  // Characters that cannot be seen must not hide what is named.
  const [, named] = hostly.exec(words.replace(/[\p{Cf}\p{Cc}]/gu, "").slice(0, 300)) ?? [];
  if (named === undefined || !/[.](?=\p{L})/u.test(named)) return null;
  const { hostname, pathname } = new URL(goal.address, location.origin);
  if (fileName.test(words) && pathname.endsWith(`/${words}`)) return null;
  const bare = (host: string) => host.toLowerCase().replace(/^www\./, "");
  return bare(named) === bare(hostname) ? null : hostname;
};
