import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { until } from "./colony.ts";
import { type Act, type Asked, call, hold, type Script, Stage, say } from "./modelacts.ts";
import type { Provider } from "./modelwires.ts";

const paths: Record<string, Provider> = { "/v1/messages": "anthropic", "/v1/responses": "openai", "/v1/chat/completions": "compatible" };
const KEYS: Record<Provider, string> = { anthropic: "sk-ant-test-key", openai: "sk-test-key", compatible: "compatible-test-key" };

/** The text of a content in any of the protocols: a string, or a list of parts. */
const words = (content: unknown): string =>
  typeof content === "string" ? content : Array.isArray(content) ? content.map((part) => part.text ?? (part.content === undefined ? "" : words(part.content))).join("") : "";

const asked = (provider: Provider, request: IncomingMessage, text: string): Asked => {
  const body = JSON.parse(text) as Record<string, any>;
  const said: any[] = body.messages ?? body.input ?? [];
  const results =
    provider === "anthropic"
      ? said.flatMap(({ content }) => (Array.isArray(content) ? content.filter((part) => part.type === "tool_result").map((part) => words(part.content)) : []))
      : said.filter((one) => one.role === "tool" || one.type === "function_call_output").map((one) => words(one.content ?? one.output));
  const instructions = said.filter((one) => one.role === "system" || one.role === "developer").map((one) => words(one.content));
  return {
    provider,
    path: request.url ?? "",
    headers: request.headers,
    body,
    model: body.model,
    system: provider === "anthropic" ? words(body.system) : [words(body.instructions), ...instructions].filter(Boolean).join("\n"),
    prompt: words(said.find((one) => one.role === "user")?.content),
    tools: (body.tools ?? []).map((tool: any) => tool.name ?? tool.function.name),
    results,
    text,
    left: false,
  };
};

/** What a provider would refuse before any model sees it; undefined when nothing. */
const refused = ({ provider, headers, body }: Asked): [number, string, string] | undefined => {
  const key = provider === "anthropic" ? headers["x-api-key"] : headers.authorization?.replace(/^Bearer /, "");
  if (key !== KEYS[provider]) return [401, "authentication_error", "invalid x-api-key"];
  if (body.stream !== true) return [400, "invalid_request_error", "only streams are spoken here"];
  if (provider !== "anthropic") return;
  if (headers["anthropic-version"] === undefined) return [400, "invalid_request_error", "anthropic-version: header is required"];
  if (!Number.isInteger(body.max_tokens)) return [400, "invalid_request_error", "max_tokens: Field required"];
  const calls = body.messages.flatMap(({ content }: any) => (Array.isArray(content) ? content : []));
  if (calls.some((part: any) => part.type === "tool_use") && !body.tools)
    return [400, "invalid_request_error", "Requests which have `tool_use` blocks in `messages` must have tools defined."];
  if (calls.some((part: any) => part.type === "tool_use" && (typeof part.input !== "object" || part.input === null)))
    return [400, "invalid_request_error", "messages.1.content.0.tool_use.input: Input should be a valid dictionary"];
  const given = new Set(calls.map((part: any) => part.tool_use_id));
  const open = calls.find((part: any) => part.type === "tool_use" && !given.has(part.id));
  if (open) return [400, "invalid_request_error", `messages: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.id}`];
};

/**
 * The providers of models, on loopback: Anthropic's messages, OpenAI's responses, and chat completions as compatible servers
 * speak them. Each request is recorded whole, and answered by the next script of the queue, else by the function, else with
 * one sentence.
 */
export class Models {
  static readonly SENTENCE = "The model says this.";
  readonly requests: Asked[] = [];
  readonly url: string;
  readonly #server: Server;
  readonly #queue: Script[] = [];
  #answer: (asked: Asked) => Script | Promise<Script> = () => Models.SENTENCE;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request, response) => this.#serve(request, response));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // A test that fails leaves it running; that must not hold the run.
    server.unref();
  }

  static async start(port = 0): Promise<Models> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return new Models(server);
  }

  /** Settings for Anthropic alone. */
  get anthropic(): Record<string, string> {
    return { ANTHROPIC_API_KEY: KEYS.anthropic, ANTHROPIC_BASE_URL: this.url };
  }

  get openai(): Record<string, string> {
    return { OPENAI_API_KEY: KEYS.openai, OPENAI_BASE_URL: this.url };
  }

  /** Settings for a compatible server alone, with a model of it. */
  get compatible(): Record<string, string> {
    return { COLONY_LLM_API_KEY: KEYS.compatible, COLONY_LLM_BASE_URL: `${this.url}/v1`, COLONY_LLM_MODEL: "compatible/llama-test" };
  }

  /** Settings for both providers that have keys: Anthropic first, OpenAI after it. */
  get env(): Record<string, string> {
    return { ...this.anthropic, ...this.openai };
  }

  /** Answers each request from now on as `script` says, where no script is queued. */
  answer(script: string | readonly Act[] | ((asked: Asked) => Script | Promise<Script>)): void {
    this.#answer = typeof script === "function" ? script : () => script;
  }

  /** Answers the next requests by these, one each, before what `answer` says. */
  next(...scripts: Script[]): void {
    this.#queue.push(...scripts);
  }

  /** Waits until so many requests have come. */
  has(count: number): Promise<Asked[]> {
    return until(() => (this.requests.length >= count ? [...this.requests] : undefined));
  }

  /** Forgets requests and scripts, for the next test. */
  clear(): void {
    this.requests.length = 0;
    this.#queue.length = 0;
    this.#answer = () => Models.SENTENCE;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const provider = paths[(request.url ?? "").split("?")[0] ?? ""];
    if (request.method !== "POST" || !provider) {
      response.writeHead(404, { "content-type": "application/json" }).end(JSON.stringify({ error: { message: `Nothing at ${request.method} ${request.url}` } }));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const one = asked(provider, request, Buffer.concat(chunks).toString());
    this.requests.push(one);
    const stage = new Stage(one, response);
    const wrong = refused(one);
    if (wrong) return stage.fail(...wrong);
    const script = this.#queue.shift() ?? (await this.#answer(one));
    const acts = typeof script === "string" ? [say(script)] : typeof script === "function" ? [script] : script;
    for (const act of acts) {
      if (stage.over) return;
      await act(stage);
    }
    stage.end();
  }
}

/** `bun test/models.ts --port N`: providers for a server to look at. They search first where they may, and speak slowly. */
if (import.meta.main) {
  const port = process.argv.indexOf("--port");
  const models = await Models.start(port < 0 ? 0 : Number(process.argv[port + 1]));
  const slowly = () => Bun.sleep(60);
  models.answer(({ tools, results, prompt }) => {
    if (tools.includes("search_messages") && results.length === 0) return [say("Let me look."), hold(slowly), call("search_messages", { query: "deploy" })];
    return say(
      `You asked, in ${prompt.length} characters. **This is the answer:**\n\n1. Build it: \`bun run build\`\n2. Copy it\n3. Start it\n\n${"And it goes on for a while. ".repeat(12)}`,
      { pieces: 80, between: slowly },
    );
  });
  console.log(
    Object.entries({ ...models.env, COLONY_LLM_BASE_URL: `${models.url}/v1`, COLONY_LLM_API_KEY: KEYS.compatible })
      .map(([name, value]) => `${name}=${value}`)
      .join(" "),
  );
  // Its server does not hold the process by itself.
  setInterval(() => {}, 60_000);
}
