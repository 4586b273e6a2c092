/** Bytes of UTF-8 that the server takes in one message. */
export const MOST = 256 * 1024;
/** What is longer was hardly typed by hand: it is a log, a trace or a program. */
const LINES = 25;
const CHARACTERS = 3_000;
/** From here on the count is shown. */
const NEAR = 0.9;

const encoder = new TextEncoder();

/** Bytes of UTF-8; 0 for what is far from the limit, which needs no counting: a character takes three bytes at most. */
export const bytesOf = (text: string): number => (text.length * 3 < MOST * NEAR ? 0 : encoder.encode(text).length);

export const isLong = (text: string): boolean => text.length > CHARACTERS || (text.match(/\n/g)?.length ?? 0) >= LINES;

export const isNear = (bytes: number): boolean => bytes >= MOST * NEAR;

/** How much must go from the start of a text for its end to fit: up to the start of a line, where there is one. */
export const surplus = (text: string): number => {
  const bytes = encoder.encode(text);
  if (bytes.length <= MOST) return 0;
  let from = bytes.length - MOST;
  // Not from within a character.
  while (((bytes[from] ?? 0) & 0xc0) === 0x80) from++;
  const cut = text.length - new TextDecoder().decode(bytes.subarray(from)).length;
  const line = text.indexOf("\n", cut - 1) + 1;
  return line > 0 && line < text.length ? line : cut;
};
