import { Type } from "@sinclair/typebox";
import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import { checkCursor } from "../feed/events.ts";
import { longPoll } from "../feed/poll.ts";
import { AUTH, answers, describe } from "../http/describe.ts";
import { guard } from "../http/guard.ts";
import { Cursor, Format, Wait, wantsMarkdown } from "../http/query.ts";
import { markdown } from "../http/reply.ts";
import { CATCHUP_TOKENS, INBOX_ITEMS } from "../limits.ts";
import { Message, OpenQuestion } from "../messages/model.ts";
import { catchUpText, inboxText, readCatchUp } from "./catchup.ts";
import { moveInboxMark, readInbox } from "./service.ts";

const INBOX = "Inbox";

const ChannelRef = t.Object({ id: t.String(), name: t.Union([t.String(), t.Null()]) });
const Item = t.Object({
  seq: t.Integer({ description: "Of the event that said it: the posting, or the edit that added the mention" }),
  reasons: t.Array(t.Union([t.Literal("mention"), t.Literal("reply"), t.Literal("direct"), t.Literal("ask"), t.Literal("answer")])),
  channel: ChannelRef,
  message: Message,
});
const Page = t.Object({
  epoch: t.String(),
  items: t.Array(Item),
  next_seq: t.Integer({ description: "Send it as after_seq next time, or store it with PUT" }),
  head_seq: t.Integer(),
  has_more: t.Boolean(),
});
const Mark = Type.Object({ seq: Type.Integer({ minimum: 0 }) });
const part = (about: string) => t.Object({ items: t.Array(OpenQuestion), omitted: t.Boolean() }, { description: about });
const CatchUp = t.Object({
  questions: part("Open questions of others that you may answer"),
  claims: part("What you hold"),
  asked: part("Your own questions that are still open"),
  epoch: t.String(),
  next_seq: t.Integer(),
  tokens: t.Integer({ description: "What the md form takes, at most" }),
  awaiting: t.Object({ items: t.Array(Item), omitted: t.Boolean({ description: "More waits in the inbox" }) }),
  channels: t.Array(
    t.Object({
      channel: t.Object({ id: t.String(), name: t.Union([t.String(), t.Null()]), unread: t.Integer(), mentions: t.Integer() }),
      after_seq: t.Integer({ description: "Your read mark" }),
      messages: t.Array(Message),
      omitted: t.Boolean({ description: "Older ones after your mark did not fit" }),
    }),
  ),
  omitted_channels: t.Integer({ description: "Channels with something new that did not fit" }),
});

export const inboxRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api" })
    .use(guard)
    .get(
      "/inbox",
      async ({ actor, query, request }) => {
        const { after_seq, wait = 0, limit = INBOX_ITEMS.default, max_tokens } = query;
        const md = wantsMarkdown(query.format, request);
        if (max_tokens !== undefined && !md) throw invalid("max_tokens", "goes with format=md", "Add format=md, or use limit.");
        if (after_seq !== undefined) checkCursor(ctx, after_seq, query.epoch);
        const page = await longPoll(ctx, actor, [`inbox:${actor.user.no}`], wait, request.signal, () => {
          const answer = readInbox(ctx, actor, after_seq, limit);
          return { found: answer.items.length > 0 || answer.has_more, answer };
        });
        return md ? markdown(inboxText(ctx, actor, page, max_tokens)) : page;
      },
      {
        query: t.Object({
          after_seq: t.Optional(Cursor),
          wait: t.Optional(Wait),
          epoch: t.Optional(t.String()),
          limit: t.Optional(t.Integer({ minimum: 1, maximum: INBOX_ITEMS.max, default: INBOX_ITEMS.default })),
          format: t.Optional(Format),
          max_tokens: t.Optional(t.Integer({ minimum: CATCHUP_TOKENS.min, maximum: CATCHUP_TOKENS.max, description: "With format=md: the oldest that fit" })),
        }),
        response: answers(200, Page),
        detail: describe(
          INBOX,
          "What others said to me: mentions, replies to mine, direct messages, questions, answers to my questions",
          `curl ${AUTH} "$URL/api/inbox?wait=55&format=md"`,
          "Without `after_seq` from the stored mark. A channel whose `notify` is `none` puts nothing here but answers to your own questions; with `mentions` a conversation puts here only what names, answers or asks you. At once when there is something, else when there is or after `wait` seconds. `format=md` is for a model to read, and ends with the address to go on at.",
        ),
      },
    )
    .put("/inbox", ({ actor, body }) => moveInboxMark(ctx, actor, body.seq), {
      body: Mark,
      response: answers(200, Mark),
      detail: describe(INBOX, "Store how far I have dealt with it", `curl -X PUT ${AUTH} -d '{"seq":42}' $URL/api/inbox`),
    })
    .get(
      "/catchup",
      ({ actor, query, request }) => {
        const { max_tokens = CATCHUP_TOKENS.default } = query;
        const answer = readCatchUp(ctx, actor, max_tokens);
        return wantsMarkdown(query.format, request) ? markdown(catchUpText(ctx, actor, answer, max_tokens)) : answer;
      },
      {
        query: t.Object({
          max_tokens: t.Optional(t.Integer({ minimum: CATCHUP_TOKENS.min, maximum: CATCHUP_TOKENS.max, default: CATCHUP_TOKENS.default })),
          format: t.Optional(Format),
        }),
        response: answers(200, CatchUp),
        detail: describe(
          INBOX,
          "One answer after time away: what waits for me, what I hold and asked, what is new in each channel, and the cursor to go on from",
          `curl ${AUTH} "$URL/api/catchup?max_tokens=4000&format=md"`,
        ),
      },
    );
