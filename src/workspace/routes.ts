import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { AUTH, answers, describe, fails, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { created, done } from "../http/reply.ts";
import { infoOf } from "../http/request.ts";
import { WORKSPACE_DEPTH } from "../limits.ts";
import { doerOf } from "../projects/doer.ts";
import { readableProject } from "../projects/service.ts";
import { bytesOf, conditionOf, etagOf, type Given, ifMatch, pathOf } from "./asked.ts";
import { FileContent, FileFacts, FileVersion, NewFile, Path, TreeEntry, WorkspaceFile } from "./model.ts";
import { sendFrom } from "./sending.ts";
import { deleteFileIn, readFileIn, treeOf, versionsIn } from "./service.ts";
import { createFile, moveFile, restoreFile, uploadFiles, writeFile } from "./taking.ts";
import type { FileFactsWire, FileWire } from "./wire.ts";

const FILES = "Project files";

/** How a path that an address would take for something else is named. */
const BY_QUERY = "A file whose path an address would take for something else (`tree`, `a/versions`) is named by `?path=` instead: `…/files?path=tree`.";

const Version = t.Optional(t.Integer({ minimum: 1, description: "As it was in this version" }));
const Inline = t.Optional(t.Literal("1", { description: "To be looked at in place, where its type allows: pictures, audio, video, PDF, plain text" }));
const Recursive = t.Optional(t.BooleanString({ description: "true: a folder with all in it", default: false }));

const written = { ...answers(200, FileFacts), ...answers(201, FileFacts), ...fails(412, 413) };
const removed = { ...answers(204, NoContent), ...fails(412) };

/** The uploads: their bodies go to disk as they come, so they stand apart from the routes whose bodies are read. */
export const workspaceUploadRoutes = (ctx: Context) =>
  new Elysia({ prefix: "/api/projects/:id/files" })
    .use(guard)
    .post(
      "/upload",
      ({ actor, params, query, request }) =>
        created(uploadFiles(ctx, actor, params.id, { body: infoOf(request).upload?.body ?? null, headers: request.headers, path: query.path }, (facts) => retryOf(request, facts))),
      {
        query: t.Object({ path: t.Optional(t.String({ minLength: 1, maxLength: Path.maxLength, description: "Of a form: the folder its files go into; else the file's path" })) }),
        parse: "none" as const,
        response: { ...answers(201, t.Array(FileFacts)), ...fails(413) },
        detail: {
          ...describe(
            FILES,
            "Upload files, as a form's parts `file` or as the body itself with ?path=",
            `curl ${AUTH} -F file=@table.csv -F file=@notes.md "$URL/api/projects/loss-plots/files/upload?path=data"`,
            `Or \`curl ${AUTH} --data-binary @table.csv "$URL/api/projects/loss-plots/files/upload?path=data/table.csv"\`. A part's name may have folders in it; a file that is there gets a new version. Nothing is written before all of it came in.`,
          ),
          requestBody: {
            required: true,
            content: {
              "multipart/form-data": { schema: t.Object({ file: t.Array(t.String({ format: "binary" })) }) },
              "application/octet-stream": { schema: t.String({ format: "binary" }) },
            },
          },
        },
      },
    );

export const workspaceRoutes = (ctx: Context) => {
  type Asked = { actor: Parameters<typeof readableProject>[1] & Parameters<typeof doerOf>[0]; params: { id: string }; request: Request };
  const read = async ({ actor, params }: Asked, path: string, version: number | undefined) => {
    const file = await readFileIn(ctx, readableProject(ctx, actor, params.id), path, version);
    return Response.json(file, { headers: etagOf(file) }) as unknown as FileWire;
  };
  const write = async ({ actor, params, request }: Asked, path: string, body: Partial<Given & { executable: boolean }> | null | undefined) => {
    const { upload } = infoOf(request);
    if (!upload && body?.content === undefined)
      throw new AppError("bad_json", {
        message: "The body is empty.",
        hint: "Send {\"content\":…} as JSON, or the file itself: curl -T main.py -H 'Content-Type: application/octet-stream'",
      });
    const what = upload ?? bytesOf({ content: "", ...body });
    const { file, made } = await writeFile(ctx, actor, params.id, path, what, { executable: body?.executable, ...conditionOf(request) });
    return Response.json(file, { status: made ? 201 : 200, headers: etagOf(file) }) as unknown as FileFactsWire;
  };
  const remove = ({ actor, params, request }: Asked, path: string, recursive: boolean) =>
    deleteFileIn(ctx, readableProject(ctx, actor, params.id), doerOf(actor), path, { recursive, if_match: ifMatch(request.headers.get("if-match")) });
  const send = async ({ actor, params, request: { headers: said } }: Asked, path: string, { version, inline }: { version?: number; inline?: "1" }) => {
    const wanted = { range: said.get("range"), ifRange: said.get("if-range"), ifNoneMatch: said.get("if-none-match") };
    const { body, status, headers } = await sendFrom(ctx, readableProject(ctx, actor, params.id), path, version, inline === "1", wanted);
    return new Response(body, { status, headers }) as unknown as string;
  };
  const versions = ({ actor, params }: Asked, path: string) => versionsIn(ctx, readableProject(ctx, actor, params.id), path);

  return new Elysia({ prefix: "/api/projects/:id/files" })
    .use(guard)
    .post("", ({ actor, params, body, request }) => created(createFile(ctx, actor, params.id, body.path, bytesOf(body), body.executable, retryOf(request, body))), {
      body: NewFile,
      response: { ...answers(201, FileFacts), ...fails(409, 413) },
      detail: describe(
        FILES,
        "Make a file that is not there yet",
        `curl ${AUTH} -d '{"path":"src/main.py","content":"print(1)\\n"}' $URL/api/projects/loss-plots/files`,
        "Folders on its way are made. Every change of a file is a version of it, whoever makes it: somebody by this API, an agent, or a program that runs in the sandbox.",
      ),
    })
    .get("/download", (asked) => send(asked, asked.query.path ?? "", asked.query), {
      query: t.Object({ path: t.Optional(Path), version: Version, inline: Inline }),
      response: answers(200, t.String({ description: "Its bytes", format: "binary" })),
      detail: describe(
        FILES,
        "The bytes of a file or a folder, named by ?path=",
        `curl ${AUTH} -o works.tar $URL/api/projects/loss-plots/files/download`,
        "As GET …/files/download/{path}; without `path`, the whole workspace as a tar.",
      ),
    })
    .get("/download/*", (asked) => send(asked, pathOf(asked.params["*"]).replace(/\/$/, ""), asked.query), {
      query: t.Object({ version: Version, inline: Inline }),
      response: answers(200, t.String({ description: "Its bytes", format: "binary" })),
      detail: describe(
        FILES,
        "The bytes of a file, whole or a range of them; of a folder, a tar",
        `curl ${AUTH} -OJ $URL/api/projects/loss-plots/files/download/data/table.csv`,
        "Takes Range, If-Range and If-None-Match; the ETag is its SHA-256. A folder's tar leaves out what tools can rebuild (node_modules and the like), unless it is asked for itself.",
      ),
    })
    .get("/tree", ({ actor, params, query }) => treeOf(ctx, readableProject(ctx, actor, params.id), query), {
      query: t.Object({
        path: t.Optional(t.String({ minLength: 1, maxLength: Path.maxLength, description: "The folder; the workspace when left out" })),
        depth: t.Optional(t.Integer({ minimum: 1, maximum: WORKSPACE_DEPTH, description: "Levels of folders; all when left out" })),
      }),
      response: answers(200, t.Array(TreeEntry)),
      detail: describe(
        FILES,
        "What lies in the workspace",
        `curl ${AUTH} "$URL/api/projects/loss-plots/files/tree?depth=1"`,
        "Of folders that tools fill and can fill again (node_modules, .venv, __pycache__, target, .git, .cache …) no versions are kept, and they are gone into only when `path` asks for them: `versioned` and `listed` say so.",
      ),
    })
    .get("/versions", (asked) => versions(asked, asked.query.path), {
      query: t.Object({ path: Path }),
      response: answers(200, t.Array(FileVersion)),
      detail: describe(
        FILES,
        "The versions of a file, newest first",
        `curl ${AUTH} "$URL/api/projects/loss-plots/files/versions?path=src/main.py"`,
        "Also `GET …/files/{path}/versions`. A file that was removed has them too.",
      ),
    })
    .get("", (asked) => read(asked, asked.query.path, asked.query.version), {
      query: t.Object({ path: Path, version: Version }),
      response: answers(200, WorkspaceFile),
      detail: describe(FILES, "A file, named by ?path=", `curl ${AUTH} "$URL/api/projects/loss-plots/files?path=src/main.py"`, `As GET …/files/{path}. ${BY_QUERY}`),
    })
    .put("", (asked) => write(asked, asked.query.path, asked.body), {
      query: t.Object({ path: Path }),
      body: t.Optional(FileContent),
      response: written,
      detail: describe(FILES, "Write a file, named by ?path=", `curl -X PUT ${AUTH} -d '{"content":"x"}' "$URL/api/projects/loss-plots/files?path=tree"`, "As PUT …/files/{path}."),
    })
    .delete("", ({ set, ...asked }) => done(set, remove(asked, asked.query.path, asked.query.recursive === true)), {
      query: t.Object({ path: Path, recursive: Recursive }),
      response: removed,
      detail: describe(FILES, "Remove a file or a folder, named by ?path=", `curl -X DELETE ${AUTH} "$URL/api/projects/loss-plots/files?path=tree"`, "As DELETE …/files/{path}."),
    })
    .post(
      "/restore",
      async ({ actor, params, body, request }) => {
        const { answer, replayed } = await restoreFile(ctx, actor, params.id, body.path, body.version, conditionOf(request), retryOf(request, body));
        return created({ answer: answer.file, replayed }, etagOf(answer.file), answer.made ? 201 : 200);
      },
      {
        body: t.Object({ path: Path, version: t.Integer({ minimum: 1 }) }),
        response: written,
        detail: describe(
          FILES,
          "Put an earlier version of a file back, as a new version",
          `curl ${AUTH} -d '{"path":"src/main.py","version":2}' $URL/api/projects/loss-plots/files/restore`,
          "A file that was removed comes back. Takes If-Match, and an `Idempotency-Key`: a repeat overwrites nothing that was written since.",
        ),
      },
    )
    .post(
      "/move",
      async ({ actor, params, body, request, set }) => {
        if (await moveFile(ctx, actor, params.id, body.from, body.to, retryOf(request, body))) set.headers["idempotency-replayed"] = "true";
        set.status = 204;
      },
      {
        body: t.Object({ from: Path, to: Path }),
        response: { ...answers(204, NoContent), ...fails(409) },
        detail: describe(
          FILES,
          "Give a file, a link or a folder another path",
          `curl ${AUTH} -d '{"from":"src/main.py","to":"src/app.py"}' $URL/api/projects/loss-plots/files/move`,
          "At its old path it is removed, at the new one added: versions of both stay. Takes an `Idempotency-Key`.",
        ),
      },
    )
    .get(
      "/*",
      async (asked) => {
        const rest = asked.params["*"];
        if (!rest.endsWith("/versions")) return read(asked, pathOf(rest), asked.query.version);
        return Response.json(versions(asked, pathOf(rest.slice(0, -"/versions".length)))) as unknown as FileWire;
      },
      {
        query: t.Object({ version: Version }),
        response: answers(200, WorkspaceFile),
        detail: describe(
          FILES,
          "A file as it is, or as it was in a version",
          `curl ${AUTH} $URL/api/projects/loss-plots/files/src/main.py`,
          `Its ETag is its version. What a program wrote a moment ago is seen. ${BY_QUERY}`,
        ),
      },
    )
    .put("/*", (asked) => write(asked, pathOf(asked.params["*"]), asked.body), {
      body: t.Optional(FileContent),
      response: written,
      detail: describe(
        FILES,
        "Write a file",
        `curl -X PUT ${AUTH} -H 'If-Match: "3"' -d '{"content":"print(2)\\n"}' $URL/api/projects/loss-plots/files/src/main.py`,
        "The body is JSON, or the file itself under any other content type: `curl -T main.py -H 'Content-Type: text/plain' …`, which is streamed and may be as large as an upload. 201 when it is new. `If-Match` with the version that you read guards against overwriting what another wrote since: 412 `version_conflict`, with today's version. `If-None-Match: *` writes only what is not there.",
      ),
    })
    .delete("/*", ({ set, ...asked }) => done(set, remove(asked, pathOf(asked.params["*"]), asked.query.recursive === true)), {
      query: t.Object({ recursive: Recursive }),
      response: removed,
      detail: describe(
        FILES,
        "Remove a file, a link, or a folder",
        `curl -X DELETE ${AUTH} $URL/api/projects/loss-plots/files/old.py`,
        "A folder with something in it wants `?recursive=true`. Versions stay, and can be restored. Takes If-Match.",
      ),
    });
};
