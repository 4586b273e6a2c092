import type { Static } from "@sinclair/typebox";
import type { Channel as ChannelModel } from "../channels/model.ts";
import { AppError } from "../errors.ts";
import { MCP_ENTRIES, MCP_TOKENS } from "../limits.ts";
import { type Api, Refused } from "./api.ts";
import { channelLine, inLine, page, transcript } from "./tools/reading.ts";

type Channel = Static<typeof ChannelModel>;

const MARKDOWN = "text/markdown";
const ROOT = "colony://channels";

/** The addresses that a client may fill in. */
export const templates = [
  {
    name: "transcript",
    uriTemplate: `${ROOT}/{channel}/transcript{?after_seq,before_seq,limit,max_tokens}`,
    description: "A channel as text, the newest messages that fit; its last lines lead on",
    mimeType: MARKDOWN,
  },
];

/** The channels that the caller sees, each as its transcript. `cursor`: where the page before ended. */
export const listResources = async (api: Api, cursor: string | undefined) => {
  const channels = (await api.json<Channel[]>("GET", "/api/channels")).filter(({ archived_at }) => archived_at === null);
  const from = cursor === undefined ? 0 : channels.findIndex(({ id }) => id === cursor);
  if (from < 0) throw new Refused(new AppError("not_found", { message: "The cursor names no channel that you can see any more.", hint: "List from the beginning." }).body().error);
  const shown = channels.slice(from, from + MCP_ENTRIES);
  const next = channels[from + shown.length];
  const all = { uri: ROOT, name: "channels", description: "The channels you can see, a line each", mimeType: "text/plain" };
  const resources = shown.map(({ id, name, topic, description }) => ({
    uri: `${ROOT}/${name ?? id}/transcript`,
    name: `#${name}`,
    description: inLine(topic || description) || undefined,
    mimeType: MARKDOWN,
  }));
  return { resources: cursor === undefined ? [all, ...resources] : resources, ...(next && { nextCursor: next.id }) };
};

/** What an address holds, with the rights of its reader. @throws Refused */
export const readResource = async (api: Api, uri: string): Promise<{ uri: string; mimeType: string; text: string }> => {
  const { pathname, searchParams, channel } = partsOf(uri);
  if (pathname === "") {
    const channels = await api.json<Channel[]>("GET", "/api/channels");
    return { uri, mimeType: "text/plain", text: page(channels.map(channelLine), Number(searchParams.get("offset")) || 0, "channels") };
  }
  if (channel === undefined)
    throw new Refused(
      new AppError("not_found", { message: `There is no resource '${uri.slice(0, 200)}'.`, hint: `There are ${ROOT} and ${templates[0]?.uriTemplate}` }).body().error,
    );
  return { uri, mimeType: MARKDOWN, text: await transcript(api, channel, { max_tokens: MCP_TOKENS.default, ...Object.fromEntries(searchParams) }) };
};

/** An address taken apart. `pathname` is null for what is none of ours. */
const partsOf = (uri: string): { pathname: string | null; searchParams: URLSearchParams; channel?: string } => {
  const url = uri.startsWith(ROOT) && URL.canParse(uri) ? new URL(uri) : null;
  if (!url) return { pathname: null, searchParams: new URLSearchParams() };
  const escaped = /^\/([^/]+)\/transcript$/.exec(url.pathname)?.[1];
  try {
    return { pathname: url.pathname, searchParams: url.searchParams, channel: escaped && decodeURIComponent(escaped) };
  } catch {
    return { pathname: null, searchParams: url.searchParams };
  }
};
