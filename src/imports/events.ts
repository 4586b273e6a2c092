import type { EventKind } from "../feed/feed.ts";

export const importEvents: Record<string, EventKind> = {
  /**
   * Many messages came into a channel at once, and perhaps members: who holds the channel reads it anew, as
   * `GET …/messages?after_seq=&before_seq=` has it, and nobody is told of each. `read_seq`: through which they count as read by
   * everyone. Subject is the seq of the first; the last stands right before the event's own.
   */
  import: {
    apply: ({ channels }, { channel_no, subject, seq }) => {
      if (channel_no === null) return;
      channels.reload(channel_no);
      channels.reloadMembers(channel_no);
      const channel = channels.byNo(channel_no);
      if (channel && subject < seq) channel.last_seq = seq - 1;
    },
    render: ({ channels }, { channel_no, subject, seq }) => {
      const channel = channel_no === null ? undefined : channels.byNo(channel_no);
      return channel && { after_seq: subject - 1, before_seq: seq, read_seq: channel.imported_seq };
    },
  },
};
