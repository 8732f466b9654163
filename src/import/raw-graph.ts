import type { Generation } from "../constraints/spec.js";
import type { JsonObject } from "../formats/python-json.js";
import type { TensorRef, TrainingConfig } from "./spec.js";

/**
 * What a dialect makes of a Keras configuration: one graph form for all generations, class names and option names those
 * of Keras 3, nothing interpreted yet. Node indices are canonical: every layer's calls count from 0, nested models'
 * too.
 */
export interface RawGraph {
  readonly name: string;
  /** Its place in the file. */
  readonly path: string;
  readonly sequential: boolean;
  /** A Sequential begins with an InputLayer here, whether the file has one or only a `batch_input_shape`. */
  readonly layers: readonly RawLayer[];
  readonly inputs: readonly TensorRef[];
  readonly outputs: readonly TensorRef[];
}

export interface RawLayer {
  readonly name: string;
  readonly className: string;
  /** Options by Keras 3's names, without `name`, `trainable`, `dtype` and the input shape (InputLayer keeps its own). */
  readonly config: JsonObject;
  readonly path: string;
  readonly trainable: boolean;
  /** The name of the dtype policy, `float32` where the file says none. */
  readonly dtype: string;
  readonly calls: readonly (readonly TensorRef[])[];
  readonly graph: RawGraph | null;
  /** Set where the layer's options could not be read and why is reported: it only stands for what refers to it. */
  readonly refused?: true;
  /**
   * For kernels that are transposed on import: by the constraint's option name (for a layer inside this one by its path,
   * such as `layer.kernel_constraint`), the new axis of each axis as written, `null` for one that is dropped, and the
   * words of the layout as written, such as `filters, channels, rows, columns`.
   */
  readonly mappedAxes?: ReadonlyMap<string, MappedAxes>;
}

export interface MappedAxes {
  readonly axes: readonly (number | null)[];
  readonly layout: string;
}

export interface RawModel {
  readonly generation: Generation;
  readonly kerasVersion: string | null;
  readonly backend: string | null;
  readonly graph: RawGraph;
  readonly training: TrainingConfig | null;
}
