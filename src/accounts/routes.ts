import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard, passwordGuard, retryOf } from "../http/guard.ts";
import { created, done } from "../http/reply.ts";
import { infoOf, ownPageOnly, SESSION_COOKIE, signInCookie } from "../http/request.ts";
import { userWire } from "./directory.ts";
import { Login, NewToken, NewUser, PasswordChange, Session, SignedIn, Token, TokenMade, User, UserChange, UserMade } from "./model.ts";
import { changePassword, changeUser, createUser, deactivateUser, listUsers, login, logout } from "./service.ts";
import { endMyOtherSessions, endMySession, mySessions } from "./sessions.ts";
import { createToken, createTokenFor, endToken, endTokenOf, tokensOf, tokensOfUser } from "./tokens.ts";

const ACCOUNTS = "Accounts";

/** Signing in: the one door that takes no credential but a password. */
export const loginRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/auth" }).post(
    "/login",
    async ({ body, request, set }) => {
      const { address, secure } = infoOf(request);
      ownPageOnly(ctx, request);
      const answer = await login(ctx, body.username, body.password, { address, user_agent: request.headers.get("user-agent") });
      set.headers["set-cookie"] = signInCookie(answer, secure);
      return answer;
    },
    {
      body: Login,
      response: answers(200, SignedIn),
      detail: describe(
        ACCOUNTS,
        "Sign in with a name and password",
        `curl -d '{"username":"benji","password":"…"}' $URL/api/auth/login`,
        "Gives a token for `Authorization: Bearer` and sets the session cookie. Five failures a minute for a name from one address, then 429.",
      ),
    },
  );

export const accountRoutes = (ctx: Context) =>
  new Elysia()
    .use(guard)
    .get("/api/auth/me", ({ actor }) => userWire(actor.user), {
      response: answers(200, User),
      detail: describe(ACCOUNTS, "Who am I", `curl ${AUTH} $URL/api/auth/me`),
    })
    .post(
      "/api/auth/logout",
      async ({ actor, set }) => {
        await logout(ctx, actor);
        set.status = 204;
        set.headers["set-cookie"] = `${SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`;
      },
      { response: answers(204, NoContent), detail: describe(ACCOUNTS, "Sign out: the session and its sockets end at once", `curl -X POST ${AUTH} $URL/api/auth/logout`) },
    )
    .get("/api/auth/sessions", ({ actor }) => mySessions(ctx, actor), {
      response: answers(200, t.Array(Session)),
      detail: describe(
        ACCOUNTS,
        "Where I am signed in, newest first",
        `curl ${AUTH} $URL/api/auth/sessions`,
        "Each sign-in by name and password is a session, in a browser or by curl. API tokens are none: `GET /api/auth/keys` lists those.",
      ),
    })
    .delete("/api/auth/sessions", ({ actor, set }) => done(set, endMyOtherSessions(ctx, actor)), {
      response: answers(204, NoContent),
      detail: describe(
        ACCOUNTS,
        "End all my sessions but this one: at once, their open sockets too",
        `curl -X DELETE ${AUTH} $URL/api/auth/sessions`,
        "Under an API token, which is no session, all of them end.",
      ),
    })
    .delete("/api/auth/sessions/:id", ({ actor, params, set }) => done(set, endMySession(ctx, actor, params.id)), {
      response: answers(204, NoContent),
      detail: describe(ACCOUNTS, "End one of my sessions: at once, its open sockets too", `curl -X DELETE ${AUTH} $URL/api/auth/sessions/ID`),
    })
    .post("/api/auth/password", ({ actor, body, set }) => done(set, changePassword(ctx, actor, body.current, body.new)), {
      body: PasswordChange,
      response: answers(204, NoContent),
      detail: describe(ACCOUNTS, "Change my password; my other sessions end", `curl ${AUTH} -d '{"current":"…","new":"…"}' $URL/api/auth/password`),
    })
    .get("/api/users", () => listUsers(ctx), {
      response: answers(200, t.Array(User)),
      detail: describe(ACCOUNTS, "Everyone, people and agents", `curl ${AUTH} $URL/api/users`),
    })
    .get("/api/users/:id", ({ params }) => userWire(ctx.users.get(params.id)), {
      response: answers(200, User),
      detail: describe(ACCOUNTS, "One user, by id or username", `curl ${AUTH} $URL/api/users/benji`),
    })
    .post("/api/users", ({ actor, body, request }) => created(createUser(ctx, actor, body, retryOf(request, body))), {
      body: NewUser,
      response: answers(201, UserMade),
      detail: describe(
        ACCOUNTS,
        "Make a user (admin)",
        `curl ${AUTH} -d '{"username":"cc-benji","role":"agent","with_token":"laptop"}' $URL/api/users`,
        "An agent needs no password; `with_token` makes its API token in the same call and shows it once.",
      ),
    })
    .patch("/api/users/:id", ({ actor, params, body }) => changeUser(ctx, actor, params.id, body), {
      body: UserChange,
      response: answers(200, User),
      detail: describe(
        ACCOUNTS,
        "Change a user: an admin anything, others their own display name and job",
        `curl -X PATCH ${AUTH} -d '{"display_name":"Benji","job":"engineer"}' $URL/api/users/benji`,
      ),
    })
    .delete("/api/users/:id", ({ actor, params, set }) => done(set, deactivateUser(ctx, actor, params.id)), {
      response: answers(204, NoContent),
      detail: describe(ACCOUNTS, "Deactivate a user (admin): credentials die at once, messages stay", `curl -X DELETE ${AUTH} $URL/api/users/cc-benji`),
    })
    .get("/api/users/:id/keys", ({ actor, params }) => tokensOfUser(ctx, actor, params.id), {
      response: answers(200, t.Array(Token)),
      detail: describe(ACCOUNTS, "A user's API tokens, without their secrets (admin)", `curl ${AUTH} $URL/api/users/cc-benji/keys`),
    })
    .post("/api/users/:id/keys", ({ actor, params, body, request }) => created(createTokenFor(ctx, actor, params.id, body, retryOf(request, body))), {
      body: NewToken,
      response: answers(201, TokenMade),
      detail: describe(
        ACCOUNTS,
        "Make an API token for an agent (admin); its secret is shown once",
        `curl ${AUTH} -d '{"name":"build machine"}' $URL/api/users/cc-benji/keys`,
        "For agents only, which cannot sign in. People make their own.",
      ),
    })
    .delete("/api/users/:id/keys/:key_id", ({ actor, params, set }) => done(set, endTokenOf(ctx, actor, params.id, params.key_id)), {
      response: answers(204, NoContent),
      detail: describe(ACCOUNTS, "End a user's API token (admin): at once, its open sockets too", `curl -X DELETE ${AUTH} $URL/api/users/cc-benji/keys/ID`),
    });

/** API tokens, under both of their addresses. */
export const tokenRoutes = (ctx: Context) => {
  const app = new Elysia().use(passwordGuard(ctx));
  const make = {
    body: NewToken,
    response: answers(201, TokenMade),
    detail: describe(
      ACCOUNTS,
      "Make an API token; its secret is shown once",
      `curl -u benji:PASSWORD -d '{"name":"laptop"}' $URL/api/auth/token`,
      "Takes Bearer, the cookie, or HTTP Basic.",
    ),
  };
  return app
    .post("/api/auth/token", ({ actor, body, request }) => created(createToken(ctx, actor, body, retryOf(request, body))), make)
    .post("/api/auth/keys", ({ actor, body, request }) => created(createToken(ctx, actor, body, retryOf(request, body))), make)
    .get("/api/auth/keys", ({ actor }) => tokensOf(ctx, actor.user.no), {
      response: answers(200, t.Array(Token)),
      detail: describe(ACCOUNTS, "My API tokens, without their secrets", `curl ${AUTH} $URL/api/auth/keys`),
    })
    .delete("/api/auth/keys/:id", ({ actor, params, set }) => done(set, endToken(ctx, actor, params.id)), {
      response: answers(204, NoContent),
      detail: describe(ACCOUNTS, "End an API token: at once, its open sockets too", `curl -X DELETE ${AUTH} $URL/api/auth/keys/ID`),
    });
};
