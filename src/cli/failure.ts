/** Exit codes that scripts can use; 124 is what `timeout` of the GNU coreutils ends with too. */
export const EXIT = { ok: 0, error: 1, usage: 2, notSignedIn: 3, notFound: 4, refused: 5, timedOut: 124 } as const;

/** A command that cannot do what it was asked; its message says why and what to do, in one line. `exit`: the code it ends with. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exit: (typeof EXIT)[keyof typeof EXIT] = EXIT.error,
  ) {
    super(message);
  }
}
