import { mutateHdf5 } from "../hdf5/mutate.js";
import { hdf5Name, readAllOfHdf5 } from "../hdf5/read-all.js";
import { readSeeds } from "../seeds.js";
import type { Target } from "../target.js";

/** HDF5 files with everything in them. */
export const hdf5: Target = {
  name: "hdf5",
  fileName: hdf5Name,
  seeds: () => [
    ...readSeeds("seeds/hdf5", ".h5", 32 * 1024),
    ...readSeeds("fixtures/hdf5", ".h5", 24 * 1024),
    // The only one with an extensible array in pages.
    ...readSeeds("fixtures/hdf5/storage", "pages.h5", 96 * 1024),
  ],
  mutate: mutateHdf5,
  read: (input, onStep) => readAllOfHdf5(input, onStep, {}, true),
  wantsOffsets: true,
};
