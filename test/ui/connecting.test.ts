import { expect, test } from "bun:test";
import { blocksOf, type Given, type Way } from "../../ui/src/settings/connecting.ts";

const origin = "https://colony.example";
const given: Given = { token: "col_abcdefgh_secret", secret: null };
const texts = (way: Way, one: Given = given) => blocksOf(way, origin, one, "It's me").map(({ text }) => text);

test("What connects a program is pasted as it is: words are quoted for a shell, settings are JSON", () => {
  expect(texts("shell")[0]).toContain(`-d '{"content":"It'\\''s me"}' "$COLONY_URL/api/channels/general/messages"`);
  expect(texts("command")).toEqual([`printf %s col_abcdefgh_secret | colony login ${origin} --token-stdin\ncolony post general 'It'\\''s me'`]);
  expect(
    texts("mcp")
      .slice(1)
      .map((text) => JSON.parse(text).mcpServers.colony),
  ).toEqual([
    { type: "http", url: `${origin}/mcp`, headers: { Authorization: "Bearer col_abcdefgh_secret" } },
    { command: "colony", args: ["mcp"], env: { COLONY_URL: origin, COLONY_TOKEN: "col_abcdefgh_secret" } },
  ]);
  expect(texts("skill").join()).not.toContain(given.token);
});

test("Of a token whose writes must be signed only what signs by itself is told to write", () => {
  const signed = { ...given, secret: "sig_xyz" };
  expect(texts("shell", signed).join()).not.toContain(" -d ");
  expect(texts("command", signed)[0]).toStartWith("export COLONY_URL=https://colony.example\nexport COLONY_TOKEN=col_abcdefgh_secret\nexport COLONY_TOKEN_SECRET=sig_xyz\n");
  expect(texts("mcp", signed).map((text) => JSON.parse(text).mcpServers.colony.env.COLONY_TOKEN_SECRET)).toEqual(["sig_xyz"]);
});
