import { Type } from "@sinclair/typebox";
import { Author, DisplayName, Nullable, Password, Time, Username } from "../accounts/model.ts";
import { INVITE_DAYS, LINE_CHARACTERS } from "../limits.ts";

export const Registration = Type.Object({
  registration: Type.Union([Type.Literal("closed"), Type.Literal("invite"), Type.Literal("open")], {
    description: "Who may make an account: closed: nobody but those an admin invites · invite: as closed, and the page says so · open: everyone",
  }),
});

export const Register = Type.Object({
  username: Username,
  password: Password,
  display_name: Type.Optional(DisplayName),
  invite: Type.Optional(Type.String({ minLength: 1, maxLength: LINE_CHARACTERS, description: "The code of an invitation; not needed where registration is open" })),
});

const Note = Type.String({ minLength: 1, maxLength: LINE_CHARACTERS, description: "Whom it is for", examples: ["Anna from sales"] });

export const NewInvite = Type.Object({
  note: Type.Optional(Note),
  expires_in_days: Type.Optional(Type.Integer({ minimum: 1, maximum: INVITE_DAYS.max, description: `${INVITE_DAYS.default} when left out` })),
});

export const Invite = Type.Object({
  id: Type.String(),
  note: Nullable(Note),
  created_by: Author,
  created_at: Time,
  expires_at: Time,
});

/** An invitation just made: the one time its code is shown. */
export const InviteMade = Type.Object({
  ...Invite.properties,
  code: Type.String({ description: "For one account; shown once" }),
  url: Type.String({ description: "The page to register on, the code behind its #, where no server or proxy writes it down" }),
});
