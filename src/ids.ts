/** A new UUIDv7 in text form: sorts by the time it was made (RFC 9562). */
export const newId = (): string => Bun.randomUUIDv7();
