import { mutateHdf5 } from "../hdf5/mutate.js";
import { hdf5Name, readAllOfHdf5 } from "../hdf5/read-all.js";
import { readSeeds } from "../seeds.js";
import type { Target } from "../target.js";

/** HDF5 files with everything in them. */
export const hdf5: Target = {
  name: "hdf5",
  fileName: hdf5Name,
  seeds: () => readSeeds("hdf5", [".h5"], 16 * 1024),
  mutate: mutateHdf5,
  read: readAllOfHdf5,
  wantsOffsets: true,
};
