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

/** Pages as the text of one JSON array. */
export function* asJson(pages: Iterable<object[]>): Generator<string> {
  let between = "[";
  for (const page of pages) {
    if (page.length === 0) {
      yield "";
      continue;
    }
    yield between + JSON.stringify(page).slice(1, -1);
    between = ",";
  }
  yield between === "[" ? "[]" : "]";
}

/** Pages as JSON lines, one object a line. */
export function* asLines(pages: Iterable<object[]>): Generator<string> {
  for (const page of pages) yield page.map((one) => `${JSON.stringify(one)}\n`).join("");
}
