/** Who has a live connection, by whichever door. */
export class Presence {
  readonly #connections = new Map<number, number>();

  isOnline(user_no: number): boolean {
    return this.#connections.has(user_no);
  }

  /** Counts a connection in. @returns how to count it out, once */
  enter(user_no: number): () => void {
    this.#connections.set(user_no, (this.#connections.get(user_no) ?? 0) + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      const left = (this.#connections.get(user_no) ?? 1) - 1;
      if (left > 0) this.#connections.set(user_no, left);
      else this.#connections.delete(user_no);
    };
  }
}
