import { join } from "node:path";
import { staticPlugin } from "@elysiajs/static";
import { Elysia } from "elysia";

/** Where the built viewer lies: inside the executable, or in the checkout. */
export const viewerFolder = (): string => join(import.meta.dir, Bun.isStandaloneExecutable ? "dist" : "../../ui/dist");

/** Nothing but what this server serves: no script, style, image or connection of another host, and the page itself in no frame. What people uploaded is drawn, played, or (a PDF) shown by the browser's own viewer in a frame; nothing of it runs. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; media-src 'self'; frame-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const headers = { "content-security-policy": POLICY, "referrer-policy": "same-origin", "cache-control": "no-cache" };

/** The built viewer's files that stand under names of their own, with their types where the name's end does not tell browsers enough. */
const named: [name: string, type?: string][] = [
  ["favicon.svg"],
  ["favicon-mention.svg"],
  ["manifest.webmanifest", "application/manifest+json"],
  ["icons/icon-192.png"],
  ["icons/icon-512.png"],
  ["icons/maskable-512.png"],
  ["icons/apple-180.png"],
];

/** Where the viewer's page lies: as ui/src/route.ts reads them. */
const addresses = [
  "/",
  "/c/:channel",
  "/c/:channel/:message",
  "/dm/:channel",
  "/dm/:channel/:message",
  "/projects/*",
  "/inbox",
  "/questions",
  "/search",
  "/agents",
  "/agents/documents",
  "/usage",
  "/usage/:days",
  "/register",
  "/settings",
  "/settings/*",
];

/** The viewer's page under each of its addresses, and its files: those with a hash in their name are kept by browsers for ever. */
export const viewer = async () => {
  const folder = viewerFolder();
  const file =
    (name: string, extra: Record<string, string> = {}) =>
    () =>
      new Response(Bun.file(join(folder, name)), { headers: { ...headers, ...extra } });
  const page = file("index.html");
  const hidden = { detail: { hide: true } };
  const files = new Elysia();
  for (const [name, type] of named) if (await Bun.file(join(folder, name)).exists()) files.get(`/${name}`, file(name, type ? { "content-type": type } : {}), hidden);
  // Not in a chain: each link of one costs the type of the whole API its depth.
  for (const address of addresses) files.get(address, page, hidden);
  return new Elysia({ name: "viewer" })
    .use(files)
    .get("/docs/scalar.js", file("docs/scalar.js", { "cache-control": "max-age=3600" }), hidden)
    .use(await staticPlugin({ assets: join(folder, "assets"), prefix: "/assets", alwaysStatic: true, indexHTML: false, maxAge: 31_536_000, directive: "immutable" }));
};
