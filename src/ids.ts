/** A new UUIDv7 in text form: sorts by the time it was made (RFC 9562). */
export const newId = (): string => Bun.randomUUIDv7();

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a `{id}` of a path is an id; otherwise it is taken for a name. Ids are written in lower case. */
export const isId = (text: string): boolean => uuid.test(text);
