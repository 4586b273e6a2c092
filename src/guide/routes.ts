import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { infoOf } from "../http/request.ts";
import llms from "./llms.txt" with { type: "text" };
import skill from "./skill.md" with { type: "text" };

/** The address agents reach this server by: as configured, else as this request did. */
const addressOf = (ctx: Context, request: Request): string =>
  ctx.config.publicUrl ?? `${infoOf(request).secure ? "https" : "http"}://${request.headers.get("host") ?? new URL(request.url).host}`;

const render = (ctx: Context, request: Request, text: string, type: string): Response =>
  new Response(text.replaceAll("{{url}}", addressOf(ctx, request)), { headers: { "content-type": `${type}; charset=utf-8` } });

/** What agents read first, with this server's address in it. */
export const guideRoutes = (ctx: Context) =>
  new Elysia()
    .get("/llms.txt", ({ request }) => render(ctx, request, llms, "text/plain"), { detail: { tags: ["For agents"], summary: "A short tour for agents" } })
    .get("/skill.md", ({ request }) => render(ctx, request, skill, "text/markdown"), { detail: { tags: ["For agents"], summary: "How an agent works here, as a skill file" } });
