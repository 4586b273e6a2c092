import type { Channel, User } from "../api.ts";
import { attentionOf } from "../attention.ts";
import { asFailure } from "../model.ts";
import { copyText } from "../parts/CopyButton.tsx";
import type { Overlay } from "../Reach.tsx";
import { addressOf, noFilter, projectAddress, type Route } from "../route.ts";
import { archivedChannels, openChannels, projectChannels } from "../sidebar/order.ts";
import type { Colony } from "../store.ts";
import { conversationWith, converse } from "../team/converse.ts";
import { othersOf } from "../titles.ts";
import type { Target } from "./targets.ts";

type Ways = { colony: Colony; route: Route; onOverlay: (overlay: Overlay) => void; say: (words: string) => void };

export const channelTargets = (channels: readonly Channel[], { route }: Ways): Target[] =>
  [...openChannels(channels), ...archivedChannels(channels)].map((channel) => ({
    id: channel.id,
    kind: "channel",
    label: channel.name ?? "",
    hint: channel.archived_at === null ? channel.topic || channel.description : "archived",
    icon: { channel },
    ...attentionOf(channel),
    go: () => route.go(addressOf(channel)),
  }));

/** Projects by the names people call them; the one that is open by its parts too. */
export const projectTargets = (channels: readonly Channel[], at: Channel | undefined, { colony, route }: Ways): Target[] =>
  projectChannels(channels).flatMap((channel): Target[] => {
    const slug = channel.name ?? "";
    const label = colony.team()?.projects.ofChannel(channel.id)?.name ?? slug;
    const whole: Target = {
      id: channel.id,
      kind: "channel",
      label,
      also: slug,
      hint: "project",
      icon: { channel },
      ...attentionOf(channel),
      go: () => route.go(projectAddress(slug)),
    };
    const parts = at?.id === channel.id ? ["console", "runs", "files", "schedules", "settings"] : [];
    return [
      whole,
      ...parts.map((part): Target => ({ id: `project:${part}`, kind: "command", label: `${label}: ${part}`, icon: "command", go: () => route.go(projectAddress(slug, part)) })),
    ];
  });

/** People and agents: the conversation with each, which is begun by going there. */
export const personTargets = (users: readonly User[], { colony, route }: Ways): Target[] => {
  const me = colony.me()?.id ?? "";
  const open = async (user: User) => {
    try {
      await converse(colony, [user.id], route.go);
    } catch (error) {
      colony.setNotice(`The conversation was not opened: ${asFailure(error).message}`);
    }
  };
  return users
    .filter(({ deactivated_at }) => deactivated_at === null)
    .map((user) => {
      const known = conversationWith(colony.channels(), user.id === me ? [] : [user.id], me);
      return {
        id: known?.id ?? user.id,
        kind: "person",
        label: user.display_name,
        verb: user.resident ? "ask message" : "message",
        also: `@${user.username}`,
        hint: user.id === me ? "notes to yourself" : `${user.resident ? "ask" : "message"} · ${colony.team()?.wordsOf(user.id) ?? ""}`,
        icon: { user },
        ...(known && attentionOf(known)),
        go: () => open(user),
      };
    });
};

/** Conversations of more than two. */
export const groupTargets = (channels: readonly Channel[], { colony, route }: Ways): Target[] =>
  channels.flatMap((channel): Target[] => {
    const [first, second] = othersOf(channel.members ?? [], colony.me()?.id ?? "");
    if (!first || !second) return [];
    const icon = { user: first };
    return [{ id: channel.id, kind: "person", label: colony.titleOf(channel), hint: "conversation", icon, ...attentionOf(channel), go: () => route.go(addressOf(channel)) }];
  });

/** What someone said in the channel that is open. */
export const saidTargets = (users: readonly User[], at: Channel | undefined, { colony, route }: Ways): Target[] =>
  at
    ? users.map((user) => ({
        id: `said:${user.id}`,
        kind: "person",
        label: user.display_name,
        also: `@${user.username}`,
        hint: `messages in ${colony.titleOf(at)}`,
        icon: { user },
        go: () => route.go(addressOf(at, undefined, { ...noFilter, user: user.username })),
      }))
    : [];

export const commandTargets = (at: Channel | undefined, { colony, route, onOverlay, say }: Ways): Target[] => {
  const copyLink = async (channel: Channel) => {
    await copyText(location.origin + addressOf(channel));
    say(`The link to ${colony.titleOf(channel)} is copied`);
  };
  const commands: [label: string, go: () => void][] = [
    ["Inbox", () => route.go("/inbox")],
    ["Questions", () => route.go("/questions")],
    ["Search what was said", () => route.go("/search")],
    ["Agents", () => route.go("/agents")],
    ["Documents", () => route.go("/agents/documents")],
    ["Usage: what agents cost", () => route.go("/usage")],
    ["Make a channel", () => onOverlay("channel")],
    ["Make a project", () => onOverlay("project")],
    ["New message", () => onOverlay("message")],
    ["Set your status", () => onOverlay("status")],
    ...(at ? [[`Copy link to ${colony.titleOf(at)}`, () => copyLink(at)] as [string, () => void]] : []),
    ...["me", "people", "tokens", "channels", "sessions"].map((section): [string, () => void] => [`Settings: ${section}`, () => route.go(`/settings/${section}`)]),
    ["Keyboard keys", () => onOverlay("keys")],
    ["Sign out", colony.signOut],
  ];
  return commands.map(([label, go]) => ({ id: `command:${label}`, kind: "command", label, icon: "command", go }));
};
