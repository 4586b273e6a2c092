/**
 * Photographs every screen of the viewer in a real browser, with a server full of sample talk behind it.
 *
 *   bun run shots [SCREEN …] [--out DIR] [--width 390,768,1440,2560] [--scheme light,dark]
 */
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { House, type Scheme, type Width } from "./browser/house.ts";
import type { Screen } from "./browser/screens/screen.ts";
import { screens } from "./browser/screens.ts";
import { stopAll } from "./colony.ts";

/** Pages at once: more only wait for each other on two cores. */
const AT_ONCE = 3;

type Shot = { screen: string; width: number; scheme: Scheme; file: string };

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { out: { type: "string", default: join(import.meta.dir, "../shots") }, width: { type: "string" }, scheme: { type: "string" } },
});

const fail = (why: string): never => {
  console.error(why);
  process.exit(2);
};

/** Those of `all` that a list names; all when there is none. */
const pick = <Known extends string>(list: string[], all: readonly Known[]): Known[] => {
  const unknown = list.find((name) => !all.includes(name as Known));
  if (unknown !== undefined) fail(`${unknown}: not one of ${all.join(", ")}`);
  return list.length === 0 ? [...all] : all.filter((name) => list.includes(name));
};

const split = (list: string | undefined): string[] => list?.split(",").filter(Boolean) ?? [];

const chosen = pick(
  names,
  screens.map(({ name }) => name),
);
const widths = pick(split(options.width), ["390", "768", "1440", "2560"] as const).map((width) => Number(width) as Width);
const schemes = pick(split(options.scheme), ["light", "dark"] as const);
const out = resolve(options.out);
const whole = names.length === 0 && !options.width && !options.scheme;

const house = await House.open();
const shots: Shot[] = [];
const broken: string[] = [];

/** One page for both schemes: nothing but the colours depends on them. */
const take = (screen: Screen, width: Width): Promise<void> =>
  house.show(screen, width, schemes[0] ?? "light", async (showing) => {
    for (const scheme of schemes) {
      await showing.page.emulateMedia({ colorScheme: scheme });
      await showing.still();
      const file = `${screen.name}-${width}-${scheme}.png`;
      await showing.page.screenshot({ path: join(out, file), animations: "disabled" });
      shots.push({ screen: screen.name, width, scheme, file });
    }
    broken.push(...showing.visit.faults.filter((fault) => /^(error|request to another host)/.test(fault)).map((fault) => `${screen.name} at ${width} px: ${fault}`));
  });

/** All shots on one page, to be looked through. */
const contactSheet = (): string => {
  const figures = (screen: string) =>
    shots
      .filter((shot) => shot.screen === screen)
      .sort((a, b) => a.width - b.width || a.scheme.localeCompare(b.scheme))
      .map(
        ({ file, width, scheme }) =>
          `<figure><a href="${file}"><img src="${file}" alt="${screen}, ${width} px, ${scheme}" height="320" loading="lazy"></a><figcaption>${width} ${scheme}</figcaption></figure>`,
      )
      .join("\n");
  const rows = chosen.map((screen) => `<h2>${screen}</h2>\n<div>${figures(screen)}</div>`).join("\n");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Colony: every screen</title>
<style>body{font:14px/1.4 system-ui;margin:24px;background:#888}h2{margin:24px 0 8px}div{display:flex;gap:12px;overflow-x:auto}figure{margin:0}img{display:block}</style>
<h1>Colony: every screen</h1>
${rows}
</html>
`;
};

const begin = performance.now();
if (whole) rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const waiting = screens.filter(({ name }) => chosen.includes(name)).flatMap((screen) => widths.filter((width) => screen.at?.(width) ?? true).map((width) => ({ screen, width })));
const work = async (): Promise<void> => {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    try {
      await take(next.screen, next.width);
    } catch (error) {
      broken.push(String(error));
    }
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, work));
if (whole) await Bun.write(join(out, "index.html"), contactSheet());
await house.close();
await stopAll();
console.log(`${shots.length} shots in ${((performance.now() - begin) / 1_000).toFixed(0)} s: ${out}${whole ? "/index.html" : ""}`);
for (const what of broken) console.error(what);
process.exit(broken.length === 0 ? 0 : 1);
