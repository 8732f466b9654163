import { type ConstraintExplanation, explainConstraint } from "../constraints/index.js";
import { constraintBindings, type ModelSpec, walkLayers } from "../import/spec.js";
import type { NdArray } from "../ndarray.js";

/** What every constraint of a model does to its weight as it is now, in the order of the layers. */
export function explainModel(spec: ModelSpec): ConstraintExplanation[] {
  const arrays = new Map<string, NdArray | null>();
  for (const { layer, path } of walkLayers(spec.graph)) {
    for (const weight of layer.weights) arrays.set(`${path}\n${weight.name}`, weight.values);
  }
  return constraintBindings(spec).map((binding) => {
    const data = arrays.get(`${binding.layer}\n${binding.weight}`)?.data;
    const { written, ...constraint } = binding.constraint;
    return explainConstraint({
      layerName: binding.layer,
      layerClass: binding.layerClass,
      weightName: binding.weight,
      shape: binding.shape,
      constraint,
      generation: binding.generation,
      ...(data instanceof Float32Array || data instanceof Float64Array ? { values: data } : {}),
      ...(written === undefined ? {} : { written }),
    });
  });
}
