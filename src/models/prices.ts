import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PRICES_FILE_BYTES } from "../limits.ts";
import type { Log } from "../log.ts";
import { listedPrices } from "./listed.ts";
import { modelName } from "./names.ts";

const parts = ["input", "output", "cache_read", "cache_write"] as const;
type Rates = Record<(typeof parts)[number], number>;

/** Dollars per million tokens. `above`: what all tokens of a call cost whose input is longer than so many tokens. */
export type Price = Rates & { above?: Rates & { tokens: number } };

/** Tokens of a call. `input_tokens` counts the cached ones too, those read from the provider's cache and those put into it. */
export type Tokens = { input_tokens: number; output_tokens: number; cache_read_tokens: number; cache_write_tokens: number };

/** Units of a dollar that costs are reckoned in: prices have six decimals and are for a million tokens, so that every cost is a whole number of them. */
export const UNITS_PER_DOLLAR = 1e12;

/** What a call costs, in dollars, exactly. */
export const costOf = (price: Price, { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens }: Tokens): number => {
  const rates = price.above && input_tokens > price.above.tokens ? price.above : price;
  const units = (tokens: number, part: keyof Rates) => tokens * Math.round(rates[part] * 1e6);
  // A provider that counts more of its cache than of all input is not paid for it.
  const uncached = Math.max(0, input_tokens - cache_read_tokens - cache_write_tokens);
  return (units(uncached, "input") + units(cache_read_tokens, "cache_read") + units(cache_write_tokens, "cache_write") + units(output_tokens, "output")) / UNITS_PER_DOLLAR;
};

export const pricesFile = (data: string): string => join(data, "prices.json");

/** Writes the prices that providers publish where there is no file of them yet. What is there is the operator's. */
export const writeListedPrices = (data: string): void => {
  const file = pricesFile(data);
  if (existsSync(file)) return;
  const lines = Object.entries(listedPrices).map(([model, price]) => `  ${JSON.stringify(model)}: ${JSON.stringify(price)}`);
  writeFileSync(`${file}.new`, `{\n${lines.join(",\n")}\n}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
};

/** What keeps prices from being used; its message is a sentence for the operator. */
class PricesFault extends Error {}

/** Prices by `provider/model`. @throws PricesFault that says which line of it is wrong, and what should stand there */
const parsePrices = (text: string): Map<string, Price> => {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw new PricesFault(`it is not JSON (${error instanceof Error ? error.message : error})`);
  }
  if (!isRecord(read)) throw new PricesFault('it must be an object such as {"openai/gpt-5": {"input": 1.25, "output": 10, "cache_read": 0.125, "cache_write": 1.25}}');
  const found = new Map<string, Price>();
  const others = new Map<string, string>();
  for (const [model, value] of Object.entries(read)) {
    if (!modelName.test(model)) throw new PricesFault(`${quoted(model)} is no model: write provider/model, the provider anthropic, openai or compatible`);
    if (typeof value === "string") others.set(model, value);
    else found.set(model, priceIn(model, value));
  }
  for (const [model, other] of others) {
    const price = found.get(other);
    if (!price || others.has(other)) throw new PricesFault(`${quoted(model)} is to be priced as ${quoted(other)}, which has no price here`);
    found.set(model, price);
  }
  return found;
};

const priceIn = (model: string, value: unknown): Price => {
  const { above, ...rates } = isRecord(value) ? value : {};
  const price = ratesIn(quoted(model), rates);
  if (above === undefined) return price;
  const { tokens, ...rest } = isRecord(above) ? above : {};
  if (typeof tokens !== "number" || !Number.isSafeInteger(tokens) || tokens < 1) throw new PricesFault(`${quoted(model)}: "above" needs "tokens", a whole number of them`);
  return { ...price, above: { tokens, ...ratesIn(`${quoted(model)}: "above"`, rest) } };
};

/** The price of the cache may be left out, where a provider has none or asks nothing else for it: then it is that of the input. */
const ratesIn = (where: string, value: Record<string, unknown>): Rates => {
  const unknown = Object.keys(value).find((part) => !parts.some((one) => one === part));
  if (unknown !== undefined) throw new PricesFault(`${where} has ${quoted(unknown)}, which is none of ${parts.join(", ")}`);
  const rate = (part: (typeof parts)[number]): number => {
    const dollars = value[part];
    const millionths = typeof dollars === "number" ? Math.round(dollars * 1e6) : Number.NaN;
    if (!(millionths >= 0 && millionths <= 1e12 && millionths / 1e6 === dollars))
      throw new PricesFault(`${where} needs "${part}": dollars for a million tokens, a number of at most six decimals such as 0.125`);
    return millionths / 1e6;
  };
  const cached = (part: "cache_read" | "cache_write") => rate(value[part] === undefined ? "input" : part);
  return { input: rate("input"), output: rate("output"), cache_read: cached("cache_read"), cache_write: cached("cache_write") };
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const quoted = (text: string): string => JSON.stringify(text.slice(0, 80));

/** Reads a file of prices. @returns them, or the sentence that says what is wrong with it */
export const readPrices = (file: string): Map<string, Price> | string => {
  try {
    if (statSync(file).size > PRICES_FILE_BYTES) throw new PricesFault(`it is longer than ${PRICES_FILE_BYTES} bytes`);
    return parsePrices(readFileSync(file, "utf8"));
  } catch (error) {
    return `${file} cannot be used: ${error instanceof Error ? error.message : error}.`;
  }
};

/** The operator's prices, as `<data>/prices.json` says them now. A file that cannot be used leaves those before it in force. */
export class Prices {
  readonly #file: string;
  #prices = parsePrices(JSON.stringify(listedPrices));
  /** Whose prices are in force. */
  #whose = "that providers publish";
  #problem: string | null = null;
  /** When it was last written, and its length: by which a change is seen. */
  #seen = "";

  constructor(
    data: string,
    private readonly log: Log,
  ) {
    this.#file = pricesFile(data);
  }

  /** The price of a model; null when it has none, and for one of another name, however like it. */
  of(provider: string, model: string): Price | null {
    this.#look();
    return this.#prices.get(`${provider}/${model}`) ?? null;
  }

  /** Why the file is not used as it is now, in a sentence; null when it is. */
  get problem(): string | null {
    this.#look();
    return this.#problem;
  }

  #look(): void {
    const stat = statSync(this.#file, { throwIfNoEntry: false });
    const seen = `${stat?.mtimeMs} ${stat?.size} ${stat?.ino}`;
    if (seen === this.#seen) return;
    this.#seen = seen;
    const read = stat ? readPrices(this.#file) : `${this.#file} is not there; the next start writes it with the prices that providers publish.`;
    this.#problem = typeof read === "string" ? `${read} The prices ${this.#whose} are in force.` : null;
    if (typeof read !== "string") {
      this.#prices = read;
      this.#whose = "before it";
    }
    if (this.#problem !== null) this.log.warn({ event: "prices_unusable", problem: this.#problem });
  }
}
