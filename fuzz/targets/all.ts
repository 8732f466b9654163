import type { Target } from "../target.js";
import { hdf5 } from "./hdf5.js";
import { json } from "./json.js";
import { keras } from "./keras.js";
import { models } from "./models.js";
import { npy } from "./npy.js";
import { npz } from "./npz.js";
import { safetensors } from "./safetensors.js";
import { zip } from "./zip.js";

/** Every target, by its name. */
export const targets: ReadonlyMap<string, Target> = new Map(
  [hdf5, zip, npy, npz, safetensors, json, keras, models].map((target) => [target.name, target]),
);
