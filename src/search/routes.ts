import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe } from "../http/describe.ts";
import { guard } from "../http/guard.ts";
import { SEARCH_HITS, SEARCH_OFFSET_MAX, SEARCH_RANKED } from "../limits.ts";
import { Message } from "../messages/model.ts";
import { search } from "./service.ts";

const Found = t.Object({
  hits: t.Array(
    t.Object({
      message: Message,
      channel: t.Object({ id: t.String(), name: t.Union([t.String(), t.Null()]) }),
      snippet: t.String({ description: "A line of HTML: all escaped but for `<mark>` around what was found", examples: ["Training run completed. <mark>Loss</mark>: 0.023"] }),
    }),
  ),
  has_more: t.Boolean({ description: "More matches after these: raise offset" }),
  indexing: t.Boolean({ description: "The index is still being built: older messages that it has not come to are not among the hits yet" }),
});

const ABOUT = `What is searched for, \`q\`, is words, phrases and operators with spaces between. All must hold; a \`-\` before one excludes it.

| write | finds messages |
| --- | --- |
| \`loss curve\` | with both words, whatever their case and accents; the last word also finds what begins with it (\`deploy\`: deployed) |
| \`deploy*\` | with a word that begins so, two letters at least |
| \`"loss curve"\` | with these words one after the other. \`foo_bar\` and \`v1.2\` are phrases too: signs part words |
| \`損失\` \`서울\` | with these characters in a row: Chinese, Japanese, Korean, Thai and their like are found wherever they stand |
| \`from:benji\` | by this user: a username or id, \`me\` for yourself |
| \`in:general\` | in this channel: a name or id; \`in:@benji\` for your conversation with one |
| \`type:error\` | of this type; \`type:result,error\` of one of these |
| \`has:file\` | that carry a file. Names of files are found like words |
| \`after:2026-03-29\` | posted at or after this date or ISO time (UTC) |
| \`before:2026-03-30T12:00Z\` | posted before it |
| \`session:cc_abc123\` | with this \`session_id\` in their metadata |
| \`-draft\` \`-"to do"\` \`-type:plan\` | without |

One operator several times means any of its values (\`from:a from:b\`); of several times the narrowest holds. Put a value with spaces in quotes. A wrong value is a 422 that names its operator; an operator that does not exist is a word, and so is all other syntax.

By relevance (BM25, doubled for what is new and less so for what is old) the newest ${SEARCH_RANKED.toLocaleString("en")} matches are put in order; older ones follow newest first, and \`has_more\` is exact. \`sort=newest\`, or operators alone, give all of it newest first. A message is found the moment it is posted.`;

export const searchRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api" }).use(guard).get(
    "/search",
    ({ actor, query }) => {
      const { q, limit = SEARCH_HITS.default, offset = 0, sort = "relevance" } = query;
      return search(ctx, actor, { q, limit, offset, sort });
    },
    {
      query: t.Object({
        q: t.String({ minLength: 1, examples: ['"loss curve" from:benji after:2026-03-01'] }),
        limit: t.Optional(t.Integer({ minimum: 1, maximum: SEARCH_HITS.max, default: SEARCH_HITS.default })),
        offset: t.Optional(t.Integer({ minimum: 0, maximum: SEARCH_OFFSET_MAX, default: 0, description: "Hits to pass over; narrow with before: to go further" })),
        sort: t.Optional(t.Union([t.Literal("relevance"), t.Literal("newest")])),
      }),
      response: answers(200, Found),
      detail: describe("Search", "Search what you may see", `curl -G ${AUTH} --data-urlencode 'q="loss curve" from:benji -draft' $URL/api/search`, ABOUT),
    },
  );
