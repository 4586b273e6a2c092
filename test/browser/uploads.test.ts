import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { ADMIN_PASSWORD, Colony } from "../colony.ts";
import { upload } from "../files.ts";
import { launch } from "./chromium.ts";

let colony: Colony;
let browser: Browser;
let page: Page;
/** Addresses under /pwned that a script of an upload asked for. */
const ran: string[] = [];

beforeAll(async () => {
  colony = await Colony.start();
  browser = await launch();
  const context = await browser.newContext({ baseURL: colony.url });
  await context.addCookies([{ name: "colony_session", value: await colony.signIn("admin", ADMIN_PASSWORD), url: colony.url }]);
  context.on("request", (request) => {
    if (new URL(request.url()).pathname.startsWith("/pwned")) ran.push(request.url());
  });
  page = await context.newPage();
}, 60_000);
afterAll(() => browser.close());

const SCRIPT = "fetch('/pwned/'+location.pathname);localStorage.setItem('pwned','1');globalThis.pwned=1;";
const TAG = `<script>${SCRIPT}</script><img src=x onerror="${SCRIPT}"><iframe srcdoc="<script>parent.${SCRIPT}</script>"></iframe>`;
const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part as string))));

/** What people would send who want their own script to run under this server's address. */
const hostile: [string, string, Uint8Array<ArrayBuffer>][] = [
  ["a page", "page.html", bytes(`<!doctype html>${TAG}`)],
  ["a page called a picture", "photo.png", bytes(`<html>${TAG}</html>`)],
  ["a page called text", "notes.txt", bytes(`<html>${TAG}</html>`)],
  ["a page without its first tags", "bare.txt", bytes(TAG)],
  ["a page far behind spaces", "spaces.txt", bytes(" ".repeat(300_000), `<html>${TAG}`)],
  ["a page in UTF-16", "wide.html", bytes([0xff, 0xfe], [...Buffer.from(`<html>${TAG}`, "utf16le")])],
  ["a page in UTF-7", "seven.txt", bytes("+ADw-script+AD4-fetch('/pwned/7')+ADw-/script+AD4-")],
  ["a picture drawn in SVG", "drawing.svg", bytes(`<svg xmlns="http://www.w3.org/2000/svg" onload="${SCRIPT}"><script>${SCRIPT}</script></svg>`)],
  ["SVG called PNG", "drawing.png", bytes(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>${SCRIPT}</script></svg>`)],
  ["XHTML", "page.xhtml", bytes(`<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>${SCRIPT}</script></html>`)],
  [
    "XML with a style sheet",
    "feed.xml",
    bytes(`<?xml version="1.0"?><?xml-stylesheet href="data:text/xsl,x"?><x xmlns:h="http://www.w3.org/1999/xhtml"><h:script>${SCRIPT}</h:script></x>`),
  ],
  ["a GIF that is a script too", "both.gif", bytes(`GIF89a=1;/*`, [1, 0, 1, 0, 0, 0, 0], `*/;${SCRIPT}`)],
  ["a PDF that is a page too", "both.pdf", bytes(`%PDF-1.7\n<html>${TAG}</html>`)],
  ["a WAV that is a page too", "both.wav", bytes("RIFF", [36, 0, 0, 0], `WAVEfmt <html>${TAG}`)],
  ["a script", "script.js", bytes(SCRIPT)],
  ["a script called JSON", "script.json", bytes(SCRIPT)],
  ["a page written in a name", `"><img src=x onerror=${SCRIPT.replaceAll("/", "")}>.html`, bytes(TAG)],
];

/** Shows an address in a frame of our page. */
const frame = (address: string) =>
  page.evaluate((address) => {
    const frame = document.createElement("iframe");
    const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
    frame.src = address;
    document.body.append(frame);
    return loaded.then(() => {});
  }, address);

/** Loads an address in every other way in which a page of ours could be made to, and waits until each has come or failed. */
const useAsPart = (address: string) =>
  page.evaluate(async (address) => {
    const settled = (element: HTMLElement) =>
      new Promise((resolve) => {
        element.addEventListener("load", resolve);
        element.addEventListener("error", resolve);
        document.body.append(element);
      });
    const make = (tag: string, more: object) => Object.assign(document.createElement(tag), more);
    const parts = [
      make("script", { src: address }),
      make("script", { src: address, type: "module" }),
      make("link", { rel: "stylesheet", href: address }),
      make("img", { src: address }),
    ];
    await Promise.all(parts.map(settled));
    const worker = await new Promise<string>((resolve) => {
      try {
        const worker = new Worker(address);
        worker.onerror = () => resolve("refused");
        worker.onmessage = () => resolve("ran");
      } catch {
        resolve("refused");
      }
    });
    const service = await navigator.serviceWorker.register(address).then(
      () => "ran",
      () => "refused",
    );
    return { worker, service, pwned: "pwned" in window || localStorage.getItem("pwned") !== null };
  }, address);

test.each(hostile)(
  "%s runs nothing, opened by itself, framed, or taken for a part of our page",
  async (_, name, content) => {
    const { id } = await upload(colony, content, name);
    for (const address of [`/api/files/${id}/download`, `/api/files/${id}/download?inline=1`]) {
      // What is to be kept ends the going there: that is no failure.
      const shown = await page.goto(address).catch(() => null);
      await page.goto("/readyz");
      // What is not shown by itself is not in a frame either, and tells nobody when it has come.
      if (shown) await frame(address);
      expect(await useAsPart(address)).toEqual({ worker: "refused", service: "refused", pwned: false });
    }
    expect(ran).toEqual([]);
  },
  60_000,
);

test("the traps work: the same page from another place runs", async () => {
  await page.goto("/readyz");
  await page.setContent(`<html>${TAG}</html>`);
  await page.waitForFunction(() => "pwned" in globalThis);
  expect(ran.length).toBeGreaterThan(0);
}, 60_000);
