/**
 * The three streaming protocols that models are spoken to in, as their providers document them:
 * https://platform.claude.com/docs/en/build-with-claude/streaming
 * https://platform.openai.com/docs/api-reference/responses-streaming
 * https://platform.openai.com/docs/api-reference/chat-streaming
 */

/** Tokens of one call; `input` counts those of the cache too. Null where a server tells none, as some compatible ones do. */
export type Tokens = { input: number; output: number; cache_read: number; cache_write: number } | null;
export type End = "stop" | "tool" | "length" | "refusal";

/** One answer as it goes on the wire: each function gives the frames to send next. */
export type Wire = {
  begin: () => string;
  text: (piece: string) => string;
  /** A call of a tool, its input in these pieces. */
  call: (id: string, name: string, pieces: readonly string[]) => string;
  refuse: (text: string) => string;
  end: (why: End) => string;
  /** An error in the midst of a stream. */
  fault: (type: string, message: string) => string;
};
export type Provider = "anthropic" | "openai" | "compatible";

const frame = (event: string, data: Record<string, unknown>): string => `event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`;
const id = (kind: string): string => `${kind}_${Bun.randomUUIDv7().replaceAll("-", "")}`;
const seconds = (): number => Math.floor(Date.now() / 1000);

/** `POST /v1/messages` with `stream: true`. */
export const anthropicWire = (model: string, tokens: Tokens): Wire => {
  const { input, output, cache_read, cache_write } = tokens ?? { input: 0, output: 0, cache_read: 0, cache_write: 0 };
  let index = -1;
  let open = false;
  const close = (): string => {
    if (!open) return "";
    open = false;
    return frame("content_block_stop", { index });
  };
  const begun = (content_block: Record<string, unknown>): string => {
    const before = close();
    open = true;
    index++;
    return before + frame("content_block_start", { index, content_block });
  };
  const delta = (more: Record<string, unknown>): string => frame("content_block_delta", { index, delta: more });
  const text = (piece: string): string => (open ? "" : begun({ type: "text", text: "" })) + delta({ type: "text_delta", text: piece });
  return {
    begin: () =>
      frame("message_start", {
        message: {
          id: id("msg"),
          type: "message",
          role: "assistant",
          model,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: {
            input_tokens: input - cache_read - cache_write,
            cache_creation_input_tokens: cache_write,
            cache_read_input_tokens: cache_read,
            cache_creation: { ephemeral_5m_input_tokens: cache_write, ephemeral_1h_input_tokens: 0 },
            output_tokens: 1,
            service_tier: "standard",
          },
        },
      }) + frame("ping", {}),
    text,
    call: (call, name, pieces) =>
      begun({ type: "tool_use", id: call, name, input: {} }) + ["", ...pieces].map((partial_json) => delta({ type: "input_json_delta", partial_json })).join("") + close(),
    refuse: (said) => (said === "" ? "" : text(said)),
    end: (why) =>
      close() +
      frame("message_delta", {
        delta: { stop_reason: { stop: "end_turn", tool: "tool_use", length: "max_tokens", refusal: "refusal" }[why], stop_sequence: null },
        usage: { output_tokens: output },
      }) +
      frame("message_stop", {}),
    fault: (type, message) => frame("error", { error: { type, message } }),
  };
};

/** `POST /v1/responses` with `stream: true`. */
export const responsesWire = (model: string, tokens: Tokens): Wire => {
  let sequence_number = 0;
  let output_index = -1;
  let open: { id: string; kind: "output_text" | "refusal"; text: string } | null = null;
  const output: unknown[] = [];
  const event = (name: string, data: Record<string, unknown>): string => frame(name, { sequence_number: sequence_number++, ...data });
  const head = { id: id("resp"), object: "response", created_at: seconds(), model, service_tier: "default" };
  const response = (status: string, more: Record<string, unknown> = {}) => ({ ...head, status, error: null, incomplete_details: null, output, usage: null, ...more });
  const part = () => (open?.kind === "refusal" ? { type: "refusal", refusal: open.text } : { type: "output_text", text: open?.text ?? "", annotations: [] });
  const at = () => ({ item_id: open?.id ?? "", output_index, content_index: 0 });
  const begun = (kind: "output_text" | "refusal"): string => {
    if (open?.kind === kind) return "";
    const before = close();
    open = { id: id("msg"), kind, text: "" };
    output_index++;
    const item = { type: "message", id: open.id, status: "in_progress", role: "assistant", content: [] };
    return before + event("response.output_item.added", { output_index, item }) + event("response.content_part.added", { ...at(), part: part() });
  };
  const close = (): string => {
    if (!open) return "";
    const item = { type: "message", id: open.id, status: "completed", role: "assistant", content: [part()] };
    const name = open.kind === "refusal" ? { refusal: open.text } : { text: open.text };
    const frames =
      event(`response.${open.kind}.done`, { ...at(), ...name }) +
      event("response.content_part.done", { ...at(), part: part() }) +
      event("response.output_item.done", { output_index, item });
    output.push(item);
    open = null;
    return frames;
  };
  const say = (kind: "output_text" | "refusal", piece: string): string => {
    const before = begun(kind);
    if (open) open.text += piece;
    return before + event(`response.${kind}.delta`, { ...at(), delta: piece });
  };
  const usage = tokens && {
    input_tokens: tokens.input,
    input_tokens_details: { cached_tokens: tokens.cache_read, cache_write_tokens: tokens.cache_write },
    output_tokens: tokens.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: tokens.input + tokens.output,
  };
  return {
    begin: () => event("response.created", { response: response("in_progress") }) + event("response.in_progress", { response: response("in_progress") }),
    text: (piece) => say("output_text", piece),
    call: (call_id, name, pieces) => {
      const before = close();
      output_index++;
      const item = { type: "function_call", id: id("fc"), call_id, name, arguments: "", status: "in_progress" };
      const done = { ...item, arguments: pieces.join(""), status: "completed" };
      output.push(done);
      return (
        before +
        event("response.output_item.added", { output_index, item }) +
        pieces.map((delta) => event("response.function_call_arguments.delta", { item_id: item.id, output_index, delta })).join("") +
        event("response.function_call_arguments.done", { item_id: item.id, output_index, arguments: done.arguments }) +
        event("response.output_item.done", { output_index, item: done })
      );
    },
    refuse: (said) => say("refusal", said),
    end: (why) =>
      close() +
      (why === "length"
        ? event("response.incomplete", { response: response("incomplete", { incomplete_details: { reason: "max_output_tokens" }, usage }) })
        : event("response.completed", { response: response("completed", { usage }) })),
    fault: (code, message) => event("error", { code, message, param: null }),
  };
};

/** `POST /v1/chat/completions` with `stream: true`. `told`: whether `stream_options.include_usage` asked for tokens. */
export const chatWire = (model: string, tokens: Tokens, told: boolean): Wire => {
  const head = { id: `chatcmpl-${Bun.randomUUIDv7()}`, object: "chat.completion.chunk", created: seconds(), model, system_fingerprint: "fp_test" };
  const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
  const chunk = (delta: Record<string, unknown>, finish_reason: string | null = null): string =>
    data({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason }], ...(told && { usage: null }) });
  let calls = 0;
  let refused = false;
  return {
    begin: () => chunk({ role: "assistant", content: "" }),
    text: (content) => chunk({ content }),
    call: (call, name, pieces) => {
      const index = calls++;
      return (
        chunk({ tool_calls: [{ index, id: call, type: "function", function: { name, arguments: "" } }] }) +
        pieces.map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })).join("")
      );
    },
    refuse: (refusal) => {
      refused = refusal !== "";
      return refused ? chunk({ refusal }) : "";
    },
    end: (why) => {
      const refusal = refused ? "stop" : "content_filter";
      const usage = tokens && {
        prompt_tokens: tokens.input,
        completion_tokens: tokens.output,
        total_tokens: tokens.input + tokens.output,
        prompt_tokens_details: { cached_tokens: tokens.cache_read },
      };
      return `${chunk({}, { stop: "stop", tool: "tool_calls", length: "length", refusal }[why])}${told && usage ? data({ ...head, choices: [], usage }) : ""}data: [DONE]\n\n`;
    },
    fault: (type, message) => data({ error: { message, type, param: null, code: null } }),
  };
};

/** The body of a failure as the provider writes it. */
export const failureBody = (provider: Provider, type: string, message: string): Record<string, unknown> =>
  provider === "anthropic" ? { type: "error", error: { type, message }, request_id: id("req") } : { error: { message, type, param: null, code: type } };
