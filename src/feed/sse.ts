import type { Actor } from "../accounts/credentials.ts";
import { stands } from "../accounts/standing.ts";
import type { Channel } from "../channels/directory.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import { CATCH_UP_CHARACTERS, CATCH_UP_EVENTS, SSE_HEARTBEAT } from "../limits.ts";
import { plain } from "./dialects.ts";
import { checkCursor, readStretch } from "./events.ts";
import { Passed } from "./passing.ts";
import { credentialKeys, waitFor } from "./poll.ts";

/**
 * The line as server-sent events (WHATWG HTML, 9.2): `id:` is the seq. It reads on from its own cursor only when the last
 * stretch has been taken, so a slow reader holds one stretch in memory and loses nothing.
 * @throws AppError `cursor_expired`
 */
export const eventStream = (
  ctx: Context,
  actor: Actor,
  channel: Channel | null,
  after_seq: number | undefined,
  epoch: string | undefined,
  signal: AbortSignal,
  dialect = plain,
): ReadableStream<Uint8Array> => {
  const after = after_seq ?? ctx.feed.head;
  checkCursor(ctx, after, epoch);
  const encoder = new TextEncoder();
  const here = ctx.feed.presence.enter(actor.user.no);
  const passed = new Passed();
  const deaf = ctx.feed.hear((passing) => {
    const wanted = channel ? passing.channel === channel : passing.channel === null || canRead(passing.channel, actor.user.no);
    if (wanted && passing.from !== actor.user.no) passed.put(passing);
  });
  const leave = () => {
    here.leave();
    deaf();
  };
  const key = channel ? `channel:${channel.no}` : "all";
  let cursor = after;
  let begun = false;

  const next = async (): Promise<string | null> => {
    if (!begun) {
      begun = true;
      const { epoch, head } = ctx.feed;
      return `event: ready\ndata: ${JSON.stringify({ event: "ready", data: { user: actor.user.author, seq: cursor, head_seq: head, epoch } })}\n\n`;
    }
    for (;;) {
      if (signal.aborted || ctx.feed.closing || !stands(ctx, actor.credential)) return null;
      // Who was taken out of a channel meanwhile is not told what passed there before.
      const passing = passed.take().filter((one) => !one.channel || canRead(one.channel, actor.user.no));
      const said = passing.flatMap((one) => dialect.passing(one)).map(({ name, text }) => `event: ${name}\ndata: ${text}\n\n`);
      if (said.length > 0) return said.join("");
      const { events, next, more } = readStretch(ctx, actor.user.no, channel, cursor, CATCH_UP_EVENTS, CATCH_UP_CHARACTERS);
      cursor = next;
      const told = events.flatMap((event) => dialect.event(event).map(({ name, text }) => `id: ${event.seq}\nevent: ${name}\ndata: ${text}\n\n`));
      if (told.length > 0) return told.join("");
      if (channel && !canRead(channel, actor.user.no)) return null;
      if (more) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        continue;
      }
      const again = await waitFor(ctx, [key, ...credentialKeys(actor.user.no), "closing"], performance.now() + SSE_HEARTBEAT, signal, passed);
      if (!again) return ": still here\n\n";
    }
  };

  return new ReadableStream(
    {
      async pull(controller) {
        const text = await next();
        if (text !== null && !signal.aborted) {
          controller.enqueue(encoder.encode(text));
          return;
        }
        leave();
        if (!signal.aborted) controller.close();
      },
      cancel: leave,
    },
    { highWaterMark: 1 },
  );
};
