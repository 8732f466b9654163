import type * as Core from "@tensorflow/tfjs-core";
import type { Axis, Constraint } from "../constraints/spec.js";
import { KerasProofError } from "../errors.js";
import type { ConfigReader } from "./config-reader.js";

/**
 * The operations of tfjs-core. Rules are given them with each call and import only their types, so that reading and
 * explaining a model never load tfjs, and the double run computes with its own copy.
 */
export type Ops = typeof Core;
export type Tensor = Core.Tensor;

/** Extents with the batch first; `null` where the size is open. */
export type Shape = readonly (number | null)[];

/** A constraint of an imported model. */
export type ImportedConstraint = Constraint & {
  /** For a kernel that was transposed on import: the axis in the file, and the new axis of each axis there. */
  readonly written?: { readonly axis: Axis; readonly storedAxisOf: readonly (number | null)[] };
  /** Why the Keras that wrote the model never runs it, such as the Dense of Keras 3.0.0; it is not enforced here. */
  readonly dead?: string;
};

/** A weight that a layer has, before its values are known. */
export interface WeightSlot {
  /** Keras's name of the weight, such as `kernel`; wrappers put the inner layer's role before it, `forward/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** False for what training moves without a gradient, such as moving statistics. */
  readonly trainable: boolean;
  readonly constraint: ImportedConstraint | null;
  /** The class whose weight it is, where that is a layer inside this one. */
  readonly layerClass?: string;
  /** Where Keras 3 stores it below the layer: `""` (the default) for the layer itself, `cell`, `forward_layer/cell`. */
  readonly store?: string;
  /** How many of the first axes are a convolution kernel's spatial ones, which Theano flips. Default 0. */
  readonly spatialAxes?: number;
}

/** A layer inside another layer's configuration, such as the one that `TimeDistributed` wraps. Plain data. */
export interface InnerLayer {
  readonly className: string;
  readonly name: string;
  readonly trainable: boolean;
  readonly options: object;
}

/** Finds the rule of an inner layer; every class name in an `InnerLayer` has one. */
export type RuleLookup = (className: string) => LayerRule;

export interface ShapeRequest<Options> {
  readonly options: Options;
  /** One shape for each input tensor. */
  readonly inputs: readonly Shape[];
  readonly ruleOf: RuleLookup;
}

export interface CallRequest<Options> {
  readonly tf: Ops;
  readonly options: Options;
  readonly inputs: readonly Tensor[];
  /** In the order of the rule's slots. */
  readonly weights: readonly Tensor[];
  /** The mask of each input, `bool` [batch, steps], or `null`. */
  readonly masks: readonly (Tensor | null)[];
  /** True inside a training step, where noise layers act and BatchNormalization uses the batch's statistics. */
  readonly training: boolean;
  /** False for a frozen layer. */
  readonly trainable: boolean;
  /** Replaces a weight that training moves without a gradient, by its slot. */
  readonly update: (slot: number, value: Tensor) => void;
  readonly ruleOf: RuleLookup;
}

/**
 * All that kerasproof knows of one Keras layer class. Everything in `Options` is plain data that can be cloned between
 * workers. Functions run in any realm, keep the precision of the tensors they are given, and never dispose inputs.
 */
export interface LayerRule<Options extends object = object> {
  /** Keras 3's class name; for classes that Keras 3 lacks, the last Keras's. */
  readonly className: string;
  /** Other exported names of the same class, such as `Convolution2D`. */
  readonly aliases?: readonly string[];
  /** Reads and checks every option; what it does not read is reported as unsupported by the caller. */
  readonly read: (config: ConfigReader) => Options;
  /** In the order of Keras's `layer.weights` when the layer was made; absent for layers without weights. */
  readonly weights?: (request: ShapeRequest<Options>) => readonly WeightSlot[];
  /** The shape of each output; throws `bad-graph` where the inputs do not fit. */
  readonly outputShapes: (request: ShapeRequest<Options>) => readonly Shape[];
  /** Computes the outputs; one tensor stands for a list of one. */
  readonly call: (request: CallRequest<Options>) => Tensor | readonly Tensor[];
  /**
   * What becomes of masks: `pass` hands the first input's mask on, a function computes one mask for each output, and
   * where it is absent the mask ends here, as in Keras for layers that do not support masking.
   */
  readonly masks?: "pass" | ((request: CallRequest<Options>) => readonly (Tensor | null)[]);
}

/** The one of a request's list, for layers of one input; throws `bad-graph` for another number. */
export function only<T>(values: readonly T[]): T {
  if (values.length === 1) return values[0] as T;
  throw new KerasProofError("bad-graph", "layer", `found a call with ${values.length} inputs, wanted one`);
}

/** The first of a request's list, for layers of one input and more; throws `bad-graph` where there is none. */
export function leading<T>(values: readonly T[]): T {
  const value = values[0];
  if (value === undefined) throw new KerasProofError("bad-graph", "layer", "found a call without inputs, wanted one");
  return value;
}
