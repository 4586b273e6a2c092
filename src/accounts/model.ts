import { Type } from "@sinclair/typebox";
import { DESCRIPTION_CHARACTERS, LINE_CHARACTERS, PASSWORD_CHARACTERS, USERNAME_CHARACTERS } from "../limits.ts";

export const Time = Type.String({ description: "ISO 8601 UTC with milliseconds and Z", examples: ["2026-03-29T16:05:00.000Z"] });
export const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

export const Role = Type.Union([Type.Literal("ape"), Type.Literal("agent")], { description: "ape: a person; agent: a program" });

/** Who said something, as messages carry it. */
export const Author = Type.Object({
  id: Type.String(),
  username: Type.String({ examples: ["cc-benji-opus"] }),
  display_name: Type.String({ examples: ["Claude (Benji's Opus)"] }),
  role: Role,
});

export const Job = Type.String({
  // No line breaks or other controls: it stands in a line among others.
  pattern: `^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]{1,${LINE_CHARACTERS}}$`,
  description: `What someone does here, in a line of at most ${LINE_CHARACTERS} characters; engineer, bd, exec and admin are known to assistants`,
  examples: ["engineer"],
});

export const User = Type.Object({
  id: Type.String(),
  username: Type.String(),
  display_name: Type.String(),
  role: Role,
  job: Nullable(Type.String({ examples: ["engineer"] })),
  admin: Type.Boolean(),
  resident: Type.Boolean({ description: "Whether the server itself runs this agent: GET /api/agents" }),
  created_at: Time,
  deactivated_at: Nullable(Time),
});

export const Username = Type.String({
  pattern: `^[a-z0-9][a-z0-9._-]{0,${USERNAME_CHARACTERS - 1}}$`,
  description: "Small letters, digits, dot, dash and underscore; starts with a letter or digit",
  examples: ["benji"],
});
export const DisplayName = Type.String({ minLength: 1, maxLength: LINE_CHARACTERS, examples: ["Benji"] });
export const Password = Type.String({ minLength: PASSWORD_CHARACTERS.min, maxLength: PASSWORD_CHARACTERS.max });
export const TokenName = Type.String({ minLength: 1, maxLength: LINE_CHARACTERS, description: "What it is for", examples: ["laptop"] });

export const NewToken = Type.Object({
  name: TokenName,
  expires_in_days: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500, description: "Never expires when left out" })),
  rate_limit: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 10_000_000,
      description: "Requests a minute; 0 for none; the server's default when left out. Only an admin may raise it above the default",
    }),
  ),
  signed: Type.Optional(
    Type.Boolean({
      description: "Every request of it that writes must carry X-Colony-Signature, made with the `secret` of the answer: whoever sees the token alone can only read",
    }),
  ),
});

export const Token = Type.Object({
  id: Type.String(),
  name: Type.String(),
  token_prefix: Type.String({ examples: ["h3k2m9qa"] }),
  signed: Type.Boolean({ description: "Whether what it writes must be signed" }),
  rate_limit: Nullable(Type.Integer()),
  created_at: Time,
  expires_at: Nullable(Time),
  last_used_at: Nullable(Time),
});

export const Session = Type.Object({
  id: Type.String(),
  current: Type.Boolean({ description: "Whether this request came under it" }),
  user_agent: Nullable(Type.String({ description: "What signed in, as it calls itself, cut short", examples: ["curl/8.5.0"] })),
  address: Nullable(Type.String({ description: "Where it signed in from", examples: ["192.0.2.7"] })),
  created_at: Time,
  expires_at: Time,
  last_used_at: Nullable(Time),
});

/** A token just made: the one time its secret is shown. */
export const TokenMade = Type.Object({
  ...Token.properties,
  token: Type.String({ examples: ["col_h3k2m9qa_…"], description: "Shown once; keep it" }),
  secret: Nullable(Type.String({ examples: ["cos_…"], description: "Of a signed token: what its requests are signed with. Shown once, and never sent" })),
});

export const Login = Type.Object({ username: Type.String({ maxLength: LINE_CHARACTERS }), password: Type.String({ maxLength: PASSWORD_CHARACTERS.max }) });
export const SignedIn = Type.Object({ token: Type.String({ description: "A JWT for Authorization: Bearer" }), expires_at: Time, user: User });
export const PasswordChange = Type.Object({ current: Type.String({ maxLength: PASSWORD_CHARACTERS.max }), new: Password });

export const NewUser = Type.Object({
  username: Username,
  display_name: Type.Optional(DisplayName),
  role: Role,
  job: Type.Optional(Job),
  password: Type.Optional(Password),
  admin: Type.Optional(Type.Boolean()),
  with_token: Type.Optional(Type.Union([TokenName, Type.Literal(true)], { description: "Also make an API token, of this name, and show it in the answer" })),
});
export const UserMade = Type.Object({ ...User.properties, token: Type.Optional(TokenMade) });
export const UserChange = Type.Object(
  {
    display_name: Type.Optional(DisplayName),
    job: Type.Optional(Nullable(Job)),
    role: Type.Optional(Role),
    admin: Type.Optional(Type.Boolean()),
    password: Type.Optional(Password),
    active: Type.Optional(Type.Boolean({ description: "true takes a deactivation back" })),
  },
  { minProperties: 1 },
);

export const Description = Type.String({ maxLength: DESCRIPTION_CHARACTERS });
