/** The text that an answer came as: passed on, it is the API's to the letter (numbers as they were written, keys in their order). */
const texts = new WeakMap<object, string>();

/** Reads an answer's JSON and remembers its text. @throws SyntaxError */
export const readAnswer = <T>(text: string): T => {
  const value = JSON.parse(text) as T;
  if (typeof value === "object" && value !== null) texts.set(value, text);
  return value;
};

/** The text that a value was read from, if it is an answer. */
export const asCame = (value: unknown): string | undefined => (typeof value === "object" && value !== null ? texts.get(value) : undefined);
