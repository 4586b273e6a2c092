/** The id of a message's element. */
export const rowId = (message_id: string): string => `message-${message_id}`;
