import type { Actor } from "../accounts/credentials.ts";
import type { Channel } from "../channels/directory.ts";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import { checkCursor } from "../feed/events.ts";
import type { HistoryAsked } from "../http/query.ts";
import { asJson, asLines, streamText } from "../http/stream.ts";
import { readHistory } from "./history.ts";
import { messageTypes } from "./model.ts";
import { parseTime } from "./time.ts";
import { readTranscript } from "./transcript.ts";

/**
 * A channel's history in the form that is asked for: JSON, JSON lines or a transcript, streamed.
 * @throws AppError `validation_failed`, `cursor_expired`
 */
export const historyAnswer = (ctx: Context, actor: Actor, channel: Channel, asked: HistoryAsked, request: Request): Response => {
  const { since, type, user_id, max_tokens, epoch, format, ...narrowed } = asked;
  checkCursor(ctx, narrowed.after_seq ?? 0, epoch, "messages");
  const query = {
    ...narrowed,
    since: since === undefined ? undefined : parseTime("since", since),
    types: type === undefined ? undefined : parseTypes(type),
    user: user_id,
  };
  const form = formOf(format, request.headers.get("accept") ?? "");
  if (max_tokens !== undefined && form !== "md") throw invalid("max_tokens", "goes with format=md", "Add format=md, or use limit.");
  const answer = (type: string, pieces: Iterator<string>) => new Response(streamText(pieces, request.signal), { headers: { "content-type": type } });
  if (form === "md") return answer("text/markdown; charset=utf-8", readTranscript(ctx, actor, channel, query, max_tokens));
  const pages = readHistory(ctx, channel, query);
  return form === "ndjson" ? answer("application/x-ndjson", asLines(pages)) : answer("application/json", asJson(pages));
};

const parseTypes = (list: string): string[] => {
  const types = list.split(",").map((type) => type.trim());
  const wrong = types.find((type) => !messageTypes.some((known) => known === type));
  if (wrong !== undefined) throw invalid("type", `'${wrong.slice(0, 40)}' is not a type of message`, `Send some of ${messageTypes.join(", ")}, with commas between.`);
  return types;
};

const formOf = (format: "json" | "ndjson" | "md" | undefined, accept: string): "json" | "ndjson" | "md" => {
  if (format) return format;
  if (accept.includes("application/x-ndjson")) return "ndjson";
  return accept.includes("text/markdown") ? "md" : "json";
};
