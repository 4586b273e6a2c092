import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelSettings } from "../config.ts";
import { UNREACHED } from "./faults.ts";
import { type Provider, parted } from "./names.ts";

/** Told of each sign of life and its bytes: the answer's head, and every piece of its body. */
type Heard = (bytes: number) => void;

/**
 * The model of a name `provider/model`, ready to be called. The SDK is loaded at the first: it takes longer, and more memory,
 * than all else of a start.
 * @param heard is told of every byte that comes, a provider's pings too, which are no part of an answer
 * @returns null for a provider that is not set up
 */
export const openModel = async (settings: ModelSettings, name: string, heard: Heard): Promise<LanguageModelV4 | null> => {
  const [provider, model] = parted(name);
  const fetch = watched(heard);
  switch (provider) {
    case "anthropic": {
      const { anthropic } = settings;
      if (!anthropic) return null;
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      return createAnthropic({ apiKey: anthropic.key, baseURL: addressOf(settings, provider), fetch })(model);
    }
    case "openai": {
      const { openai } = settings;
      if (!openai) return null;
      const { createOpenAI } = await import("@ai-sdk/openai");
      return createOpenAI({ apiKey: openai.key, baseURL: addressOf(settings, provider), fetch })(model);
    }
    case "compatible": {
      const { compatible } = settings;
      if (!compatible) return null;
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      const apiKey = compatible.key ?? undefined;
      return createOpenAICompatible({ name: "compatible", apiKey, baseURL: addressOf(settings, provider), includeUsage: true, fetch })(model);
    }
  }
};

const own: Record<Provider, string> = { anthropic: "https://api.anthropic.com", openai: "https://api.openai.com", compatible: "" };

/** Where a provider's API is called: without a slash at its end. */
export const addressOf = (settings: ModelSettings, provider: Provider): string => versioned(settings[provider]?.url ?? own[provider]);

/** An address without a path is that of the API's first version. */
const versioned = (url: string): string => (new URL(url).pathname === "/" ? `${url.replace(/\/$/, "")}/v1` : url);

/** `fetch` that tells of what comes. A redirect is not followed: it would take the key and the conversation to another address. */
const watched = (heard: Heard): typeof fetch => {
  const asked = async (...[to, how]: Parameters<typeof fetch>): Promise<Response> => {
    const response = await fetch(to, { ...how, redirect: "manual" }).catch((error) => {
      // A name that nobody has, a certificate that is no good: the SDK knows some of these for what they are, not all.
      throw how?.signal?.aborted ? error : new Error(`${UNREACHED}: ${error instanceof Error ? error.message : error}`, { cause: error });
    });
    heard(0);
    return new Response(response.body && told(response.body, heard), response);
  };
  return Object.assign(asked, { preconnect: fetch.preconnect });
};

/** A body as it comes, each piece of it told of. Read by hand: a pipe costs several times as much, for every word of every model. */
const told = (body: ReadableStream<Uint8Array>, heard: Heard): ReadableStream<Uint8Array> => {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { value, done } = await reader.read();
      if (done) return controller.close();
      heard(value.length);
      controller.enqueue(value);
    },
    cancel: (why) => reader.cancel(why),
  });
};
