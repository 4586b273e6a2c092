/** The named characters that people write; others stand as they were written. */
const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  copy: "©",
  reg: "®",
  trade: "™",
  deg: "°",
  plusmn: "±",
  times: "×",
  middot: "·",
  bull: "•",
  hellip: "…",
  ndash: "–",
  mdash: "—",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  laquo: "«",
  raquo: "»",
  larr: "←",
  uarr: "↑",
  rarr: "→",
  darr: "↓",
  le: "≤",
  ge: "≥",
  ne: "≠",
  euro: "€",
  pound: "£",
  sect: "§",
  para: "¶",
};

const entity = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,6}));/g;

const character = (code: number): string => (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? "\ufffd" : String.fromCodePoint(code));

/** Text of markdown with the characters that it names, as `&lt;` and `&#8230;`. */
export const decoded = (text: string): string =>
  text.includes("&")
    ? text.replace(entity, (written: string, decimal?: string, hex?: string, name = "") => {
        if (decimal !== undefined) return character(Number.parseInt(decimal, 10));
        if (hex !== undefined) return character(Number.parseInt(hex, 16));
        return Object.hasOwn(named, name) ? (named[name] ?? written) : written;
      })
    : text;
