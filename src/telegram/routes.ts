import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe, fails, NoBody, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { Wait } from "../http/query.ts";
import { created, done } from "../http/reply.ts";
import { Code, CodeMade, Link, SettingsChange, Telegram, Verdict } from "./model.ts";
import { changeSettings, makeCode, readTelegram, unlink, verifyCode } from "./service.ts";

const TELEGRAM = "Telegram";

export const telegramRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/auth/telegram" })
    .use(guard)
    .get("", ({ actor }) => readTelegram(ctx, actor), {
      response: answers(200, Telegram),
      detail: describe(TELEGRAM, "The server's Telegram bot, and whether my account is linked with it", `curl ${AUTH} $URL/api/auth/telegram`),
    })
    .delete("", ({ actor, set }) => done(set, unlink(ctx, actor)), {
      response: answers(204, NoContent),
      detail: describe(TELEGRAM, "Unlink my Telegram: at once, what it does under way too", `curl -X DELETE ${AUTH} $URL/api/auth/telegram`),
    })
    .post("/link", ({ actor, body, request }) => created(makeCode(ctx, actor, retryOf(request, body))), {
      body: NoBody,
      response: { ...answers(201, CodeMade), ...fails(503) },
      detail: describe(
        TELEGRAM,
        "A code that links my Telegram",
        `curl -X POST ${AUTH} $URL/api/auth/telegram/link`,
        "Open `url`, or write `/link CODE` to the bot in a private chat, within ten minutes. A new code takes the place of the one before. Whoever shows it acts in your name: give it to nobody.",
      ),
    })
    .post("/verify", ({ actor, body, query, request }) => verifyCode(ctx, actor, body.code, query.wait, request.signal), {
      body: Code,
      query: t.Object({ wait: t.Optional(Wait) }),
      response: answers(200, Verdict),
      detail: describe(
        TELEGRAM,
        "Whether a code of mine was shown to the bot",
        `curl ${AUTH} -d '{"code":"k7mq2xwa"}' "$URL/api/auth/telegram/verify?wait=55"`,
        "With `wait` the answer is as soon as it was, or when the time is over. It links nothing by itself: only the bot does, in the chat that showed the code.",
      ),
    })
    .patch("/settings", ({ actor, body }) => changeSettings(ctx, actor, body), {
      body: SettingsChange,
      response: answers(200, Link),
      detail: describe(
        TELEGRAM,
        "Choose what I am told in Telegram",
        `curl -X PATCH ${AUTH} -d '{"direct":false}' $URL/api/auth/telegram/settings`,
        "The same as /notify in Telegram. What a channel's own notifications leave out is not told there either.",
      ),
    });
