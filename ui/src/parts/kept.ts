/** Keeps what was lately asked for, up to a weight: what lay there unused for longest goes first. `weigh`: what a value weighs, in the unit of `most`. */
export class Kept<Value> {
  #values = new Map<string, Value>();
  #weight = 0;

  constructor(
    readonly most: number,
    readonly weigh: (value: Value, key: string) => number = () => 1,
  ) {}

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.drop(key);
    const weight = this.weigh(value, key);
    if (weight > this.most) return;
    this.#values.set(key, value);
    this.#weight += weight;
    for (const [oldest] of this.#values) {
      if (this.#weight <= this.most) break;
      this.drop(oldest);
    }
  }

  drop(key: string): void {
    const value = this.#values.get(key);
    if (value === undefined) return;
    this.#values.delete(key);
    this.#weight -= this.weigh(value, key);
  }
}
