/**
 * What is left of the items that wait, oldest first, without those that were seen. `dealt`: the seq up to which all were seen, null for none: the server
 * has one mark for all, so what was seen behind something older waits there for that.
 */
export const withoutSeen = <Item extends { seq: number }>(items: readonly Item[], seen: ReadonlySet<number>): { left: readonly Item[]; dealt: number | null } => {
  const left = items.filter(({ seq }) => !seen.has(seq));
  const first = items.findIndex(({ seq }) => !seen.has(seq));
  return { left, dealt: items[(first < 0 ? items.length : first) - 1]?.seq ?? null };
};
