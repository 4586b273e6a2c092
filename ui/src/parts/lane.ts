const LANES = 12;

/** The colour of a session: one of twelve, the same everywhere and for ever. FNV-1a of its id. */
export const laneOf = (session_id: string): string => {
  let hash = 0x811c9dc5;
  for (const character of session_id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return `var(--lane-${(hash >>> 0) % LANES})`;
};
