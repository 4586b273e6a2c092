/** Raw connections to a server on this machine. Nothing is parsed here beyond what a measure must know. */
import type { Socket } from "bun";

export interface Ear {
  data(chunk: Buffer): void;
  closed(): void;
}

/** One TCP connection. `send` keeps what the kernel would not take yet; `pause` stops reading (a stalled reader). */
export interface Line {
  send(bytes: Uint8Array): void;
  pause(): void;
  resume(): void;
  close(): void;
}

/** Connects to 127.0.0.1:`port`; rejects when nothing listens there. */
export async function connect(port: number, ear: Ear): Promise<Line> {
  let waiting: Uint8Array[] = [];

  function push(socket: Socket, bytes: Uint8Array): void {
    if (waiting.length > 0) {
      waiting.push(bytes);
      return;
    }
    const written = socket.write(bytes);
    if (written < bytes.length) waiting.push(bytes.subarray(Math.max(written, 0)));
  }

  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data: (_, chunk) => ear.data(chunk),
      close: () => ear.closed(),
      error: () => ear.closed(),
      drain(self) {
        const again = waiting;
        waiting = [];
        for (const bytes of again) push(self, bytes);
      },
    },
  });
  return {
    send: (bytes) => push(socket, bytes),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => socket.terminate(),
  };
}
