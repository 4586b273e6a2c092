import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { done, named } from "../http/reply.ts";
import { infoOf } from "../http/request.ts";
import { ATTACHMENTS_PER_MESSAGE, SEQ_MAX } from "../limits.ts";
import { sendFile } from "./download.ts";
import { File } from "./model.ts";
import { deleteFile, listFiles, readFile, uploadFile, visibleFile } from "./service.ts";
import { sendThumbnail } from "./thumbnails.ts";

const FILES = "Files";

/** What an upload's body may be, for the docs: no schema of the framework's reads it. */
const requestBody = {
  required: true,
  content: {
    "multipart/form-data": { schema: t.Object({ file: t.String({ format: "binary" }) }) },
    "application/octet-stream": { schema: t.String({ format: "binary" }) },
  },
};

/** The uploads: their bodies go to disk as they come, so they stand apart from the routes whose bodies are read. */
export const uploadRoutes = (ctx: Context) => {
  const upload = (address: string) => ({
    query: t.Object({ name: t.Optional(t.String({ minLength: 1, maxLength: 4_096, description: "The file's name; needed when the body is the file itself" })) }),
    parse: "none" as const,
    response: answers(201, File),
    detail: {
      ...describe(
        FILES,
        "Upload a file, as a form's part `file` or as the body itself with ?name=",
        `curl ${AUTH} -F file=@report.pdf $URL${address}`,
        `Or \`curl ${AUTH} --data-binary @report.pdf "$URL${address}?name=report.pdf"\`. The answer's \`id\` goes into a post's \`attachments\`; until then the file is seen by you alone, and removed after a day. With \`Accept: text/plain\` the answer is that id and no more.`,
      ),
      requestBody,
    },
  });
  const take = ({ actor, query, request }: { actor: Parameters<typeof uploadFile>[1]; query: { name?: string }; request: Request }) =>
    named(
      request,
      uploadFile(ctx, actor, { body: infoOf(request).upload?.body ?? null, headers: request.headers, name: query.name }, (facts) => retryOf(request, facts)),
    );
  return new Elysia({ prefix: "/api/files" })
    .use(guard)
    .post("", ({ actor, query, request }) => take({ actor, query, request }), upload("/api/files"))
    .post("/upload", ({ actor, query, request }) => take({ actor, query, request }), upload("/api/files/upload"));
};

export const fileRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/files" })
    .use(guard)
    .get("", ({ actor, query }) => listFiles(ctx, actor, query.channel, query.limit ?? SEQ_MAX), {
      query: t.Object({
        channel: t.Optional(t.String({ description: "Those that this channel's messages carry, whoever uploaded them; an id or a name" })),
        limit: t.Optional(t.Integer({ minimum: 1, maximum: SEQ_MAX, description: "The newest N" })),
      }),
      response: answers(200, t.Array(File)),
      detail: describe(FILES, "The files you uploaded, or those of a channel; newest first", `curl ${AUTH} "$URL/api/files?channel=general"`),
    })
    .get("/limits", () => ({ bytes: ctx.config.maxUpload, per_message: ATTACHMENTS_PER_MESSAGE }), {
      response: answers(
        200,
        t.Object({ bytes: t.Integer({ description: "Of the largest file that is taken" }), per_message: t.Integer({ description: "Files that one message carries" }) }),
      ),
      detail: describe(
        FILES,
        "How large a file may be, and how many a message carries",
        `curl ${AUTH} $URL/api/files/limits`,
        "Asked before a file is sent, it saves sending one that is refused at its end.",
      ),
    })
    .get("/:id", ({ actor, params }) => readFile(ctx, actor, params.id), {
      response: answers(200, File),
      detail: describe(FILES, "One file's facts", `curl ${AUTH} $URL/api/files/ID`),
    })
    .delete("/:id", ({ actor, params, set }) => done(set, deleteFile(ctx, actor, params.id)), {
      response: answers(204, NoContent),
      detail: describe(FILES, "Delete your own file; it leaves the messages that carry it", `curl -X DELETE ${AUTH} $URL/api/files/ID`),
    })
    .get(
      "/:id/download",
      async ({ actor, params, query, request: { headers: said } }) => {
        const wanted = { range: said.get("range"), ifRange: said.get("if-range"), ifNoneMatch: said.get("if-none-match") };
        const { body, status, headers } = await sendFile(ctx, visibleFile(ctx, ctx.db, actor, params.id), query.inline === "1", wanted);
        return new Response(body, { status, headers });
      },
      {
        query: t.Object({ inline: t.Optional(t.Literal("1", { description: "To be looked at in place, where its type allows: pictures, audio, video, PDF, plain text" })) }),
        response: answers(200, t.String({ description: "Its bytes", format: "binary" })),
        detail: describe(
          FILES,
          "A file's bytes, whole or a range of them",
          `curl ${AUTH} -OJ $URL/api/files/ID/download`,
          "Takes Range, If-Range and If-None-Match; the ETag is its SHA-256.",
        ),
      },
    )
    .get(
      "/:id/thumbnail",
      async ({ actor, params, request }) => {
        const { body, status, headers } = await sendThumbnail(ctx, visibleFile(ctx, ctx.db, actor, params.id), request.headers.get("if-none-match"));
        return new Response(body, { status, headers });
      },
      {
        response: answers(200, t.String({ description: "WebP", format: "binary" })),
        detail: describe(
          FILES,
          "A picture made small",
          `curl ${AUTH} -o small.webp $URL/api/files/ID/thumbnail`,
          "Within 640 pixels each way; 404 for what is no picture. Takes If-None-Match.",
        ),
      },
    );
