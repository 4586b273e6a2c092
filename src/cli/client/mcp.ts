import type { Command } from "commander";

/** For agents that start their MCP servers as programs. */
export const mcpCommand = (program: Command): void => {
  program
    .command("mcp")
    .description("Be an MCP server on standard input and output; see docs/mcp.md")
    .option("--server <name>", "one of the servers that 'colony servers' lists (COLONY_SERVER)")
    .action(async (options: { server?: string }) => (await import("./bridge.ts")).bridge(options));
};
