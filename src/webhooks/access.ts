import type { Channel } from "../channels/directory.ts";
import { canRead } from "../channels/service.ts";
import type { Context } from "../context.ts";
import type { HookRow } from "./store.ts";

/** The channel of a webhook, as long as its maker is here and may read it: what the maker may not see, no webhook of theirs shows. */
export const reachOf = (ctx: Context, hook: Pick<HookRow, "channel_no" | "created_by">): Channel | undefined => {
  const channel = ctx.channels.byNo(hook.channel_no);
  const maker = ctx.users.byNo(hook.created_by);
  return channel && maker?.deactivated_at === null && canRead(channel, maker.no) ? channel : undefined;
};
