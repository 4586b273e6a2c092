import { createMcpHandler, type McpHttpHandler, ProtocolError, ProtocolErrorCode, Server, type ServerContext } from "@modelcontextprotocol/server";
import type { Context } from "../context.ts";
import { infoOf } from "../http/request.ts";
import { newId } from "../ids.ts";
import { version } from "../version.ts";
import { Api, type Handle, Refused } from "./api.ts";
import { listResources, readResource, templates } from "./resources.ts";
import { call, listed } from "./tool.ts";
import { instructions, tools } from "./tools.ts";

const SESSION = "mcp-session-id";

/**
 * The door for MCP clients: each request is served by itself, so that a restart of the server is nothing to them. What a session
 * of the older protocol (to 2025-11-25) is named by is only kept by its client: it says whose calls a cancellation means.
 */
export class Door {
  readonly #handler: McpHttpHandler;
  /** Calls under way, by session and request: what ends them. */
  readonly #calls = new Map<string, AbortController>();

  constructor(
    private readonly ctx: Context,
    private readonly handle: Handle,
  ) {
    // What clients get wrong is their answer, not our fault; faults of tools are written down where they come up.
    this.#handler = createMcpHandler(({ requestInfo }) => this.#serve(requestInfo as Request), { maxSubscriptions: 1 });
  }

  /** Answers a POST; `body` is its JSON. */
  async answer(request: Request, body: unknown): Promise<Response> {
    this.#cancel(request, body);
    const response = await this.#handler.fetch(request, { parsedBody: body });
    if (isOpening(body) && response.ok) response.headers.set(SESSION, newId());
    return response;
  }

  /** A cancellation comes as a request of its own, which knows nothing of the one it means. */
  #cancel(request: Request, body: unknown): void {
    const { method, params } = (body ?? {}) as { method?: unknown; params?: { requestId?: unknown } };
    if (method === "notifications/cancelled") this.#calls.get(nameOf(request, params?.requestId) ?? "")?.abort();
  }

  #serve(request: Request): Server {
    const server = new Server({ name: "colony", title: "Colony", version }, { capabilities: { tools: {}, resources: {} }, instructions });
    server.setRequestHandler("tools/list", () => ({ tools: tools.map(listed) }));
    server.setRequestHandler("tools/call", ({ params: { name, arguments: given } }, asked) => {
      const one = tools.find((each) => each.name === name);
      if (!one) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool '${name.slice(0, 80)}'. There are: ${tools.map((each) => each.name).join(", ")}.`);
      return this.#within(request, asked, (api) => call(one, api, given));
    });
    server.setRequestHandler("resources/templates/list", () => ({ resourceTemplates: templates }));
    server.setRequestHandler("resources/list", ({ params }, asked) => this.#within(request, asked, (api) => listResources(api, params?.cursor)));
    server.setRequestHandler("resources/read", ({ params: { uri } }, asked) => this.#within(request, asked, async (api) => ({ contents: [await readResource(api, uri)] }), uri));
    return server;
  }

  /** Does what a request asks for, until its client is gone or cancels it. What is refused outside of a tool is an error of the protocol. `uri`: of the resource that is read. */
  async #within<T>(request: Request, { mcpReq }: ServerContext, work: (api: Api) => Promise<T>, uri?: string): Promise<T> {
    const cancelled = new AbortController();
    const name = nameOf(request, mcpReq.id);
    if (name !== null) this.#calls.set(name, cancelled);
    const info = infoOf(request);
    const signal = AbortSignal.any([request.signal, mcpReq.signal, cancelled.signal]);
    try {
      return await work(new Api(this.handle, info, signal, request.headers.get("idempotency-key") ?? undefined));
    } catch (error) {
      if (error instanceof Refused) {
        const said = `${error.told.code}: ${error.message} ${error.told.hint}`;
        const missing = uri !== undefined && error.told.code === "not_found";
        throw missing ? new ProtocolError(ProtocolErrorCode.ResourceNotFound, said, { uri }) : new ProtocolError(ProtocolErrorCode.InvalidParams, said);
      }
      // What breaks because nobody waits for it any more is no fault.
      if (!signal.aborted) this.ctx.log.error({ event: "fault", request_id: info.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      throw new ProtocolError(ProtocolErrorCode.InternalError, `Something went wrong inside the server. Retry; if it happens again, give the operator the request id ${info.id}.`);
    } finally {
      if (name !== null && this.#calls.get(name) === cancelled) this.#calls.delete(name);
    }
  }
}

/** By what a call is found again: its session and its id there; null without a session, where ids of several clients would meet. */
const nameOf = (request: Request, id: unknown): string | null => {
  const session = request.headers.get(SESSION);
  return session === null || id === undefined ? null : `${infoOf(request).actor?.credential.id} ${session} ${typeof id} ${id}`;
};

const isOpening = (body: unknown): boolean => (body as { method?: unknown } | null)?.method === "initialize";
