/**
 * Stops a parser, which runs synchronously, where something it needs is not there yet: `PagedBytes.run` waits for it and
 * starts the parser again. It reaches no caller.
 */
export class Interruption extends Error {
  readonly wait: () => Promise<unknown>;

  constructor(wait: () => Promise<unknown>) {
    super("interrupted");
    this.wait = wait;
  }
}

/** A module that is loaded when a parser first asks for it. The function that is returned works only within `run`. */
export function onDemand<Module>(load: () => Promise<Module>): () => Module {
  let module: Module | undefined;
  return () => {
    if (module !== undefined) return module;
    throw new Interruption(async () => {
      module = await load();
    });
  };
}
