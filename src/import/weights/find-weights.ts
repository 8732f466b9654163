import { KerasProofError } from "../../errors.js";
import type { Hdf5File, Hdf5Group } from "../../formats/hdf5/index.js";

/**
 * Where a file of weights has them: the group with the attribute `layer_names`, `null` for a file in the form of
 * Keras 3. Throws `unsupported-format` for an HDF5 file that holds no weights of a Keras model.
 */
export async function findWeights(file: Hdf5File): Promise<Hdf5Group | null> {
  if (await hasLayerNames(file.root)) return file.root;
  const below = await file.get("model_weights");
  if (below?.kind === "group") return below;
  const keys = await file.root.keys();
  if (keys.some((key) => /^(?:layers|_layer_checkpoint_dependencies|vars|optimizer)(?:\\|$)/.test(key))) return null;
  const old = (await file.root.attrNames()).includes("nb_layers");
  const found = old
    ? "the weights of a Keras before 1.0"
    : `an HDF5 file with ${keys.slice(0, 4).join(", ") || "nothing"}`;
  throw new KerasProofError(
    "unsupported-format",
    file.root.place,
    `found ${found}, wanted the weights of a Keras model`,
  );
}

async function hasLayerNames(group: Hdf5Group): Promise<boolean> {
  const names = await group.attrNames();
  return names.includes("layer_names") || names.includes("layer_names0");
}
