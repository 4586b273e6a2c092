import { type Static, type TObject, type TSchema, Type } from "@sinclair/typebox";
import { AppError } from "../errors.ts";
import { refusalOf } from "../http/errors.ts";
import { IDEMPOTENCY_KEY_CHARACTERS, MCP_TOKENS, POLL_WAIT_SECONDS, SEQ_MAX } from "../limits.ts";
import { estimateTokens } from "../messages/transcript.ts";
import { type Api, Refused } from "./api.ts";

/** What a result is made of, in MCP's form. */
export type Content = { type: "text"; text: string } | { type: "image"; data: string; mimeType: string };

/** What a model may call. `reads`: it changes nothing; `repeats`: called again it changes nothing more. Either may be retried unasked. */
export type Tool<Schema extends TObject = TObject> = {
  name: string;
  description: string;
  reads?: true;
  repeats?: true;
  input: Schema;
  /** @returns a text, an object that is told as JSON, or parts. @throws Refused, AppError */
  run: (api: Api, input: Static<Schema>) => Promise<string | object | Content[]>;
};

/** A tool as all of them are listed. What it is given was held against `input` before. */
export const tool = <Schema extends TObject>(one: Tool<Schema>): Tool => one as unknown as Tool;

/** The fields of a tool; what is not among them is refused by name. */
export const fields = <Fields extends Record<string, TSchema>>(properties: Fields) => Type.Object(properties, { additionalProperties: false });
export const maybe = Type.Optional;
export const words = (description?: string) => Type.String({ minLength: 1, ...(description && { description }) });
export const whole = (minimum: number, maximum: number, description?: string) => Type.Integer({ minimum, maximum, ...(description && { description }) });
export const oneOf = <Names extends readonly string[]>(names: Names, description?: string) =>
  Type.Union(
    names.map((name) => Type.Literal(name as Names[number])),
    description === undefined ? {} : { description },
  );

/** Fields that several tools share. */
export const Tokens = maybe(whole(MCP_TOKENS.min, MCP_TOKENS.max, `Most tokens of the result; ${MCP_TOKENS.default}`));
export const Wait = (usual: number) => maybe(whole(0, POLL_WAIT_SECONDS, `Seconds; ${usual}`));
export const Key = maybe(Type.String({ minLength: 1, maxLength: IDEMPOTENCY_KEY_CHARACTERS, description: "Same key and input: done once, however often called" }));
export const ChannelRef = words("Name or id; @user for your direct messages with them");
export const MessageRef = words("Id or seq");

/** A channel as its caller wrote it: a leading # is taken off, and whom a conversation is with is said. */
export const placeOf = (channel: string): { channel: string } | { user: string } =>
  channel.startsWith("@") && channel.length > 1 ? { user: channel.slice(1) } : { channel: channel.replace(/^#(?=.)/, "") };

/** As `placeOf`, where a message is named that already stands: a conversation has an id by then. @throws AppError `validation_failed` */
export const channelOf = (channel: string): string => {
  const place = placeOf(channel);
  if ("channel" in place) return place.channel;
  throw new AppError("validation_failed", {
    message: `channel: '${channel.slice(0, 80)}' names a person`,
    hint: "Use the conversation's channel id: inbox, channels and post tell it.",
  });
};

/** Lines as many as fit into so many tokens, at least one. @returns how many of them */
export const fitting = (lines: string[], tokens: number): number => {
  let left = tokens;
  let count = 0;
  for (const line of lines) {
    left -= estimateTokens(line) + 1;
    if (left < 0 && count > 0) break;
    count++;
  }
  return count;
};

/**
 * A tool's schema as it is told to clients, in half the tokens: lists of constants as `enum`, and without bounds that no model
 * comes near by a sensible call. Those are held all the same.
 */
const told = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(told);
  if (typeof schema !== "object" || schema === null) return schema;
  const { anyOf, ...rest } = schema as { anyOf?: { const?: string }[] };
  if (anyOf?.every((option) => option.const !== undefined)) return { ...rest, type: "string", enum: anyOf.map((option) => option.const) };
  const kept = Object.entries(schema).filter(
    ([name, value]) => !(name === "minLength" && value === 1) && !(name === "minimum" && value <= 1) && !(name === "maximum" && value === SEQ_MAX),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, told(value)]));
};

/** A tool as `tools/list` tells of it. */
export const listed = ({ name, description, reads, repeats, input }: Tool) => ({
  name,
  description,
  inputSchema: told(input) as { type: "object" },
  ...((reads || repeats) && { annotations: reads ? { readOnlyHint: true } : { idempotentHint: true } }),
});

/** What a call gives, in MCP's form. */
export type Outcome = { content: Content[]; isError?: true };

/** Calls a tool. What is refused is a result too, for the model to act by: `{code, message, hint, details?}`. @throws what is a fault of ours */
export const call = async (one: Tool, api: Api, given: unknown): Promise<Outcome> => {
  try {
    const wrong = refusalOf(one.input, given ?? {}, "Fields");
    if (wrong) throw wrong;
    const result = await one.run(api, (given ?? {}) as never);
    if (Array.isArray(result)) return { content: result };
    return { content: [{ type: "text", text: typeof result === "string" ? result : JSON.stringify(result) }] };
  } catch (error) {
    const { told } = error instanceof AppError ? new Refused(error.body().error) : error instanceof Refused ? error : { told: undefined };
    if (!told) throw error;
    return { content: [{ type: "text", text: JSON.stringify(told) }], isError: true };
  }
};
