import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const css = readFileSync(join(import.meta.dir, "../../ui/src/tokens.css"), "utf8");
const [light = "", dark = ""] = css.split("@media (prefers-color-scheme: dark)");

type Colour = { lightness: number; chroma: number; hue: number };

const read = (text: string): Map<string, Colour> =>
  new Map(
    [...text.matchAll(/--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);/g)].map(([, name = "", l, c, h]) => [name, { lightness: Number(l), chroma: Number(c), hue: Number(h) }]),
  );

/** Relative luminance of a colour, as WCAG takes it. OKLab to linear sRGB: https://bottosson.github.io/posts/oklab/ */
const luminance = ({ lightness, chroma, hue }: Colour): number => {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const [red, green, blue] = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => Math.min(1, Math.max(0, part))) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (one: Colour, other: Colour): number => {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
};

const grounds = ["ground", "raised", "sunken", "hover", "accent-wash"];

/** What is written on what: AA asks for 4.5. */
const texts: [string, string[]][] = [
  ["ink", [...grounds, "error-wash", "result-wash", "plan-wash"]],
  ["ink-soft", [...grounds, "error-wash", "result-wash", "plan-wash"]],
  ["ink-faint", ["ground", "raised", "sunken", "hover"]],
  ["accent-ink", [...grounds, "result-wash", "plan-wash"]],
  ["error", ["ground", "raised", "sunken", "error-wash"]],
  ["result", ["result-wash", "raised", "sunken"]],
  ["plan", ["plan-wash"]],
  ["code", ["sunken", "ground"]],
  ...["keyword", "type", "name", "string", "number", "attr"].map((part): [string, string[]] => [`code-${part}`, ["sunken"]]),
  ["on-accent", ["accent"]],
  ["ground", ["error"]],
];

/** Edges of controls, and marks that say something: AA asks for 3. */
const marks: [string, string[]][] = [
  ["edge", ["ground", "raised"]],
  ["accent-ink", ["ground", "raised", "sunken"]],
  ["plan", ["plan-wash"]],
];

for (const [scheme, colours] of [
  ["light", read(light)],
  ["dark", new Map([...read(light), ...read(dark)])],
] as const) {
  const colour = (name: string): Colour => {
    const found = colours.get(name);
    if (!found) throw new Error(`tokens.css names no ${name}.`);
    return found;
  };
  const failing = (pairs: [string, string[]][], least: number) =>
    pairs
      .flatMap(([name, under]) => under.map((ground) => ({ pair: `${name} on ${ground}`, contrast: contrast(colour(name), colour(ground)) })))
      .filter((pair) => pair.contrast < least);

  test(`In ${scheme} all that is written can be read`, () => expect(failing(texts, 4.5)).toEqual([]));
  test(`In ${scheme} edges and marks can be seen`, () => expect(failing(marks, 3)).toEqual([]));
  test(`In ${scheme} the lanes of sessions stand out from the ground, all alike`, () => {
    const part = scheme === "light" ? light : dark;
    const of = (name: string) => Number(new RegExp(`--lane-${name}: ([\\d.]+)`).exec(part)?.[1]);
    const hues = [...css.matchAll(/--lane-\d+: oklch\(var\(--lane-lightness\) var\(--lane-chroma\) (\d+)\)/g)].map(([, hue]) => Number(hue));
    expect(hues).toHaveLength(12);
    const weakest = Math.min(...hues.map((hue) => contrast({ lightness: of("lightness"), chroma: of("chroma"), hue }, colour("ground"))));
    expect(weakest).toBeGreaterThanOrEqual(2.9);
  });
}
