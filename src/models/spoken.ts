import type { LanguageModelV4Message, LanguageModelV4ReasoningPart, LanguageModelV4StreamPart, LanguageModelV4TextPart } from "@ai-sdk/provider";

/** What a message of a model holds: words, what it thought, calls of tools. */
export type Content = Extract<LanguageModelV4Message, { role: "assistant" }>["content"];

/** What a model says in one step, put together from the pieces of its stream as it is told again in the next. */
export class Spoken {
  readonly #parts: Content = [];
  readonly #open = new Map<string, LanguageModelV4TextPart | LanguageModelV4ReasoningPart>();

  /** All of it. What is empty and carries nothing of the provider's own is left out: some refuse it. */
  get content(): Content {
    return this.#parts.filter((part) => part.type !== "text" || part.text !== "" || part.providerOptions !== undefined);
  }

  /** Takes the next piece of the stream. */
  take(piece: LanguageModelV4StreamPart): void {
    switch (piece.type) {
      case "text-start":
      case "reasoning-start":
      case "text-delta":
      case "reasoning-delta":
      case "text-end":
      case "reasoning-end": {
        const part = this.#partOf(piece.type.startsWith("text") ? "text" : "reasoning", piece.id);
        if ("delta" in piece) part.text += piece.delta;
        // A provider signs what was thought, and names what it keeps itself, at whichever piece it likes.
        if (piece.providerMetadata) part.providerOptions = piece.providerMetadata;
        if (piece.type.endsWith("end")) this.#open.delete(`${part.type} ${piece.id}`);
        break;
      }
      case "tool-call": {
        const { toolCallId, toolName, input, providerMetadata } = piece;
        this.#parts.push({ type: "tool-call", toolCallId, toolName, input: asObject(inputOf(input)), ...(providerMetadata && { providerOptions: providerMetadata }) });
      }
    }
  }

  #partOf(type: "text" | "reasoning", id: string): LanguageModelV4TextPart | LanguageModelV4ReasoningPart {
    const key = `${type} ${id}`;
    const open = this.#open.get(key);
    if (open) return open;
    const part = { type, text: "" };
    this.#parts.push(part);
    this.#open.set(key, part);
    return part;
  }
}

/** What a model gives a tool; undefined when it is no JSON. No letter at all is an input without anything. */
export const inputOf = (text: string): unknown => {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Providers take nothing else back as the input of a call. */
const asObject = (input: unknown): object => (typeof input === "object" && input !== null ? input : {});
