import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import { AUTH, answers, describe, NoContent } from "../http/describe.ts";
import { guard, retryOf } from "../http/guard.ts";
import { created, done } from "../http/reply.ts";
import { WORKSPACE_DEPTH } from "../limits.ts";
import { doerOf } from "../projects/doer.ts";
import { readableProject } from "../projects/service.ts";
import { FileContent, FileFacts, FileVersion, NewFile, Path, TreeEntry, WorkspaceFile } from "./model.ts";
import { createFile, deleteFileIn, readFileIn, restoreIn, treeOf, versionsIn, writeFileIn } from "./service.ts";
import type { FileFactsWire, FileWire } from "./wire.ts";

const FILES = "Project files";

/** How a path that an address would take for something else is named. */
const BY_QUERY = "A file whose path an address would take for something else (`tree`, `a/versions`) is named by `?path=` instead: `…/files?path=tree`.";

type Given = { encoding?: "utf8" | "base64"; content: string };

/** The bytes of a JSON body. @throws AppError `validation_failed` */
const bytesOf = ({ content, encoding }: Given): Uint8Array<ArrayBuffer> => {
  if (encoding !== "base64") return new TextEncoder().encode(content);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(content) || content.length % 4 !== 0)
    throw invalid("content", "is no base64", 'Leave encoding out for text, or send what "base64 -w0" gives.');
  return new Uint8Array(Buffer.from(content, "base64"));
};

/** What If-Match says of the version. @throws AppError `validation_failed` */
const ifMatch = (header: string | null): number | "*" | undefined => {
  if (header === null) return undefined;
  if (header.trim() === "*") return "*";
  const version = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())?.[1];
  if (version === undefined) throw invalid("If-Match", "names no version", 'Send the version as it came: If-Match: "3", or * for any.');
  return Number(version);
};

const conditionOf = ({ headers }: Request): { if_match?: number | "*"; absent?: "if_none_match" } => {
  const none = headers.get("if-none-match");
  if (none !== null && none.trim() !== "*")
    throw invalid("If-None-Match", "is taken as * alone here: that there is no such file", "Send If-None-Match: *, or If-Match with a version.");
  return { if_match: ifMatch(headers.get("if-match")), ...(none !== null && { absent: "if_none_match" }) };
};

const etagOf = ({ version }: { version: number | null }): Record<string, string> => (version === null ? {} : { etag: `"${version}"` });

/** The path that an address ends with, its escapes read. */
const pathOf = (rest: string): string => {
  try {
    return decodeURIComponent(rest);
  } catch {
    throw new AppError("bad_path", { message: "The path's escapes are no UTF-8." });
  }
};

const Version = t.Optional(t.Integer({ minimum: 1, description: "As it was in this version" }));
const Recursive = t.Optional(t.BooleanString({ description: "true: a folder with all in it", default: false }));

export const workspaceRoutes = (ctx: Context) => {
  type Asked = { actor: Parameters<typeof readableProject>[1] & Parameters<typeof doerOf>[0]; params: { id: string }; request: Request };
  const read = async ({ actor, params }: Asked, path: string, version: number | undefined) => {
    const file = await readFileIn(ctx, readableProject(ctx, actor, params.id), path, version);
    return Response.json(file, { headers: etagOf(file) }) as unknown as FileWire;
  };
  const write = async ({ actor, params, request }: Asked, path: string, body: Given & { executable?: boolean }) => {
    const project = readableProject(ctx, actor, params.id);
    const { file, made } = await writeFileIn(ctx, project, doerOf(actor), path, bytesOf(body), { executable: body.executable, ...conditionOf(request) });
    return Response.json(file, { status: made ? 201 : 200, headers: etagOf(file) }) as unknown as FileFactsWire;
  };
  const remove = ({ actor, params, request }: Asked, path: string, recursive: boolean) =>
    deleteFileIn(ctx, readableProject(ctx, actor, params.id), doerOf(actor), path, { recursive, if_match: ifMatch(request.headers.get("if-match")) });
  const versions = ({ actor, params }: Asked, path: string) => versionsIn(ctx, readableProject(ctx, actor, params.id), path);

  return new Elysia({ prefix: "/api/projects/:id/files" })
    .use(guard)
    .post("", ({ actor, params, body, request }) => created(createFile(ctx, actor, params.id, body.path, bytesOf(body), body.executable, retryOf(request, body))), {
      body: NewFile,
      response: answers(201, FileFacts),
      detail: describe(
        FILES,
        "Make a file that is not there yet",
        `curl ${AUTH} -d '{"path":"src/main.py","content":"print(1)\\n"}' $URL/api/projects/loss-plots/files`,
        "Folders on its way are made. Every change of a file is a version of it, whoever makes it: somebody by this API, an agent, or a program that runs in the sandbox.",
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
      body: FileContent,
      response: { ...answers(200, FileFacts), ...answers(201, FileFacts) },
      detail: describe(FILES, "Write a file, named by ?path=", `curl -X PUT ${AUTH} -d '{"content":"x"}' "$URL/api/projects/loss-plots/files?path=tree"`, "As PUT …/files/{path}."),
    })
    .delete("", ({ set, ...asked }) => done(set, remove(asked, asked.query.path, asked.query.recursive === true)), {
      query: t.Object({ path: Path, recursive: Recursive }),
      response: answers(204, NoContent),
      detail: describe(FILES, "Remove a file or a folder, named by ?path=", `curl -X DELETE ${AUTH} "$URL/api/projects/loss-plots/files?path=tree"`, "As DELETE …/files/{path}."),
    })
    .post(
      "/restore",
      async ({ actor, params, body, request }) => {
        const { file, made } = await restoreIn(ctx, readableProject(ctx, actor, params.id), doerOf(actor), body.path, body.version, conditionOf(request));
        return Response.json(file, { status: made ? 201 : 200, headers: etagOf(file) }) as unknown as FileFactsWire;
      },
      {
        body: t.Object({ path: Path, version: t.Integer({ minimum: 1 }) }),
        response: { ...answers(200, FileFacts), ...answers(201, FileFacts) },
        detail: describe(
          FILES,
          "Put an earlier version of a file back, as a new version",
          `curl ${AUTH} -d '{"path":"src/main.py","version":2}' $URL/api/projects/loss-plots/files/restore`,
          "Also `POST …/files/{path}/restore` with `{version}`. A file that was removed comes back. Takes If-Match.",
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
      body: FileContent,
      response: { ...answers(200, FileFacts), ...answers(201, FileFacts) },
      detail: describe(
        FILES,
        "Write a file",
        `curl -X PUT ${AUTH} -H 'If-Match: "3"' -d '{"content":"print(2)\\n"}' $URL/api/projects/loss-plots/files/src/main.py`,
        "201 when it is new. `If-Match` with the version that you read guards against overwriting what another wrote since: 412 `version_conflict`, with today's version. `If-None-Match: *` writes only what is not there.",
      ),
    })
    .delete("/*", ({ set, ...asked }) => done(set, remove(asked, pathOf(asked.params["*"]), asked.query.recursive === true)), {
      query: t.Object({ recursive: Recursive }),
      response: answers(204, NoContent),
      detail: describe(
        FILES,
        "Remove a file, a link, or a folder",
        `curl -X DELETE ${AUTH} $URL/api/projects/loss-plots/files/old.py`,
        "A folder with something in it wants `?recursive=true`. Versions stay, and can be restored. Takes If-Match.",
      ),
    });
};
