import { AppError } from "../errors.ts";
import { SOCKETS_UNKNOWN, SOCKETS_UNKNOWN_PER_ADDRESS } from "../limits.ts";

/** Connections that have not said who they are: bounded in all, and for each address, so that one cannot keep the others out. */
export class Strangers {
  readonly #ofAddress = new Map<string, number>();
  #all = 0;

  /** Counts one in. @returns how to count it out, said as often as one likes @throws AppError `rate_limited` */
  enter(address: string): () => void {
    const own = this.#ofAddress.get(address) ?? 0;
    if (this.#all >= SOCKETS_UNKNOWN || own >= SOCKETS_UNKNOWN_PER_ADDRESS)
      throw new AppError("rate_limited", { message: "Too many connections that have not said who they are.", headers: { "retry-after": "5" } });
    this.#all++;
    this.#ofAddress.set(address, own + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#all--;
      const left = (this.#ofAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#ofAddress.set(address, left);
      else this.#ofAddress.delete(address);
    };
  }
}
