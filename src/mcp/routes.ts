import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import { AUTH, answers, describe, fails } from "../http/describe.ts";
import type { Documented } from "../http/errors.ts";
import { guard } from "../http/guard.ts";
import type { Door } from "./door.ts";

/** Where MCP clients come in. What speaks the protocol is loaded with the first of them: a server without any holds nothing of it. */
export const mcpRoutes = (ctx: Context, documented: Documented) => {
  let door: Promise<Door> | undefined;
  const opened = () => {
    door ??= import("./door.ts").then(({ Door }) => new Door(ctx, (request) => (documented.app as NonNullable<Documented["app"]>).fetch(request)));
    return door;
  };
  const noStream = () => {
    throw new AppError("method_not_allowed", {
      message: "/mcp keeps no stream or session of its own.",
      hint: "It takes POST; each request is answered by itself.",
      headers: { allow: "POST" },
    });
  };
  return new Elysia({ prefix: "/mcp" })
    .use(guard)
    .get("", noStream, { detail: { hide: true } })
    .delete("", noStream, { detail: { hide: true } })
    .post(
      "",
      async ({ body, request }) => {
        // Each counts against the limit of its token.
        if (Array.isArray(body)) throw invalid("body", "is a batch", "Send one JSON-RPC message a request.");
        return (await opened()).answer(request, body) as never;
      },
      {
        body: t.Any({ description: "JSON-RPC 2.0, as the protocol has it" }),
        response: { ...answers(200, t.Any({ description: "JSON-RPC 2.0, or a stream of it" })), ...fails(403) },
        detail: describe(
          "MCP",
          "Model Context Protocol over streamable HTTP: the same jobs as tools and resources",
          `curl ${AUTH} -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' $URL/mcp`,
          "Takes a bearer token, never a cookie; a page of another origin is refused. Each request stands by itself, so nothing is lost with a restart. A token whose writes must be signed may read here; to write it signs each POST as anywhere, which `colony mcp` does.",
        ),
      },
    );
};
