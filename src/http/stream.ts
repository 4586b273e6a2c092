/** A type of Bun's own: what is written reaches the socket at the next `flush`. For a slow reader it is `write` that gives a promise. */
type DirectController = { write: (text: string) => number | Promise<number>; flush: () => number | Promise<number>; close: () => void };

/**
 * Pieces of text as the body of an answer, one flush each, with a turn of the event loop between: what others ask
 * meanwhile is answered in between. Ends early when the reader goes away.
 */
export const streamText = (pieces: Iterator<string>, signal: AbortSignal): ReadableStream<Uint8Array> => {
  const source = {
    type: "direct",
    async pull(controller: DirectController) {
      for (;;) {
        const { value, done } = pieces.next();
        if (done || signal.aborted) break;
        if (value !== "") {
          await controller.write(value);
          await controller.flush();
        }
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      controller.close();
    },
  };
  return new ReadableStream(source as unknown as UnderlyingDefaultSource<Uint8Array>);
};
