import type * as tfl from "@tensorflow/tfjs-layers";
import { checkOptions } from "./check-options.js";
import { KerasProofError, type Note } from "./errors.js";
import type { ByteInput } from "./formats/byte-source.js";
import { readModelSpec } from "./import/load-spec.js";
import { type ReadOptions, readOptionKinds, withNames } from "./import/read-options.js";
import { layerRegistry } from "./import/registry.js";
import { type ConstraintBinding, constraintBindings, type ModelSpec } from "./import/spec.js";
import type { CompileOptions } from "./train/compile.js";

/** A Keras model as tfjs runs it. */
export interface ImportedModel {
  /**
   * Ready for `predict`; its weights are those of the file, bit for bit where tfjs holds float32. Its constraints hold
   * in training however it is compiled. Saved by `model.save`, it is loaded again by `tf.loadLayersModel` (see
   * `registerKerasLayers` of `kerasproof/train`).
   */
  readonly model: tfl.LayersModel;
  readonly spec: ModelSpec;
  /** Every weight constraint of the model. */
  readonly constraints: readonly ConstraintBinding[];
  /** What was assumed, and what has no effect here. */
  readonly notes: readonly Note[];
  /**
   * Compiles with the optimizer and loss of the file, or given ones, and enforces the constraints after every optimizer
   * step, as Keras does. Throws `unsupported-training` where the file's own training cannot be done exactly, and
   * `bad-constraint` for a constraint with which Keras fails to train too. The function returned ends the enforcement
   * and leaves the optimizer as it was.
   */
  compile(options?: CompileOptions): () => void;
}

/**
 * Loads a Keras 1, 2 or 3 model: a `.keras` archive, a whole-model HDF5 file, or an architecture JSON with its
 * `weights`. Nothing in the file is executed or fetched. A tfjs backend must be set before the model is used.
 *
 * Throws `KerasProofError` with everything that is unsupported at once (`problems`), and `missing-weights` where the
 * source has none and none are given, and `usage` for options that do not exist.
 */
export async function loadKerasModel(source: ByteInput, options: ReadOptions = {}): Promise<ImportedModel> {
  checkOptions("loadKerasModel", options, readOptionKinds);
  const spec = await readModelSpec(source, options);
  if (!spec.hasWeights) {
    const message = "found a model without weights, wanted them in the option weights";
    throw new KerasProofError("missing-weights", withNames(source, options).name, message);
  }
  const [{ buildModel }, { compileModel }, { enforceWhenCompiled }, { registerKerasLayers }] = await Promise.all([
    import("./import/build.js"),
    import("./train/compile.js"),
    import("./train/enforce.js"),
    import("./train/register-keras-layers.js"),
  ]);
  const { customLayers = [], customConstraints = {} } = options;
  const built = buildModel(spec, layerRegistry(customLayers));
  const constraints = constraintBindings(spec);
  enforceWhenCompiled(built.model, constraints, { customConstraints });
  registerKerasLayers({ customLayers, customConstraints });
  return {
    model: built.model,
    spec,
    constraints,
    notes: spec.notes,
    compile: (compileOptions) => {
      return compileModel(built, spec, { customConstraints, ...compileOptions });
    },
  };
}
