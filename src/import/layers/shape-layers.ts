import { KerasProofError } from "../../errors.js";
import type { ConfigReader } from "../config-reader.js";
import { type LayerRule, only, type Shape } from "../rule.js";

/** Makes one axis of all axes but the batch. */
export interface FlattenOptions {
  /** Whether the channels, on axis 1, are brought to the end first. */
  readonly channelsFirst: boolean;
}

/**
 * `Flatten` (keras/src/layers/reshaping/flatten.py). With `channels_first` Keras 2.1 and above brings the channels to
 * the end first; Keras 1 and 2.0 have no such option and keep the order.
 */
export const flatten: LayerRule<FlattenOptions> = {
  className: "Flatten",
  read: (config) => ({ channelsFirst: config.dataFormat() === "channels_first" && config.generation !== "keras1" }),
  outputShapes({ inputs }) {
    const shape = only(inputs);
    return [[shape[0] ?? null, shape.length === 1 ? 1 : sizeOfKnown(shape.slice(1))]];
  },
  call({ tf, options, inputs }) {
    const x = only(inputs);
    const size = x.shape.slice(1).reduce((product, extent) => product * extent, 1);
    if (!options.channelsFirst || x.rank < 3) return tf.reshape(x, [x.shape[0], size]);
    const order = [0, ...Array.from({ length: x.rank - 2 }, (_, index) => index + 2), 1];
    return tf.reshape(tf.transpose(x, order), [x.shape[0], size]);
  },
};

/** Gives the axes behind the batch another shape. */
export interface ReshapeOptions {
  /** Without the batch; one extent may be -1 and is worked out. */
  readonly targetShape: readonly number[];
}

/** `Reshape` (keras/src/layers/reshaping/reshape.py). */
export const reshape: LayerRule<ReshapeOptions> = {
  className: "Reshape",
  read(config) {
    const targetShape = config.integerList("target_shape");
    const open = targetShape.filter((extent) => extent === -1).length;
    if (open > 1 || targetShape.some((extent) => extent < -1)) {
      const found = `found ${JSON.stringify(targetShape)}, wanted extents of which at most one is -1`;
      return config.problem("bad-config", "target_shape", found, { targetShape: [-1] });
    }
    return { targetShape };
  },
  outputShapes({ options, inputs }) {
    const [batch = null, ...rest] = only(inputs);
    const size = sizeOfKnown(rest);
    const fixed = options.targetShape.reduce((product, extent) => (extent === -1 ? product : product * extent), 1);
    const open = options.targetShape.includes(-1);
    if (size !== null && (open ? fixed === 0 || size % fixed !== 0 : size !== fixed)) {
      const message = `found ${size} numbers for each sample, wanted a number for [${options.targetShape.join(", ")}]`;
      throw new KerasProofError("bad-graph", "Reshape", message);
    }
    const missing = size === null ? null : size / fixed;
    return [[batch, ...options.targetShape.map((extent) => (extent === -1 ? missing : extent))]];
  },
  call({ tf, options, inputs }) {
    const x = only(inputs);
    const size = x.shape.slice(1).reduce((product, extent) => product * extent, 1);
    const fixed = options.targetShape.reduce((product, extent) => (extent === -1 ? product : product * extent), 1);
    const target = options.targetShape.map((extent) => (extent === -1 ? size / fixed : extent));
    return tf.reshape(x, [x.shape[0], ...target]);
  },
};

/** Puts the axes behind the batch in another order. */
export interface PermuteOptions {
  /** The axes in their new order, counted from 1. */
  readonly dims: readonly number[];
}

/** `Permute` (keras/src/layers/reshaping/permute.py). */
export const permute: LayerRule<PermuteOptions> = {
  className: "Permute",
  read(config: ConfigReader) {
    const dims = config.integerList("dims");
    if (dims.toSorted((a, b) => a - b).every((axis, index) => axis === index + 1)) return { dims };
    const found = `found ${JSON.stringify(dims)}, wanted each axis from 1 on once`;
    return config.problem("bad-config", "dims", found, { dims: [1] });
  },
  outputShapes({ options, inputs }) {
    const shape = only(inputs);
    if (shape.length !== options.dims.length + 1) {
      const message = `found an input of rank ${shape.length}, wanted ${options.dims.length + 1}`;
      throw new KerasProofError("bad-graph", "Permute", message);
    }
    return [[shape[0] ?? null, ...options.dims.map((axis) => shape[axis] ?? null)]];
  },
  call: ({ tf, options, inputs }) => tf.transpose(only(inputs), [0, ...options.dims]),
};

function sizeOfKnown(shape: Shape): number | null {
  let size = 1;
  for (const extent of shape) {
    if (extent === null) return null;
    size *= extent;
  }
  return size;
}
