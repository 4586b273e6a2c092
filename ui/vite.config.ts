import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig, type Plugin } from "vite";
import solid from "vite-plugin-solid";
import { firstPaintGate } from "./firstpaint.ts";

const here = import.meta.dirname;

/** The API's page loads its reader from us, never from a CDN: one file, laid beside the viewer. */
const apiReader = (): Plugin => ({
  name: "api-reader",
  apply: "build",
  closeBundle() {
    const target = join(here, "dist/docs/scalar.js");
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(here, "../node_modules/@scalar/api-reference/dist/browser/standalone.js"), target);
  },
});

export default defineConfig({
  root: here,
  plugins: [solid(), tailwindcss(), apiReader(), firstPaintGate(here)],
  build: {
    outDir: join(here, "dist"),
    emptyOutDir: true,
    target: "es2023",
    // The page's policy allows no inline script and no data: font, so everything is a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/api": "http://127.0.0.1:4747",
      "/ws": { target: "http://127.0.0.1:4747", ws: true },
    },
  },
});
