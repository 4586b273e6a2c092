import { type Archive, ArchiveError, readJson } from "./archive.ts";

/**
 * What a Slack export holds: https://slack.com/help/articles/220556107 and https://docs.slack.dev/reference/events/message.
 * Only what is looked at is named here, and none of it is taken for granted: exports are years old and of many makers.
 */
export type Loose = Record<string, unknown>;

export const isObject = (value: unknown): value is Loose => typeof value === "object" && value !== null && !Array.isArray(value);
export const objects = (value: unknown): Loose[] => (Array.isArray(value) ? value.filter(isObject) : []);
export const text = (value: unknown): string => (typeof value === "string" ? value : "");
export const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string" && one !== "") : []);

/** A person or program of the workspace. `bot_id`: what a program is called where it speaks; empty for others. */
export type Person = { id: string; name: string; display_name: string; bot: boolean; deleted: boolean; bot_id: string };

/** Where things were said. `folder`: where its days lie, null when there are none. `created` in seconds since 1970, 0 when not told. */
export type Place = {
  id: string;
  kind: "channel" | "group" | "dm" | "mpim";
  name: string;
  topic: string;
  purpose: string;
  members: string[];
  creator: string;
  created: number;
  archived: boolean;
  days: string[];
};

export type Workspace = { team: string; people: Person[]; places: Place[]; sizes: Archive["sizes"]; odd: readonly string[]; unread: Problem[] };

/** What could not be taken, and why. */
export type Problem = { what: string; why: string };

const lists = [
  ["channels.json", "channel"],
  ["groups.json", "group"],
  ["mpims.json", "mpim"],
  ["dms.json", "dm"],
] as const;

const DAY = /^\d{4}-\d\d-\d\d\.json$/;

/** Reads who and what an export is of, without what was said. @throws ArchiveError when it is no export of Slack's */
export const readWorkspace = async (archive: Archive): Promise<Workspace> => {
  const root = rootOf(archive);
  const unread: Problem[] = [];
  const read = async (name: string): Promise<Loose[]> => {
    const path = root + name;
    if (!archive.sizes.has(path)) return [];
    return readJson(archive, path).then(objects, (error) => {
      unread.push({ what: path, why: error instanceof Error ? error.message : String(error) });
      return [];
    });
  };
  const users = [...(await read("users.json")), ...(await read("org_users.json"))];
  const days = daysOf(archive, root);
  const places = new Map<string, Place>();
  for (const [file, kind] of lists)
    for (const entry of await read(file)) {
      const place = placeOf(entry, kind, days);
      const before = places.get(place.id);
      if (place.id !== "") places.set(place.id, before ? together(before, place) : place);
    }
  const owner = users.find(({ is_primary_owner }) => is_primary_owner === true);
  return {
    team: text(owner?.team_id) || mostCommon(users.map(({ team_id }) => text(team_id))) || "slack",
    people: users.flatMap(personOf),
    places: [...places.values()],
    sizes: archive.sizes,
    odd: archive.odd,
    unread,
  };
};

/** The folder that the export lies in: whoever packs it again often packs the folder around it. */
const rootOf = ({ sizes }: Archive): string => {
  const known = [...sizes.keys()].filter((path) => /(^|\/)(channels|groups|dms|mpims|users|org_users)\.json$/.test(path));
  const [shortest] = known.map((path) => path.slice(0, path.lastIndexOf("/") + 1)).sort((a, b) => a.length - b.length);
  if (shortest === undefined)
    throw new ArchiveError(
      "This is no export of Slack's: it has neither channels.json nor users.json. In Slack: Settings & administration, Workspace settings, Import/Export data, Export.",
    );
  return shortest;
};

/** The paths of days by the name of their folder, in the order of the calendar. */
const daysOf = ({ sizes }: Archive, root: string): Map<string, string[]> => {
  const days = new Map<string, string[]>();
  for (const path of sizes.keys()) {
    const [folder, file, more] = path.startsWith(root) ? path.slice(root.length).split("/") : [];
    if (folder === undefined || file === undefined || more !== undefined || !DAY.test(file)) continue;
    days.set(folder, [...(days.get(folder) ?? []), path]);
  }
  for (const paths of days.values()) paths.sort();
  return days;
};

const placeOf = (entry: Loose, kind: Place["kind"], days: Map<string, string[]>): Place => {
  const [id, name] = [text(entry.id), text(entry.name)];
  const value = (field: unknown) => (isObject(field) ? text(field.value) : "");
  return {
    id,
    kind: closest(kind, entry.is_im ? "dm" : entry.is_mpim ? "mpim" : entry.is_private || entry.is_group ? "group" : "channel"),
    name: name || id,
    topic: value(entry.topic),
    purpose: value(entry.purpose),
    members: [...new Set(texts(entry.members))],
    creator: text(entry.creator),
    created: typeof entry.created === "number" && entry.created > 0 && entry.created < SECONDS_MAX ? entry.created : 0,
    archived: entry.is_archived === true,
    days: [...new Set([...(days.get(name) ?? []), ...(days.get(id) ?? [])])],
  };
};

/** Seconds since 1970 that are more than any time of Slack's: milliseconds, say. */
const SECONDS_MAX = 1e11;

/** Of two words for what a place is the one that lets in fewer: nothing is public that is private by any of them. */
const closest = (one: Place["kind"], other: Place["kind"]): Place["kind"] => {
  const kinds = lists.map(([, kind]) => kind);
  return kinds.indexOf(one) > kinds.indexOf(other) ? one : other;
};

/** A place that stands in two lists, as one that was made private since may. */
const together = (one: Place, other: Place): Place => ({
  ...one,
  kind: closest(one.kind, other.kind),
  members: [...new Set([...one.members, ...other.members])],
  days: [...new Set([...one.days, ...other.days])].sort(),
});

const personOf = (user: Loose): Person[] => {
  const id = text(user.id);
  if (id === "") return [];
  const profile = isObject(user.profile) ? user.profile : {};
  const name = text(user.name);
  const display_name = text(profile.display_name) || text(profile.real_name) || text(user.real_name) || name || id;
  // Slackbot is a program, though its entry says otherwise.
  return [{ id, name, display_name, bot: user.is_bot === true || id === "USLACKBOT", deleted: user.deleted === true, bot_id: text(profile.bot_id) }];
};

const mostCommon = (names: string[]): string => {
  const counts = new Map<string, number>();
  for (const name of names) if (name !== "") counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0] ?? "";
};
