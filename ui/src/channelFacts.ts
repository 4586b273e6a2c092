import { isGrowing } from "./agents/growing.ts";
import type { Author, Channel, Message } from "./api.ts";
import type { ChannelFacts, FeedEvent, State } from "./reduce.ts";

/** What an event says of the channel list: who is in it, how it is called, how much of it is unread. */
export const inChannels = (state: State, event: FeedEvent): State => {
  switch (event.event) {
    case "message":
      return counted(state, event.channel_id, event.data);
    case "edit":
      // What grows counted when it came, and calls nobody before it is whole.
      return !isGrowing(event.data) && mayCount(state, event.channel_id, event.data.seq) ? recounted(state, event.channel_id) : state;
    case "delete":
      return mayCount(state, event.channel_id) ? recounted(state, event.channel_id) : state;
    case "import":
      return recounted(state, event.channel_id);
    case "channel":
      return withChannel(state, event.data);
    case "member":
      return event.data.user.id === state.me?.id ? belonging(state, event.channel_id, event.data.member) : state;
    case "notify":
      return changeChannel(state, event.channel_id, { notify: event.data.notify });
    case "read":
      return readTo(state, event.channel_id, event.data.seq);
    default:
      return state;
  }
};

/** I was let into a channel, or am not in it any more. What is not open to all comes with that, and goes. */
const belonging = (state: State, channel_id: string, member: boolean): State => {
  const known = state.channels.find(({ id }) => id === channel_id);
  if (member) return known ? changeChannel(state, channel_id, { member }) : recounted(state, channel_id);
  if (known?.visibility === "public") return changeChannel(state, channel_id, { member });
  return { ...state, channels: state.channels.filter((channel) => channel !== known), recount: state.recount.filter((id) => id !== channel_id) };
};

/** Counts a message that the channel's counts do not hold yet. */
const counted = (state: State, channel_id: string, message: Message): State => {
  const channel = state.channels.find(({ id }) => id === channel_id);
  if (!channel || message.seq <= channel.last_seq) return state;
  if (message.user.id === state.me?.id) return changeChannel(state, channel_id, { last_seq: message.seq });
  const forMe = message.mentions.some((name) => name === state.me?.username || (channel.member && (name === "channel" || name === "here")));
  return changeChannel(state, channel_id, { last_seq: message.seq, unread: channel.unread + 1, mentions: channel.mentions + (forMe ? 1 : 0) });
};

/** Whether a message that was edited or deleted may be among the unread, and so among the counts. `seq`: its own, where that is known. */
const mayCount = (state: State, channel_id: string, seq = Infinity): boolean => {
  const channel = state.channels.find(({ id }) => id === channel_id);
  return channel !== undefined && channel.unread > 0 && seq > channel.read_seq;
};

const recounted = (state: State, channel_id: string): State => (state.recount.includes(channel_id) ? state : { ...state, recount: [...state.recount, channel_id] });

const readTo = (state: State, channel_id: string, seq: number): State => {
  const channel = state.channels.find(({ id }) => id === channel_id);
  if (!channel) return state;
  const all = seq >= channel.last_seq;
  const now = changeChannel(state, channel_id, { read_seq: seq, ...(all && { unread: 0, mentions: 0 }) });
  return all && channel.mentions === 0 ? now : recounted(now, channel_id);
};

export const changeChannel = (state: State, channel_id: string, change: Partial<Channel>): State => ({
  ...state,
  channels: state.channels.map((channel) => (channel.id === channel_id ? { ...channel, ...change } : channel)),
});

/** A channel that is not open to all is told of to its members alone. */
const withChannel = (state: State, facts: ChannelFacts): State => {
  if (state.channels.some(({ id }) => id === facts.id)) return changeChannel(state, facts.id, facts);
  const member = facts.visibility !== "public" || facts.created_by === state.me?.id;
  return { ...state, channels: [...state.channels, { members: null, ...facts, last_seq: 0, member, read_seq: 0, unread: 0, mentions: 0, notify: "all" }] };
};

/** The people of conversations under their names of today. */
export const renamedMembers = (channels: readonly Channel[], author: Author): readonly Channel[] =>
  channels.map((channel) =>
    channel.members?.some(({ id }) => id === author.id) ? { ...channel, members: channel.members.map((member) => (member.id === author.id ? author : member)) } : channel,
  );
