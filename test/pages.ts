import { dirname, join } from "node:path";

/** What of a page is no fence. */
const prose = (page: string): string => page.replace(/^[ \t]*(`{3,})[^`\n]*\n[\s\S]*?^[ \t]*\1[ \t]*$/gm, "");

/** The text of a page's fences that are no shell's. */
export const otherFences = (page: string): string[] =>
  [...page.matchAll(/^[ \t]*(`{3,})([^`\n]*)\n([\s\S]*?)^[ \t]*\1[ \t]*$/gm)].filter(([, , kind = ""]) => !/^(sh|bash|shell)\b/.test(kind)).map(([, , , text = ""]) => text);

/** The cells of a line of a table; none of another line. */
export const cells = (line: string): string[] =>
  line.startsWith("|")
    ? line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("\\|", "|"))
    : [];

/** The anchors of a page's headings, as GitHub makes them. */
export const anchors = (page: string): string[] => {
  const times = new Map<string, number>();
  return [...prose(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => {
    const anchor = heading
      .trim()
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-");
    const before = times.get(anchor) ?? 0;
    times.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
};

/** The links of a page that lead to others or into itself: as written, the file from the root that they name, and the anchor there. */
export const linksOf = (page: string, text: string): { target: string; path: string; anchor: string | undefined }[] =>
  [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = "", anchor] = target.split("#");
      return { target, path: path === "" ? page : join(dirname(page), path), anchor };
    });

/** The answers that a page shows: fences of JSON that name their route beside the word `json`. */
export const shapes = (page: string): { method: string; path: string; json: string }[] =>
  [...page.matchAll(/^```json ([A-Z]+) (\/\S+)\n([\s\S]*?)^```$/gm)].map(([, method = "", path = "", json = ""]) => ({ method, path, json }));

/** As much of a JSON schema as the API's documents use. */
export type Schema = { type?: string | string[]; anyOf?: Schema[]; const?: unknown; enum?: unknown[]; properties?: Record<string, Schema>; required?: string[]; items?: Schema };

const typeOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
};

/** What of a value is not as a schema has it: wrong types, fields that are missing, fields that are none. A list may be shown by one of its elements. */
export const faultsOf = (schema: Schema, value: unknown, at = "$"): string[] => {
  const type = typeOf(value);
  const types = [schema.type ?? []].flat();
  if (at === "$" && types.includes("array") && type === "object" && schema.items) return faultsOf(schema.items, value, "$[]");
  if (schema.anyOf) {
    const each = schema.anyOf.map((one) => faultsOf(one, value, at));
    return each.find((faults) => faults.length === 0) ?? each.toSorted((one, other) => one.length - other.length)[0] ?? [];
  }
  if (schema.const !== undefined && schema.const !== value) return [`${at} is not ${schema.const}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${at} is none of ${schema.enum.join(", ")}`];
  if (types.length > 0 && !types.includes(type) && !(type === "integer" && types.includes("number"))) return [`${at} is ${type}, not ${types.join(" or ")}`];
  if (type === "array") return (value as unknown[]).flatMap((one, index) => faultsOf(schema.items ?? {}, one, `${at}[${index}]`));
  if (type !== "object" || !schema.properties) return [];
  const { properties, required = [] } = schema;
  const fields = value as Record<string, unknown>;
  return [
    ...required.filter((name) => !(name in fields)).map((name) => `${at}.${name} is missing`),
    ...Object.entries(fields).flatMap(([name, one]) => (properties[name] ? faultsOf(properties[name], one, `${at}.${name}`) : [`${at}.${name} is no field`])),
  ];
};
