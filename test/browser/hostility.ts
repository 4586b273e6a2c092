// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs of others, in plain strings

/** What nobody should be able to do with words: a corpus, by name. Sizes are those that the server lets in. */

const run = "window.pwned=1";
/** Bytes that a message may have. */
const MOST = 256 * 1024;

/** As often as it goes into a message. */
const full = (piece: string, start = ""): string => start + piece.repeat(Math.floor((MOST - start.length - 64) / new TextEncoder().encode(piece).length));

/** Words that try to act: run, ask another host, lead astray, reach out of their place. */
export const attacks: Record<string, string> = {
  html: `<script>${run}</script><img src=x onerror="${run}"><svg onload="${run}"><iframe src="https://evil.example"></iframe>`,
  links: `[click](javascript:${run}) [data](data:text/html,<script>${run}</script>) [vb](vbscript:x) [file](file:///etc/passwd) [blob](blob:https://evil.example/1) [slash](//evil.example) [back](/\\evil.example) [tab](<java\tscript:${run}>) [entity](&#106;avascript:${run})`,
  images: `![pixel](https://evil.example/pixel.png) ![](data:image/svg+xml,<svg/onload=${run}>) [![a](https://evil.example/a.png)](https://evil.example/b)`,
  references: `[a]: javascript:${run}\n[b]: https://evil.example/x.png\n\n[a] ![b]`,
  style: `<style>body{display:none}</style><link rel=stylesheet href=https://evil.example/x.css><form action=https://evil.example><input autofocus onfocus=${run}></form><meta http-equiv=refresh content="0;url=https://evil.example"><base href=https://evil.example>`,
  svg: `<svg><a xlink:href="javascript:${run}"><text>x</text></a><animate onbegin=${run} attributeName=x dur=1s><use href="https://evil.example/x.svg#a"/></svg><svg><style><img src=x onerror=${run}></style></svg>`,
  math: `<math><mi//xlink:href="data:x,<script>${run}</script>"><maction actiontype="statusline#https://evil.example" xlink:href="javascript:${run}">x</maction></math>`,
  mutation: `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${run}>\n\n<noscript><p title="</noscript><img src=x onerror=${run}>">`,
  attributes: `<a href="https://evil.example" onclick="${run}" style="position:fixed;inset:0">everywhere</a>`,
  clobber: `<form id=x><input name=parentNode></form><a id=location href=https://evil.example><img name=getElementById>`,
  fence: `\`\`\`"><img src=x onerror=${run}>\n<script>${run}</script>\n\`\`\``,
  tag: `\`\`\`${"x".repeat(2_000)}\u202E\ncode\n\`\`\``,
  hosts:
    "[https://bank.example](https://evil.example) https://b\u0430nk.example https://xn--bnk-6cd.example https://bank.example@evil.example [bank\u200B.example](https://evil.example)",
  bidi: "\u202Egnp.exe\u202C and \u2066an isolate without an end, \u202E\u202E\u202Eand three overrides",
  trojan: '```c\nif (access != "user\u202E \u2066// Check if admin\u2069 \u2066") { \u200B/*\u202E } \u2066if (isAdmin)\u2069 \u2066 begin */\n```',
  zalgo: `Z${"\u0300\u0301\u0302\u0311".repeat(60)}algo`,
  invisible: "a\u200Bb\u2060c\uFEFFd\u00ADe\u{E0041}\u{E007F}f\u3164\u115F",
  control: "\u0001\u0007control\u001b[31mred\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007\u0000\u009b",
  surrogates: "a \ud800 b \udfff c \ufffe \uffff",
  ticks: `- [ ] <img src=x onerror=${run}>\n- [x] ${"Z".repeat(500)}\n${" ".repeat(190)}- [ ] far in`,
  prototype: "__proto__: 1\nconstructor: 2\ntoString = 3\nhasOwnProperty: 4",
  quotes: `${"> ".repeat(400)}deep`,
  lists: `${"- ".repeat(300)}deep`,
  wide: `${"| ".repeat(400)}\n${"|-".repeat(400)}\n${"| ".repeat(400)}`,
  template: "{{constructor.constructor('window.pwned=1')()}} ${window.pwned=1} <%= x %>",
};

/** Words that try to hold the page up: as long as they may be, or made so that a reader of them goes back over and over. */
export const floods: Record<string, string> = {
  "one line": full("Q"),
  "one line of words": full("word and "),
  lines: full("line\n"),
  "empty lines": full("\n", "a"),
  "blank lines": full("a\n\n"),
  backticks: "`".repeat(50_000),
  "a table of 10,000 rows": `| a | b |\n|---|---|\n${"| 1 | <b>2</b> |\n".repeat(10_000)}`,
  "a table as long as markdown": `|a|b|\n|-|-|\n${"|1|2|\n".repeat(5_200)}`,
  "a table as wide as markdown": `${"|a".repeat(5_000)}|\n${"|-".repeat(5_000)}|\n${"|b".repeat(5_000)}|`,
  quotes: full("> "),
  lists: full("- "),
  both: full("> - "),
  "quotes under quotes": Array.from({ length: 500 }, (_, at) => `${">".repeat(at % 15)} words`).join("\n"),
  indented: Array.from({ length: 500 }, (_, at) => `${"  ".repeat(at)}- a`).join("\n"),
  emphasis: "*a_".repeat(10_000),
  stars: `${"*".repeat(8_000)}a${"*".repeat(8_000)}`,
  strong: "**a ".repeat(8_000),
  "a short emphasis": "*a_".repeat(990),
  strikes: "~~a".repeat(10_000),
  brackets: "[".repeat(31_000),
  "brackets and more": "[[]".repeat(10_000),
  pictures: "![](".repeat(8_000),
  links: full("[a](https://evil.example/b) "),
  "as many links as markdown": "[a](https://evil.example/b)\n".repeat(1_140),
  addresses: full("https://evil.example/ "),
  images: full("![a](https://evil.example/b) "),
  mentions: full("@benji "),
  "a few mentions": "@benji **a** ".repeat(230),
  references: "[a]: b\n".repeat(4_500),
  headings: "# a\n".repeat(8_000),
  fences: "```\na\n```\n".repeat(3_000),
  "empty fences": "```\n".repeat(8_000),
  tasks: full("- [ ] a\n"),
  "deep tasks": Array.from({ length: 190 }, (_, at) => `${" ".repeat(at)}- [${at % 2 ? "x" : " "}] **a** ${"b".repeat(300)}`).join("\n"),
  figures: full("loss: 0.1, "),
  "figures in lines": full("a = 1\n"),
  less: full("<"),
  "less and more": full("<a b="),
  comments: full("<!--"),
  backslashes: full("\\"),
  entities: full("&amp;"),
  "what is unseen": full("\u202E"),
  "what is unseen, and more": full("a\u202E"),
  nulls: full("a\0"),
  zalgo: full("Z\u0300\u0301\u0302\u0303\u0304\u0305"),
  emoji: full("👩‍👩‍👧‍👦"),
  han: full("漢字"),
  tabs: full("\t"),
  returns: full("10%\r"),
  frames: full("    at a (/srv/a.ts:1:2)\n", "Error: a\n"),
  causes: full("Caused by: a.b.C: d\n\tat a.b.C.d(E.java:1)\n"),
  tracebacks: full('Traceback (most recent call last):\n  File "a.py", line 1, in b\nKeyError: 1\n'),
  code: full("const a = `${b}`; // c\n", "```ts\n"),
  regexes: full("/", "```js\n"),
  strings: full('"a', "```python\n"),
};
