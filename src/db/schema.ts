export { audit, sessions, signatures, tokens, users } from "../accounts/table.ts";
export { channels, marks, members } from "../channels/table.ts";
export { feed, meta } from "../feed/table.ts";
export { attachments, files } from "../files/table.ts";
export { idempotency } from "../idempotency/table.ts";
export { inbox } from "../inbox/table.ts";
export { messages } from "../messages/table.ts";
export { statuses } from "../presence/table.ts";
export { invites } from "../registration/table.ts";
