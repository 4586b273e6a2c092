import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launch } from "./chromium.ts";

let browser: Browser;
let page: Page;
const asked: string[] = [];

type Rendered = { html: string; text: string };
declare global {
  interface Window {
    draw: (source: string, mentions?: string[]) => Rendered;
  }
}

const entry = `
  import { render } from ${JSON.stringify(join(import.meta.dir, "../../ui/src/timeline/markdown.ts"))};
  window.draw = (source, mentions = []) => {
    const box = document.querySelector("main");
    box.replaceChildren(render(source, { mentions, me: "benji" }));
    return { html: box.innerHTML, text: box.innerText };
  };`;

beforeAll(async () => {
  const { outputs } = await Bun.build({ entrypoints: ["/entry.ts"], files: { "/entry.ts": entry }, target: "browser", format: "iife" });
  browser = await launch();
  // A page without a policy: here nothing but the rendering itself stands between the words and the page.
  page = await browser.newPage();
  page.on("request", (request) => asked.push(request.url()));
  page.on("dialog", (dialog) => asked.push(dialog.message()));
  await page.route("http://colony.test/**", (route) => route.fulfill({ contentType: "text/html", body: "<main></main>" }));
  await page.goto("http://colony.test/c/general");
  asked.length = 0;
  await page.addScriptTag({ content: (await outputs[0]?.text()) ?? "" });
}, 60_000);

afterAll(() => browser.close());

const draw = (source: string, mentions: string[] = []) => page.evaluate(([words, names]) => window.draw(words, names), [source, mentions] as const);

/** What of a rendering could act: any element or attribute that is not on a short list, or a link that leads elsewhere than to a page. */
const dangers = () =>
  page.evaluate(() => {
    const harmless = ["href", "rel", "target", "start", "align", "data-language", "class", "role", "aria-label"];
    const classes = /^(mention( mention-me)?|tick( tick-done)?|task|title|subtitle|raw|leads)$/;
    const found: string[] = [];
    for (const element of document.querySelectorAll("main *")) {
      if (!/^(A|BLOCKQUOTE|BR|CODE|DEL|EM|HR|LI|OL|P|PRE|SPAN|STRONG|TABLE|TBODY|TD|TH|THEAD|TR|UL)$/.test(element.tagName)) found.push(element.outerHTML);
      for (const { name, value } of element.attributes) {
        if (!harmless.includes(name) || (name === "class" && !classes.test(value))) found.push(`${name}=${value}`);
      }
      if (element instanceof HTMLAnchorElement && !/^(https?:\/\/|mailto:|\/(?![/\\]))/.test(element.getAttribute("href") ?? "")) found.push(element.href);
    }
    return "pwned" in window ? [...found, "it ran"] : found;
  });

test("Markdown becomes what it says", async () => {
  const { html } = await draw(
    "# Title\n\nSome **bold**, _em_, ~~gone~~ and `code`.\nnext line\n\n- one\n  1. two\n\n> said\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\n```ts\nconst a = 1 < 2;\n```\n\n- [x] done",
  );
  for (const part of [
    '<p class="title">Title</p>',
    "<strong>bold</strong>",
    "<em>em</em>",
    "<del>gone</del>",
    "<code>code</code>",
    "<br>",
    "<ol>",
    "<blockquote>",
    '<th align="center">b</th>',
    '<pre data-language="ts"><code>const a = 1 &lt; 2;</code></pre>',
    '<li class="task"><span class="tick tick-done" role="img" aria-label="Done"></span>done</li>',
  ])
    expect(html).toContain(part);
});

test("Links open apart and learn nothing; permalinks stay inside; what leads nowhere is words", async () => {
  const { html } = await draw("[a](https://example.org/x) [b](/c/general/1) [c](javascript:alert(1)) ![d](https://example.org/d.png) [e](//example.org) <mailto:x@example.org>");
  expect(html).toContain('<a href="https://example.org/x" rel="noopener noreferrer nofollow" target="_blank">a</a>');
  expect(html).toContain('<a href="/c/general/1">b</a>');
  expect(html).toContain('<a href="https://example.org/d.png" rel="noopener noreferrer nofollow" target="_blank">d</a>');
  expect(html).toContain('href="mailto:x@example.org"');
  expect(html.match(/<a /g)).toHaveLength(4);
  expect(html).not.toContain("javascript");
});

test("Where a link leads is shown when its words name another place, however they are written", async () => {
  const shown = async (source: string) => (await draw(source)).text;
  for (const [source, host] of [
    ["[https://bank.example/login](https://evil.example/x)", "evil.example"],
    ["[bank.example](https://evil.example)", "evil.example"],
    ["[**bank**.example](https://evil.example)", "evil.example"],
    ["[bank\u200b.example](https://evil.example)", "evil.example"],
    ["https://bank.example@evil.example/", "evil.example"],
    ["https://b\u0430nk.example", "xn--bnk-6cd.example"],
    ["[bank.example](/c/general/1)", "colony.test"],
  ] as const)
    expect(await shown(source)).toEndWith(` (${host})`);
  for (const source of [
    "https://bank.example/x",
    "[bank.example](https://www.bank.example/x)",
    "[the bank](https://evil.example)",
    "[v1.2.3](https://bank.example)",
    "[train.py](https://bank.example/blob/main/train.py#L3)",
    "me@bank.example",
  ]) {
    expect(await shown(source)).not.toContain("(");
  }
});

test("Addresses of our own pages are followed inside, whole ones too; other pages of ours open apart", async () => {
  const { html } = await draw("http://colony.test/c/general/7 and [b](http://colony.test/docs)");
  expect(html).toContain('<a href="/c/general/7">http://colony.test/c/general/7</a>');
  expect(html).toContain('<a href="/docs" rel="noopener noreferrer nofollow" target="_blank">b</a>');
});

test("What leads elsewhere than it seems leads nowhere", async () => {
  const { html } = await draw(
    "[a](/\\evil.example) [b](//evil.example) [c](<java\tscript:alert(1)>) [d](&#106;avascript:alert(1)) [e](#top) [f](file:///etc/passwd) [g](blob:x) [h](https://)",
  );
  expect(html).not.toContain("<a");
});

test("Plain words are drawn as the parser would draw them, with their mentions", async () => {
  const { html } = await draw("one max_seq_len\ntwo @benji", ["benji"]);
  expect(html).toBe('<p class="raw">one max_seq_len\ntwo <span class="mention mention-me">@benji</span></p>');
  expect((await draw("one\n\ntwo")).html).toBe("<p>one</p><p>two</p>");
  expect((await draw("a &lt;T&gt; &#8230; &nosuch; &copy;")).text).toBe("a <T> … &nosuch; ©");
});

test("The same words are drawn alike each time, and for each reader", async () => {
  const source = "**to** @benji";
  const [one, other, again] = [await draw(source, ["benji"]), await draw(source, []), await draw(source, ["benji"])];
  expect(other.html).toBe("<p><strong>to</strong> @benji</p>");
  expect(again.html).toBe(one.html);
  expect(one.html).toContain("mention-me");
});

test("Mentions that the server names are marked, the reader's own stands out, code and addresses are left alone", async () => {
  const { html } = await draw("@benji and @cc-opus. not @nobody, x@benji.org, `@benji`, [@benji](https://example.org) @here", ["benji", "cc-opus", "here"]);
  expect(html).toContain('<span class="mention mention-me">@benji</span> and <span class="mention">@cc-opus</span>.');
  expect(html).toContain('<span class="mention mention-me">@here</span>');
  expect(html.match(/class="mention/g)).toHaveLength(3);
});

test("HTML is shown, not obeyed", async () => {
  const source = '<b onclick="x()">bold</b>\n\n<script>window.pwned = 1</script>\n\n<!-- hidden --> &lt;i&gt; <img src="https://evil.example/x.png">';
  const { text } = await draw(source);
  for (const part of ['<b onclick="x()">bold</b>', "<script>window.pwned = 1</script>", "<!-- hidden -->", '<img src="https://evil.example/x.png">']) expect(text).toContain(part);
  expect(await dangers()).toEqual([]);
});

test("Pieces of attacks, put together at random, never act", async () => {
  const pieces =
    "<script>window.pwned=1</script>|<img src=x onerror=window.pwned=1>|<svg/onload=window.pwned=1>|](javascript:window.pwned=1)|[x|![x|](data:text/html,x)|](https://evil.example)|<a href=|\"|'|`|```|\n|\n\n|> |- |1. || |*|_|~~|<|>|&lt;|&#x3c;|&#106;avascript:|\\|<!--|-->|<![CDATA[|]]>|<math><mi>|</p>|<style>|</style>|<iframe srcdoc=|<form id=x>|<input name=y>|@benji|@here|\u202e|\u0000|\t|    |# |[ ]|[x] |https://evil.example/|www.evil.example|<https://x>|{{|$&|<template>|<noscript>|<textarea>|<title>|xlink:href=|style=position:fixed".split(
      "|",
    );
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed % below;
  };
  for (let turn = 0; turn < 600; turn++) {
    const source = Array.from({ length: 1 + random(24) }, () => pieces[random(pieces.length)]).join("");
    await draw(source, ["benji", "here"]);
    expect({ source, dangers: await dangers() }).toEqual({ source, dangers: [] });
  }
  expect(asked).toEqual([]);
}, 60_000);

test("Deep and long sources are drawn in a moment, or as they are", async () => {
  for (const source of [
    "> ".repeat(5_000),
    "- ".repeat(3_000),
    "[".repeat(20_000),
    "*a_".repeat(20_000),
    "`".repeat(50_000),
    "| ".repeat(5_000),
    "![](".repeat(10_000),
    "<".repeat(50_000),
    "\\".repeat(50_000),
    "a@".repeat(20_000),
  ]) {
    const began = performance.now();
    await draw(source, ["benji"]);
    expect(performance.now() - began).toBeLessThan(5_000);
  }
});
