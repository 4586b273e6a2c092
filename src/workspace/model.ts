import { Type } from "@sinclair/typebox";
import { Author, Nullable, Time } from "../accounts/model.ts";
import { CHANGE_FILES_TOLD, FILE_CONTENT_BYTES, VERSIONED_FILE_BYTES, WORKSPACE_PATH_BYTES } from "../limits.ts";

const MIB = 2 ** 20;

export const Path = Type.String({
  minLength: 1,
  maxLength: WORKSPACE_PATH_BYTES,
  description: "Relative to the workspace, names with / between; as given: neither letters nor case are changed",
  examples: ["src/main.py"],
});
const Version = Type.Integer({
  description: `Counts from 1 within a path; also the ETag, for If-Match. Null where no versions are kept: in folders that tools rebuild, and of files over ${VERSIONED_FILE_BYTES / MIB} MiB`,
});
const Sha256 = Type.String({ description: "Of its bytes, in hex; null where no versions are kept, and of a version that removed the file" });

/** A file without its bytes. */
export const FileFacts = Type.Object({
  path: Path,
  version: Nullable(Version),
  size: Type.Integer({ description: "Bytes" }),
  sha256: Nullable(Sha256),
  executable: Type.Boolean(),
  changed_at: Time,
  changed_by: Nullable(Author),
  run_id: Nullable(Type.String({ description: "The run that wrote it" })),
});

export const WorkspaceFile = Type.Composite([
  FileFacts,
  Type.Object({
    mime: Type.String({ description: "What its bytes are" }),
    encoding: Type.Union([Type.Literal("utf8"), Type.Literal("base64")], { description: "utf8 where its bytes are that" }),
    content: Nullable(Type.String({ description: `Null of a file over ${FILE_CONTENT_BYTES / MIB} MiB: GET …/files/download/{path} has it` })),
  }),
]);

const content = Type.String({ description: "All of it, in the form that encoding says" });
const encoding = Type.Union([Type.Literal("utf8"), Type.Literal("base64")], { default: "utf8" });
const executable = Type.Boolean({ description: "Whether it may be executed; as it was when left out" });

export const NewFile = Type.Object({ path: Path, content, encoding: Type.Optional(encoding), executable: Type.Optional(executable) });
export const FileContent = Type.Object({ content, encoding: Type.Optional(encoding), executable: Type.Optional(executable) });

export const TreeEntry = Type.Object({
  path: Type.String({ description: "Where a name is no UTF-8 it has marks in the place of letters, and nothing can be done with it here" }),
  type: Type.Union([Type.Literal("file"), Type.Literal("directory"), Type.Literal("link"), Type.Literal("other")], { description: "other: sockets, pipes, devices" }),
  size: Type.Integer({ description: "Bytes; 0 of all but files" }),
  version: Nullable(Version),
  versioned: Type.Boolean({ description: "Whether versions are kept of it, or of what is in it" }),
  listed: Type.Boolean({ description: "Of a folder: whether what is in it stands in this list. If not, ask for it: ?path=" }),
  sha256: Nullable(Sha256),
  executable: Type.Boolean(),
  changed_at: Time,
  changed_by: Nullable(Author),
  target: Nullable(Type.String({ description: "Where a link points to, as it says; no link is followed" })),
});

export const FileVersion = Type.Object({
  path: Path,
  version: Version,
  change: Type.Union([Type.Literal("added"), Type.Literal("changed"), Type.Literal("removed")]),
  size: Type.Integer(),
  sha256: Nullable(Sha256),
  executable: Type.Boolean(),
  at: Time,
  user: Author,
  run_id: Nullable(Type.String()),
});

/** What one writing, or one look at what runs wrote, brought: the event `file`. */
export const FileChange = Type.Object({
  project_id: Type.String(),
  change: Type.Integer(),
  user: Author,
  run_id: Nullable(Type.String()),
  at: Time,
  count: Type.Integer({ description: "Files" }),
  files: Type.Array(Type.Object({ path: Path, version: Version, size: Type.Integer(), change: FileVersion.properties.change }), {
    description: `The first ${CHANGE_FILES_TOLD} of them whose versions are still kept`,
  }),
  more: Type.Integer({ description: "Files beyond those" }),
});
