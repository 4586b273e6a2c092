/** A command that cannot do what it was asked; its message says why and what to do, in one line. */
export class CommandError extends Error {}
