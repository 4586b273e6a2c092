import { AppError } from "../errors.ts";
import { WORKSPACE_DEPTH, WORKSPACE_NAME_BYTES, WORKSPACE_PATH_BYTES } from "../limits.ts";

/** Folders that tools fill and can fill again: listed, and no versions kept of what is in them. */
export const REBUILT: ReadonlySet<string> = new Set([
  "node_modules",
  ".venv",
  "venv",
  "__pycache__",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".tox",
  "target",
  ".git",
  ".hg",
  ".svn",
  ".cache",
  ".parcel-cache",
  ".gradle",
  ".next",
  ".nuxt",
  ".turbo",
]);

/**
 * The names that a path is made of, as they were given: no other form of letters is put in their place.
 * @throws AppError `bad_path` for what is absolute, leads up, or is too long or too deep
 */
export const partsOf = (path: string): string[] => {
  const refuse = (message: string): never => {
    throw new AppError("bad_path", { message, details: [{ path: path.slice(0, 200) }] });
  };
  if (path === "") refuse("The path is empty.");
  if (path.startsWith("/")) refuse("The path begins with a /: paths are relative to the workspace.");
  if (!path.isWellFormed() || path.includes("\0")) refuse("The path holds what no file name can.");
  if (Buffer.byteLength(path) > WORKSPACE_PATH_BYTES) refuse(`The path is longer than ${WORKSPACE_PATH_BYTES} bytes.`);
  const parts = path.split("/");
  if (parts.length > WORKSPACE_DEPTH) refuse(`The path has more than ${WORKSPACE_DEPTH} folders within each other.`);
  for (const part of parts) {
    if (part === "" || part === "." || part === "..") refuse(`The path has a part '${part}': write it plainly, such as src/main.py.`);
    if (Buffer.byteLength(part) > WORKSPACE_NAME_BYTES) refuse(`A name in the path is longer than ${WORKSPACE_NAME_BYTES} bytes.`);
  }
  return parts;
};

/** Whether versions are kept of what has this path, as far as its folders say. */
export const isVersioned = (path: string): boolean =>
  !path
    .split("/")
    .slice(0, -1)
    .some((part) => REBUILT.has(part));
