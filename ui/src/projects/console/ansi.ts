import Anser from "anser";

/** A piece of a line in one look. `look`: classes of console.css; empty for plain text. */
export type Span = { text: string; look: string };

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
type Name = (typeof names)[number];

const basic = (name: string): Name | null => names.find((one) => name === `ansi-${one}` || name === `ansi-bright-${one}`) ?? null;

/** Steps of the 6 × 6 × 6 cube of colours, of 256. */
const STEPS = [0, 95, 135, 175, 215, 255];

/** Red, green and blue of one of 256 colours beyond the first 16. */
const ofPalette = (index: number): [number, number, number] => {
  if (index >= 232) return [0, 0, 0].map(() => 8 + (index - 232) * 10) as [number, number, number];
  const at = index - 16;
  return [STEPS[Math.floor(at / 36)] ?? 0, STEPS[Math.floor(at / 6) % 6] ?? 0, STEPS[at % 6] ?? 0];
};

/** Of the eight names the one nearest to a colour, by hue: the page's own colours can be read in light and dark, a program's choice may not. */
const nearest = ([red, green, blue]: [number, number, number]): Name => {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  if (most - least < 40) return most < 100 ? "black" : "white";
  const half = (most + least) / 2;
  return names[Number(red > half) + Number(green > half) * 2 + Number(blue > half) * 4] ?? "white";
};

const colour = (name: string | null, truecolor: string | null): Name | null => {
  if (!name) return null;
  if (name === "ansi-truecolor") return nearest((truecolor ?? "").split(",").map(Number) as [number, number, number]);
  const index = /^ansi-palette-(\d+)$/.exec(name)?.[1];
  if (index !== undefined) return Number(index) < 16 ? (names[Number(index) % 8] ?? null) : nearest(ofPalette(Number(index)));
  return basic(name);
};

const isKnown = new Set(["bold", "dim", "italic", "underline", "strikethrough"]);

/** The colours and weights of a line as a program wrote it, in spans; all that is no colour is left out, and nothing of it is ever read as HTML. */
export const spansOf = (line: string): Span[] => {
  if (!line.includes("\u001b")) return line === "" ? [] : [{ text: line, look: "" }];
  return Anser.ansiToJson(line, { json: true, use_classes: true, remove_empty: true }).map(({ content, fg, bg, fg_truecolor, bg_truecolor, decorations }) => {
    const front = colour(fg, fg_truecolor);
    const back = colour(bg, bg_truecolor);
    const isTurned = decorations.includes("reverse");
    const ground = isTurned ? (front ?? "white") : back;
    const looks = [
      ground ? `ansi-on ansi-${ground}` : front && `ansi-${front}`,
      /bright/.test(fg ?? "") && "ansi-bold",
      ...decorations.filter((one) => isKnown.has(one)).map((one) => `ansi-${one}`),
    ];
    return { text: content, look: [...new Set(looks.filter(Boolean))].join(" ") };
  });
};

/** The letters of a line alone. */
export const plain = (line: string): string =>
  line.includes("\u001b")
    ? spansOf(line)
        .map(({ text }) => text)
        .join("")
    : line;

/** Spans cut where a query stands in their line, however it is spread over them. `found`: it is a piece of such a place. */
export const withFound = (spans: readonly Span[], query: string): (Span & { found: boolean })[] => {
  const letters = spans.map(({ text }) => text).join("");
  const places = placesOf(letters, query);
  const cut: (Span & { found: boolean })[] = [];
  let from = 0;
  for (const { text, look } of spans) {
    const edges = [from, ...places.flatMap((at) => [at, at + query.length]).filter((at) => at > from && at < from + text.length), from + text.length];
    for (const [index, start] of edges.slice(0, -1).entries()) {
      const end = edges[index + 1] ?? start;
      if (end > start) cut.push({ text: text.slice(start - from, end - from), look, found: places.some((at) => start >= at && end <= at + query.length) });
    }
    from += text.length;
  }
  return cut;
};

/** Where a query stands in a text, great and small letters alike. */
export const placesOf = (text: string, query: string): number[] => {
  if (query === "") return [];
  const [letters, wanted] = [text.toLowerCase(), query.toLowerCase()];
  // A few letters are another number of letters when they are made small: their places would not be the text's.
  if (letters.length !== text.length) return [];
  const places: number[] = [];
  for (let at = letters.indexOf(wanted); at >= 0; at = letters.indexOf(wanted, at + wanted.length)) places.push(at);
  return places;
};
