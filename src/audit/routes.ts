import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe } from "../http/describe.ts";
import { guard } from "../http/guard.ts";
import { AUDIT_ENTRIES } from "../limits.ts";
import { parseTime } from "../messages/time.ts";
import { Audit } from "./model.ts";
import { readAudit } from "./service.ts";

const AuditQuery = t.Object({
  action: t.Optional(t.String({ description: "Some deeds, with commas between", examples: ["login,login_failed"] })),
  user: t.Optional(t.String({ description: "What this user (id or username) did, and what was done to them" })),
  since: t.Optional(t.String({ description: "ISO 8601 time: at or after it" })),
  until: t.Optional(t.String({ description: "ISO 8601 time: at or before it" })),
  before: t.Optional(t.Integer({ minimum: 1, description: "next_before of the answer before" })),
  limit: t.Optional(t.Integer({ minimum: 1, maximum: AUDIT_ENTRIES.max, default: AUDIT_ENTRIES.default })),
});

export const auditRoutes = (ctx: Context) =>
  new Elysia().use(guard).get(
    "/api/audit",
    ({ actor, query }) => {
      const { since, until, ...asked } = query;
      return readAudit(ctx, actor, { ...asked, ...(since && { since: parseTime("since", since) }), ...(until && { until: parseTime("until", until) }) });
    },
    {
      query: AuditQuery,
      response: answers(200, Audit),
      detail: describe(
        "Accounts",
        "What was done here: who, what, whom, from where, when; newest first (admin)",
        `curl ${AUTH} "$URL/api/audit?action=login_failed&limit=20"`,
        "Sign-ins and failures, credentials, roles, memberships, deletions, changed settings; never a secret. Filters combine. Of channels hidden from you it tells only that something was done.",
      ),
    },
  );
