import type { TSchema } from "@sinclair/typebox";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { Value } from "@sinclair/typebox/value";
import { type AnyElysia, Elysia, ParseError, ValidationError } from "elysia";
import leven from "leven";
import type { Context } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import { infoOf, loggable } from "./request.ts";

/** Holds the app once it is whole: what comes before the features speaks of them too. */
export type Documented = { app?: AnyElysia };

type Detail = { path: string; message: string };

const UNKNOWN_FIELD = "there is no such field here";

/** Letters two names may differ in, and no more than half, and still be taken for the same word misspelt. */
const NEAR = 3;

/**
 * Turns whatever a route throws into the contract's error answers, and refuses parameters on routes that name none. Stands
 * before the features, or they would not be covered.
 */
export const errors = (ctx: Context, documented: Documented) => {
  let bare: Set<string> | undefined;
  const refuseParameters = (request: Request, route: string): void => {
    bare ??= routesWithoutQuery(documented);
    if (!bare.has(`${request.method} ${route}`)) return;
    const [name] = new URL(request.url).searchParams.keys();
    if (name !== undefined) throw invalid(name.slice(0, 80), "there is no such parameter here", "This address takes no query parameters.");
  };
  return new Elysia({ name: "errors" })
    .onTransform({ as: "global" }, ({ request, route }) => {
      if (request.url.includes("?")) refuseParameters(request, route);
    })
    .onError({ as: "global" }, ({ error, code, request, set, path }) => {
      const failure = translate(error, code, request, path, documented);
      if (failure) {
        if (failure.cause !== undefined) ctx.log.error({ event: failure.code, request_id: infoOf(request).id, path, error: String(failure.cause) });
        set.status = failure.status;
        Object.assign(set.headers, failure.headers);
        return failure.body();
      }
      const { id } = infoOf(request);
      ctx.log.error({ event: "fault", request_id: id, path: loggable(path), error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      set.status = 500;
      const { error: body } = new AppError("internal").body();
      return { error: { ...body, request_id: id } };
    });
};

/** `GET /api/channels` and whatever else of the API names no query parameters. */
const routesWithoutQuery = ({ app }: Documented): Set<string> =>
  new Set((app?.routes ?? []).flatMap(({ method, path, hooks }) => (path.startsWith("/api/") && !hooks.query ? [`${method} ${path}`] : [])));

/** The failure to tell, or null for a fault of ours. */
const translate = (error: unknown, code: unknown, request: Request, path: string, documented: Documented): AppError | null => {
  if (error instanceof AppError) return error;
  if (error instanceof ParseError) return error.cause instanceof AppError ? error.cause : new AppError("bad_json");
  if (code === "NOT_FOUND") return notFound(request.method, path, documented);
  if (!(error instanceof ValidationError) || error.type === "response") return null;
  const plain = error.type === "body" && request.headers.get("content-type")?.startsWith("text/plain");
  if (plain && error.value === undefined && takesText(error)) return invalid("body", "is empty", "Send the text as the body.");
  if (error.type === "body" && error.value === undefined) return new AppError("bad_json", { message: "The body is empty." });
  if (plain) return new AppError("unsupported_media_type", { message: "text/plain is taken only where a message is posted.", hint: "Send JSON." });
  const details = describe(Value.Errors(objectOf(error), error.value), () => parameterOf(error, request));
  const where = error.type === "query" ? "Query parameters" : error.type === "body" ? "Fields" : "Parts";
  return refusal(details, where, objectOf(error));
};

/** What is wrong with a value that is no request's: 422 in the same words; null when nothing is. `where` names what its fields are. */
export const refusalOf = (schema: TSchema, value: unknown, where: string): AppError | null => {
  const details = describe(Value.Errors(schema, value), () => where);
  return details.length === 0 ? null : refusal(details, where, schema);
};

const refusal = (details: Detail[], where: string, schema: TSchema): AppError => {
  // A misspelt field is why another is missing: that one is named first.
  const first = details.find(({ message }) => message === UNKNOWN_FIELD) ?? details[0];
  return new AppError("validation_failed", { message: first ? `${first.path}: ${first.message}` : undefined, hint: hint(schema, where, details), details });
};

/** Nothing at this address, or nothing by this method: an agent that misspelt only the method is told which there are. */
const notFound = (method: string, path: string, { app }: Documented): AppError => {
  const allowed = [...new Set((app?.routes ?? []).filter((route) => pattern(route.path).test(path)).map((route) => route.method))];
  if (allowed.length > 0)
    return new AppError("method_not_allowed", {
      message: `${path.slice(0, 200)} does not take ${method}.`,
      hint: `It takes ${allowed.join(", ")}. See /docs.`,
      headers: { allow: allowed.join(", ") },
    });
  return new AppError("not_found", { message: `There is nothing at ${path.slice(0, 200)}.`, hint: "See /docs for every route, or /llms.txt for a short tour." });
};

const pattern = (route: string): RegExp =>
  new RegExp(
    `^${route
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/:\w+/g, "[^/]+")
      .replace("*", ".+")}$`,
  );

/** Each thing that is wrong, once for each field, in the caller's words for it. */
const describe = (errors: Iterable<ValueError>, unnamed: () => string): Detail[] => {
  const details = new Map<string, Detail>();
  for (const item of [...errors].flatMap(within)) {
    const path = item.path.replace(/^\//, "").replaceAll("/", ".") || unnamed();
    if (!details.has(path)) details.set(path, { path, message: inWords(item) });
  }
  return [...details.values()];
};

/** What may be an object or null, and is an object: what is wrong inside it. */
const within = (item: ValueError): ValueError[] => {
  const { type, schema, value, errors } = item;
  if (type !== ValueErrorType.Union || typeof value !== "object" || value === null) return [item];
  const at = (schema.anyOf as TSchema[]).findIndex((option) => option.properties !== undefined);
  return at < 0 ? [item] : [...(errors[at] ?? [])].flatMap(within);
};

/** Elysia forgets the name of a query parameter whose number is out of range: the one that has this value. */
const parameterOf = (error: ValidationError, request: Request): string => {
  if (error.type !== "property") return error.type;
  for (const [name, value] of new URL(request.url).searchParams) if (Number(value) === error.value) return name;
  return "query";
};

const inWords = ({ type, schema, message, value }: ValueError): string => {
  if (type === ValueErrorType.ObjectAdditionalProperties) return UNKNOWN_FIELD;
  if (type === ValueErrorType.ObjectRequiredProperty) return "is missing";
  if (type === ValueErrorType.StringPattern && schema.description) return `must be: ${schema.description}`;
  const options = (schema.anyOf as TSchema[] | undefined)?.flatMap((option) => ("const" in option ? [JSON.stringify(option.const)] : [])) ?? [];
  if (options.length > 0) return `must be one of ${options.join(", ")}, not ${JSON.stringify(value)?.slice(0, 60)}`;
  const whole = [schema, ...((schema.anyOf as TSchema[] | undefined) ?? [])].find((option) => option.type === "integer");
  if (whole) return `must be a whole number${range(whole)}, not ${JSON.stringify(value)?.slice(0, 60)}`;
  if (type === ValueErrorType.StringMinLength && schema.minLength === 1) return "must not be empty";
  if (type === ValueErrorType.ArrayMinItems) return `must have at least ${schema.minItems} entries`;
  if (type === ValueErrorType.ArrayMaxItems) return `must have at most ${schema.maxItems} entries`;
  if (type === ValueErrorType.StringMinLength) return `must have at least ${schema.minLength} characters`;
  if (type === ValueErrorType.StringMaxLength) return `must have at most ${schema.maxLength} characters`;
  if (type === ValueErrorType.ObjectMinProperties) return "must have at least one field";
  const types = (schema.anyOf as TSchema[] | undefined)?.map(named) ?? [];
  if (types.length > 0) return `must be ${[...new Set(types)].join(" or ")}`;
  return message.replace(/^Expected/, "must be");
};

const articles: Record<string, string> = { null: "null", object: "an object", array: "an array" };
const named = ({ type, const: value }: TSchema): string => (value === undefined ? (articles[type] ?? `a ${type}`) : JSON.stringify(value));

const range = ({ minimum, maximum }: TSchema): string => {
  if (maximum === undefined) return minimum === undefined ? "" : ` from ${minimum}`;
  return minimum === undefined ? ` up to ${maximum}` : ` from ${minimum} to ${maximum}`;
};

const hint = (schema: TSchema, where: string, details: Detail[]): string => {
  const fields = Object.keys((schema.properties as object | undefined) ?? {});
  const unknown = details.find(({ path }) => fields.length > 0 && !fields.includes(path.split(".")[0] ?? ""));
  const near = unknown && fields.toSorted((a, b) => leven(a, unknown.path) - leven(b, unknown.path))[0];
  const meant = unknown && near && leven(near, unknown.path) <= Math.min(NEAR, near.length / 2) ? `Did you mean '${near}'? ` : "";
  return fields.length > 0 ? `${meant}${where} taken here: ${fields.join(", ")}.` : "See /docs for what is taken here.";
};

/** What was expected: of a single parameter its own schema, of a body that may also be plain text, the JSON form. */
const objectOf = (error: ValidationError): TSchema => {
  const { schema } = error.validator as unknown as { schema?: TSchema };
  if (!schema) return error.validator as unknown as TSchema;
  return (schema.anyOf as TSchema[] | undefined)?.find((option) => option.properties !== undefined) ?? schema;
};

const takesText = (error: ValidationError): boolean => {
  const { schema } = error.validator as unknown as { schema?: TSchema };
  return (schema?.anyOf as TSchema[] | undefined)?.some(({ type }) => type === "string") ?? false;
};
