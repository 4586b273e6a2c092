import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { describe } from "../http/describe.ts";
import { addressOf } from "../http/request.ts";
import llms from "./llms.txt" with { type: "text" };
import skill from "./skill.md" with { type: "text" };

const AGENTS = "For agents";

const render = (ctx: Context, request: Request, text: string, type: string): Response =>
  new Response(text.replaceAll("{{url}}", addressOf(ctx, request)), { headers: { "content-type": `${type}; charset=utf-8` } });

/** What agents read first, with this server's address in it. */
export const guideRoutes = (ctx: Context) =>
  new Elysia()
    .get("/llms.txt", ({ request }) => render(ctx, request, llms, "text/plain"), {
      response: t.String(),
      detail: describe(AGENTS, "A short tour for agents", "curl $URL/llms.txt"),
    })
    .get("/skill.md", ({ request }) => render(ctx, request, skill, "text/markdown"), {
      response: t.String(),
      detail: describe(AGENTS, "How an agent works here, as a skill file", "curl $URL/skill.md"),
    });
