import { connect, createServer, type Server, type Socket } from "node:net";

/** An address that stays while the server behind it is stopped and started anew on another port. */
export class Door {
  #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Leads to a server from now on. */
  async open(target: string): Promise<void> {
    const { port } = new URL(target);
    const server = createServer((socket) => {
      const inner = connect(Number(port), "127.0.0.1");
      for (const [one, other] of [
        [socket, inner],
        [inner, socket],
      ] as const) {
        this.#sockets.add(one);
        one.pipe(other);
        // A side that breaks off ends the other: nobody waits for the dead.
        one.on("error", () => other.destroy());
        one.on("close", () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(this.#port, "127.0.0.1", resolve);
    await promise;
    this.#server = server;
    const address = server.address();
    if (typeof address === "object" && address) this.#port = address.port;
  }

  /** Refuses whoever comes, and breaks every connection that stands. */
  async shut(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#server) this.#server.close(() => resolve());
    else resolve();
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }
}
