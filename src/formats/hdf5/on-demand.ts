import { Interruption } from "./interruption.js";
import type * as RareParts from "./rare-parts.js";

/** What ordinary files of Keras do without. */
export const rareParts: () => typeof RareParts = onDemand(() => import("./rare-parts.js"));

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
