/**
 * Stops a parser, which runs synchronously, where something it needs is not there yet: `PagedBytes.run` waits for it
 * and starts the parser again. It reaches no caller.
 */
export class Interruption extends Error {
  readonly wait: () => Promise<unknown>;

  constructor(wait: () => Promise<unknown>) {
    super("interrupted");
    this.wait = wait;
  }
}
