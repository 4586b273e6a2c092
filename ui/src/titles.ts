import type { Author } from "./api.ts";

/** Whom a conversation is with: all but me, unless I am alone in it. `me`: my id. */
export const othersOf = (members: readonly Author[], me: string): readonly Author[] => {
  const others = members.filter(({ id }) => id !== me);
  return others.length > 0 ? others : members;
};

/** What a conversation is called: by the names of those it is with. */
export const namesOf = (members: readonly Author[], me: string): string =>
  othersOf(members, me)
    .map(({ id, display_name }) => (id === me ? `${display_name} (you)` : display_name))
    .join(", ");
