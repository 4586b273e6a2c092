import { type TSchema, t } from "elysia";

const ErrorBody = t.Object(
  {
    error: t.Object({
      code: t.String({ examples: ["validation_failed"] }),
      message: t.String(),
      hint: t.String({ description: "What to do next" }),
      details: t.Optional(t.Array(t.Unknown())),
      request_id: t.Optional(t.String()),
    }),
  },
  { description: "Every failure has this form; the codes are listed at the head of these docs" },
);

/** A route's answers: the good one, and the failures every signed-in route shares. */
export const answers = <Status extends number, Schema extends TSchema>(status: Status, schema: Schema) =>
  ({ [status]: schema, 401: ErrorBody, 404: ErrorBody, 422: ErrorBody, 429: ErrorBody }) as unknown as { [S in Status]: Schema };

/** Failures of a route beside those that every route shares, by status. */
export const fails = (...statuses: number[]): Record<never, never> => Object.fromEntries(statuses.map((status) => [status, ErrorBody]));

/** What the docs say of a route: where it stands, what it does in a line, a curl that works, and more if need be. */
export const describe = (tag: string, summary: string, curl: string, more = "") => ({
  tags: [tag],
  summary,
  description: `${more}${more && "\n\n"}\`\`\`sh\n${curl}\n\`\`\``,
});

/** How the docs' curls sign in. */
export const AUTH = '-H "Authorization: Bearer $TOKEN"';

export const NoContent = t.Void({ description: "Done; no body" });

/** The body of a route that asks for nothing: whoever sends a field is told that it is not taken. */
export const NoBody = t.Optional(t.Object({}, { description: "Nothing is asked: leave the body out" }));
