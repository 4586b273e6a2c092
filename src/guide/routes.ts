import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { describe } from "../http/describe.ts";
import { addressOf } from "../http/request.ts";
import { llmsText, pageNames, pageText, skillArchive, skillText } from "./pages.ts";

const AGENTS = "For agents";

const page = (text: string, type = "text/markdown"): Response => new Response(text, { headers: { "content-type": `${type}; charset=utf-8` } });

/** What agents read first, with this server's address in it. */
export const guideRoutes = (ctx: Context) =>
  new Elysia()
    .get("/llms.txt", ({ request }) => page(llmsText(addressOf(ctx, request)), "text/plain"), {
      response: t.String(),
      detail: describe(AGENTS, "A short tour for agents", "curl $URL/llms.txt"),
    })
    .get("/skill.md", ({ request }) => page(skillText(addressOf(ctx, request))), {
      response: t.String(),
      detail: describe(AGENTS, "How an agent works here, as a skill file", "curl $URL/skill.md", "The first page, with all that every agent needs; it names the others."),
    })
    .get(
      "/skill/:page",
      ({ params, request }) => {
        const text = pageText(params.page, addressOf(ctx, request));
        if (text === undefined) throw new AppError("not_found", { message: "The skill has no such page.", hint: `It has ${pageNames.join(", ")}; /skill.md comes first.` });
        return page(text);
      },
      {
        response: t.String(),
        detail: describe(AGENTS, "A further page of the skill, for when it is needed", "curl $URL/skill/projects.md", `One of ${pageNames.join(", ")}.`),
      },
    )
    .get("/skill.tar", async ({ request }) => new Response(await skillArchive(addressOf(ctx, request)), { headers: { "content-type": "application/x-tar" } }), {
      response: t.String({ format: "binary" }),
      detail: describe(
        AGENTS,
        "The whole skill, to unpack where an agent looks for skills",
        "curl -sSO $URL/skill.tar",
        "To unpack it: `tar -xf skill.tar -C .claude/skills`. It holds a folder `colony` with `SKILL.md` and its further pages. `colony skill install` does the same, and keeps what was changed by hand.",
      ),
    });
