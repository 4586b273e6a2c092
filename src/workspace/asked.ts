import { invalid } from "../errors.ts";

/** A file's content as JSON has it. */
export type Given = { encoding?: "utf8" | "base64"; content: string };

/** The bytes of a JSON body. @throws AppError `validation_failed` */
export const bytesOf = ({ content, encoding }: Given): Uint8Array<ArrayBuffer> => {
  if (encoding !== "base64") return new TextEncoder().encode(content);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(content) || content.length % 4 !== 0)
    throw invalid("content", "is no base64", 'Leave encoding out for text, or send what "base64 -w0" gives.');
  return new Uint8Array(Buffer.from(content, "base64"));
};

/** What If-Match says of the version. @throws AppError `validation_failed` */
export const ifMatch = (header: string | null): number | "*" | undefined => {
  if (header === null) return undefined;
  if (header.trim() === "*") return "*";
  const version = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())?.[1];
  if (version === undefined) throw invalid("If-Match", "names no version", 'Send the version as it came: If-Match: "3", or * for any.');
  return Number(version);
};

/** What the headers If-Match and If-None-Match ask for. @throws AppError `validation_failed` */
export const conditionOf = ({ headers }: Request): { if_match?: number | "*"; absent?: "if_none_match" } => {
  const none = headers.get("if-none-match");
  if (none !== null && none.trim() !== "*")
    throw invalid("If-None-Match", "is taken as * alone here: that there is no such file", "Send If-None-Match: *, or If-Match with a version.");
  return { if_match: ifMatch(headers.get("if-match")), ...(none !== null && { absent: "if_none_match" }) };
};

export const etagOf = ({ version }: { version: number | null }): Record<string, string> => (version === null ? {} : { etag: `"${version}"` });

/** The path that an address ends with. That its escapes are UTF-8 is seen to before any route is. */
export const pathOf = (rest: string): string => decodeURIComponent(rest);
