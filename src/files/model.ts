import { Type } from "@sinclair/typebox";
import { Author, Time } from "../accounts/model.ts";
import { Attachment } from "../messages/model.ts";

export const File = Type.Object({
  ...Attachment.properties,
  created_at: Time,
  user: Author,
});
