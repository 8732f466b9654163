import { Interruption } from "./interruption.js";
import type * as NewerStructure from "./newer-structure.js";
import type * as RareStorage from "./rare-storage.js";
import type * as RareTypes from "./rare-types.js";

/** What files need that were written for newer readers than the earliest (`libver` of h5py). */
export const newerStructure: () => typeof NewerStructure = onDemand(() => import("./newer-structure.js"));
/** Ways to store values other than whole, in one piece and as they are. */
export const rareStorage: () => typeof RareStorage = onDemand(() => import("./rare-storage.js"));
/** Datatypes other than ordinary numbers and texts. */
export const rareTypes: () => typeof RareTypes = onDemand(() => import("./rare-types.js"));

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
