import { Client, StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";
import type { Colony } from "./colony.ts";

/** What a tool gave: its texts, and the first of them as JSON where it is that. */
export type Gave = { text: string; json: any; failed: boolean; parts: { type: string; text?: string; data?: string; mimeType?: string }[] };

/** The official client, connected. `mode`: which protocol it speaks: to 2025-11-25 (`legacy`), or what the server offers (`auto`). */
export class Mcp {
  private constructor(readonly client: Client) {}

  static async over(transport: Transport, mode: "legacy" | "auto" = "legacy"): Promise<Mcp> {
    const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
    await client.connect(transport);
    return new Mcp(client);
  }

  static http({ url }: Colony, token: string, mode: "legacy" | "auto" = "legacy"): Promise<Mcp> {
    return Mcp.over(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers: { authorization: `Bearer ${token}` } } }), mode);
  }

  async call(name: string, given: Record<string, unknown> = {}, options: { signal?: AbortSignal } = {}): Promise<Gave> {
    const { content, isError } = await this.client.callTool({ name, arguments: given }, options);
    const parts = content as Gave["parts"];
    const text = parts.map((part) => part.text ?? "").join("\n");
    return { text, json: parts[0]?.text?.startsWith("{") ? JSON.parse(parts[0].text) : undefined, failed: isError === true, parts };
  }

  /** As `call`, of what must go well. */
  async get(name: string, given: Record<string, unknown> = {}): Promise<Gave> {
    const gave = await this.call(name, given);
    if (gave.failed) throw new Error(`${name} was refused: ${gave.text}`);
    return gave;
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

/** One POST to /mcp as a program without the client would send it. */
export const post = (colony: Colony, token: string | null, headers: Record<string, string> = {}, body: object = { jsonrpc: "2.0", id: 1, method: "tools/list" }) =>
  colony.post("/mcp", body, { token, headers: { accept: "application/json, text/event-stream", ...headers } });
