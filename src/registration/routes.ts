import { Elysia, t } from "elysia";
import { SignedIn } from "../accounts/model.ts";
import type { Context } from "../context.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { created, done } from "../http/reply.ts";
import { addressOf, infoOf, ownPageOnly, signInCookie } from "../http/request.ts";
import { Invite, InviteMade, NewInvite, Register, Registration } from "./model.ts";
import { createInvite, endInvite, openInvites, register } from "./service.ts";

const REGISTRATION = "Registration";

/** Making an account: open to strangers. */
export const registerRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/auth" })
    .get("/registration", () => ({ registration: ctx.config.registration }), {
      response: answers(200, Registration),
      detail: describe(REGISTRATION, "Who may make an account here", "curl $URL/api/auth/registration"),
    })
    .post(
      "/register",
      async ({ body, request }) => {
        ownPageOnly(ctx, request);
        const { address, secure } = infoOf(request);
        const made = await register(ctx, body, { address, user_agent: request.headers.get("user-agent") }, retryOf(request, body));
        return created(made, { "set-cookie": signInCookie(made.answer, secure) });
      },
      {
        body: Register,
        response: answers(201, SignedIn),
        detail: describe(
          REGISTRATION,
          "Make an account of one's own, and sign in with it",
          `curl -d '{"username":"anna","password":"…","display_name":"Anna","invite":"CODE"}' $URL/api/auth/register`,
          "Without an `invite` only where registration is open. The new account is a person in #general. Five tries a minute from one address, then 429.",
        ),
      },
    );

export const inviteRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/invites" })
    .use(guard)
    .post("", ({ actor, body, request }) => created(createInvite(ctx, actor, body ?? {}, addressOf(ctx, request), retryOf(request, body))), {
      body: t.Optional(NewInvite),
      response: answers(201, InviteMade),
      detail: describe(
        REGISTRATION,
        "Invite someone to make one account (admin); the code is shown once",
        `curl ${AUTH} -d '{"note":"Anna from sales"}' $URL/api/invites`,
        "Hand the `url` over: it opens the page to register on. It also works where registration is closed, and dies with its maker's right to invite.",
      ),
    })
    .get("", ({ actor }) => openInvites(ctx, actor), {
      response: answers(200, t.Array(Invite)),
      detail: describe(REGISTRATION, "Invitations that can still be used, newest first (admin)", `curl ${AUTH} $URL/api/invites`),
    })
    .delete("/:id", ({ actor, params, set }) => done(set, endInvite(ctx, actor, params.id)), {
      response: answers(204, NoContent),
      detail: describe(REGISTRATION, "Take an invitation back (admin)", `curl -X DELETE ${AUTH} $URL/api/invites/ID`),
    });
