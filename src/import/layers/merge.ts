import { KerasProofError } from "../../errors.js";
import { condition } from "../activations/condition.js";
import { type CallRequest, type LayerRule, leading, type Ops, type Shape, type Tensor } from "../rule.js";

/** A layer that combines its inputs element by element. */
export interface MergeOptions {
  /**
   * What becomes of masks: in Keras 1 and 2 a step is kept where no input that has a mask masks it; in Keras 3 where
   * any input keeps it, and nothing is masked where one input has no mask.
   */
  readonly masks: "all" | "any";
}

type Combine = (tf: Ops, a: Tensor, b: Tensor) => Tensor;

const adding: Combine = (tf, a, b) => tf.add(a, b);

/** `Add` (keras/src/layers/merging/add.py); inputs of lower rank get axes of 1 behind the batch. */
export const add: LayerRule<MergeOptions> = mergeLayer("Add", (request) => reduced(request, adding));

/** `Subtract`: the first less the second, of exactly two. */
export const subtract: LayerRule<MergeOptions> = mergeLayer("Subtract", (request) => {
  return reduced(request, (tf, a, b) => tf.sub(a, b));
});

/** `Multiply`. Keras 3 takes masked steps as 1, and as 0 where all inputs mask them. */
export const multiply: LayerRule<MergeOptions> = mergeLayer("Multiply", multiplied);

/** `Average`. */
export const average: LayerRule<MergeOptions> = mergeLayer("Average", (request) => {
  return request.tf.div(reduced(request, adding), request.inputs.length);
});

/** `Maximum`. Keras 3 leaves masked steps out. */
export const maximum: LayerRule<MergeOptions> = mergeLayer("Maximum", (request) => {
  return chosen(request, (tf, a, b) => tf.maximum(a, b));
});

/** `Minimum`. Keras 3 leaves masked steps out. */
export const minimum: LayerRule<MergeOptions> = mergeLayer("Minimum", (request) => {
  return chosen(request, (tf, a, b) => tf.minimum(a, b));
});

function mergeLayer(className: string, call: (request: CallRequest<MergeOptions>) => Tensor): LayerRule<MergeOptions> {
  return {
    className,
    read: (config) => ({ masks: config.generation === "keras3" ? "any" : "all" }),
    outputShapes({ inputs }) {
      if (className === "Subtract" && inputs.length !== 2) {
        throw new KerasProofError("bad-graph", className, `found ${inputs.length} inputs, wanted 2`);
      }
      return [broadcastShape(className, inputs)];
    },
    call,
    masks: (request) => [mergedMask(request)],
  };
}

function broadcastShape(className: string, inputs: readonly Shape[]): Shape {
  const rank = inputs.reduce((most, shape) => Math.max(most, shape.length), 0);
  const aligned = inputs.map((shape) => alignedShape(shape, rank));
  return Array.from({ length: rank }, (_, axis) => {
    const extents = aligned.map((shape) => shape[axis] as number | null);
    const fixed = new Set(extents.filter((extent) => extent !== null && (extent !== 1 || axis === 0)));
    if (fixed.size > 1) {
      const found = inputs.map((shape) => `[${shape.map((extent) => extent ?? "null").join(", ")}]`).join(", ");
      throw new KerasProofError("bad-graph", className, `found inputs of shapes ${found}, wanted ones that broadcast`);
    }
    if (axis > 0 && extents.includes(null)) return null;
    return [...fixed][0] ?? (axis === 0 ? null : 1);
  });
}

function alignedShape<Extent>(shape: readonly Extent[], rank: number): (Extent | 1)[] {
  const [batch, ...rest] = shape;
  const ones = Array.from({ length: rank - shape.length }, () => 1 as const);
  return batch === undefined ? ones : [batch, ...ones, ...rest];
}

function alignedInputs({ tf, inputs }: CallRequest<MergeOptions>): readonly Tensor[] {
  const rank = inputs.reduce((most, input) => Math.max(most, input.rank), 0);
  return inputs.map((input) => (input.rank === rank ? input : tf.reshape(input, alignedShape(input.shape, rank))));
}

function reduced(request: CallRequest<MergeOptions>, combine: Combine): Tensor {
  const [first, ...rest] = alignedInputs(request);
  return rest.reduce((total, next) => combine(request.tf, total, next), first as Tensor);
}

/** `_apply_merge_op_and_or_mask` of Keras 3.15.1 (merging/base_merge.py) where inputs have masks. */
function chosen(request: CallRequest<MergeOptions>, combine: Combine): Tensor {
  const masks = elementMasks(request);
  if (masks === null) return reduced(request, combine);
  const { tf, inputs } = request;
  let output = leading(inputs);
  let outputMask = masks[0] ?? null;
  for (const [index, input] of inputs.entries()) {
    if (index === 0) continue;
    const mask = masks[index] ?? null;
    const next = mask === null ? input : tf.where(mask, input, output);
    if (outputMask !== null) output = tf.where(outputMask, output, next);
    outputMask = mask === null || outputMask === null ? null : tf.logicalOr(outputMask, mask);
    output = combine(tf, output, next);
  }
  return output;
}

/** `Multiply` of Keras 3.15.1 where inputs have masks. */
function multiplied(request: CallRequest<MergeOptions>): Tensor {
  const { tf, inputs } = request;
  const masks = elementMasks(request);
  if (masks === null) return reduced(request, (ops, a, b) => ops.mul(a, b));
  const factors = inputs.map((input, index) => {
    const mask = masks[index] ?? null;
    return mask === null ? input : tf.where(mask, input, tf.onesLike(input));
  });
  const product = factors.reduce((total, next) => tf.mul(total, next));
  if (masks.includes(null)) return product;
  const kept = (masks as readonly Tensor[]).reduce((total, next) => tf.logicalOr(total, next));
  return tf.where(kept, product, tf.zerosLike(product));
}

/** The masks spread over their inputs, where Keras 3 computes with them; `null` where it does not. */
function elementMasks({ tf, options, inputs, masks }: CallRequest<MergeOptions>): readonly (Tensor | null)[] | null {
  const rank = leading(inputs).rank;
  const plain = options.masks === "all" || masks.every((mask) => mask === null);
  if (plain || inputs.some((input) => input.rank !== rank)) return null;
  return masks.map((mask, index) => {
    if (mask === null) return null;
    const input = inputs[index] as Tensor;
    if (mask.rank !== input.rank - 1 || inputs.some((one) => one.size !== input.size)) {
      const message = "found masked inputs of other shapes than (batch, steps, features), all alike";
      throw new KerasProofError("unsupported-mask", "merge", message);
    }
    return condition(tf, mask, (one) => tf.logicalAnd(tf.expandDims(one, -1), tf.ones(input.shape, "bool")));
  });
}

function mergedMask({ tf, options, masks }: CallRequest<MergeOptions>): Tensor | null {
  const known = masks.filter((mask) => mask !== null);
  if (known.length === 0 || (options.masks === "any" && known.length < masks.length)) return null;
  return known.reduce((a, b) => (options.masks === "all" ? tf.logicalAnd(a, b) : tf.logicalOr(a, b)));
}
