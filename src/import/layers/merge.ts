import { KerasProofError } from "../../errors.js";
import type { LayerRule, Ops, Shape, Tensor } from "../rule.js";

/** An element-wise merge of its inputs. */
export interface MergeOptions {
  /** How the masks of the inputs are joined: Keras 3 takes a step that any input has, Keras 2 one that all have. */
  readonly masksBy: "or" | "and";
}

/**
 * Keras's element-wise merging layers (keras/src/layers/merging/base_merge.py 3.15; keras/layers/merge.py 2.3.1). Inputs
 * of lower rank get axes of extent 1 after the batch; then extents broadcast.
 */
function mergeRule(className: string, merge: (tf: Ops, inputs: readonly Tensor[]) => Tensor): LayerRule<MergeOptions> {
  return {
    className,
    read: (config) => ({ masksBy: config.generation === "keras3" ? "or" : "and" }),
    outputShapes: ({ inputs }) => [broadcastShape(className, inputs)],
    call({ tf, inputs }) {
      const rank = Math.max(...inputs.map((input) => input.rank));
      return merge(
        tf,
        inputs.map((input) => raiseRank(tf, input, rank)),
      );
    },
    masks({ tf, options, inputs, masks }) {
      const present = masks.filter((mask) => mask !== null);
      const [first, ...rest] = present;
      if (first === undefined) return [null];
      if (options.masksBy === "or") {
        return [present.length < inputs.length ? null : rest.reduce((left, right) => tf.logicalOr(left, right), first)];
      }
      return [rest.reduce((left, right) => tf.logicalAnd(left, right), first)];
    },
  };
}

function raiseRank(tf: Ops, input: Tensor, rank: number): Tensor {
  if (input.rank === rank) return input;
  const [batch, ...rest] = input.shape as [number, ...number[]];
  return tf.reshape(input, [batch, ...Array.from({ length: rank - input.rank }, () => 1), ...rest]);
}

/** The shape that the inputs broadcast to, each raised to the highest rank. */
function broadcastShape(className: string, inputs: readonly Shape[]): Shape {
  if (inputs.length === 0) throw new KerasProofError("bad-graph", className, "found no inputs, wanted at least one");
  const rank = Math.max(...inputs.map((shape) => shape.length));
  const raised = inputs.map(([batch = null, ...rest]): Shape => {
    return [batch, ...Array.from({ length: rank - rest.length - 1 }, () => 1), ...rest];
  });
  return Array.from({ length: rank }, (_, axis) => {
    const extents = new Set(raised.map((shape) => shape[axis] ?? null).filter((extent) => extent !== 1));
    if (extents.size === 0) return 1;
    const known = [...extents].filter((extent) => extent !== null);
    if (new Set(known).size > 1) {
      const shapes = inputs.map((shape) => `[${shape.join(", ")}]`).join(" and ");
      throw new KerasProofError(
        "bad-graph",
        className,
        `found inputs of the shapes ${shapes}, wanted ones that broadcast`,
      );
    }
    return extents.has(null) && axis === 0 ? null : (known[0] ?? null);
  });
}

const fold =
  (step: (tf: Ops, left: Tensor, right: Tensor) => Tensor) =>
  (tf: Ops, inputs: readonly Tensor[]): Tensor =>
    inputs.reduce((left, right) => step(tf, left, right));

const sum = fold((tf, left, right) => tf.add(left, right));

/** The sum of its inputs. */
export const add: LayerRule<MergeOptions> = mergeRule("Add", sum);

/** The product of its inputs. */
export const multiply: LayerRule<MergeOptions> = mergeRule(
  "Multiply",
  fold((tf, left, right) => tf.mul(left, right)),
);

/** The mean of its inputs: their sum divided by their number. */
export const average: LayerRule<MergeOptions> = mergeRule("Average", (tf, inputs) => {
  return tf.div(sum(tf, inputs), tf.scalar(inputs.length));
});

/** The larger of its inputs, element by element. */
export const maximum: LayerRule<MergeOptions> = mergeRule(
  "Maximum",
  fold((tf, left, right) => tf.maximum(left, right)),
);

/** The smaller of its inputs, element by element. */
export const minimum: LayerRule<MergeOptions> = mergeRule(
  "Minimum",
  fold((tf, left, right) => tf.minimum(left, right)),
);

const difference = mergeRule(
  "Subtract",
  fold((tf, left, right) => tf.sub(left, right)),
);

/** The first input less the second; exactly two. */
export const subtract: LayerRule<MergeOptions> = {
  ...difference,
  outputShapes(request) {
    const { length } = request.inputs;
    if (length !== 2) throw new KerasProofError("bad-graph", "Subtract", `found ${length} inputs, wanted 2`);
    return difference.outputShapes(request);
  },
};
