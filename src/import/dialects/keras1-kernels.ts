import type { JsonObject } from "../../formats/python-json.js";
import type { MappedAxes } from "../raw-graph.js";

/** How Keras 1 stored a kernel whose layout is another since Keras 2. */
export interface Keras1Kernel {
  /** The new axis of each stored axis, `null` for one of extent 1 that is dropped. */
  readonly axes: readonly (number | null)[];
  /** What the stored axes mean. */
  readonly layout: string;
  /** The options of the constraints that hold for it. */
  readonly constraints: readonly string[];
}

const kernelOnly = ["kernel_constraint"];
const filtersFirst = "filters, channels, rows, columns";

/**
 * How Keras 1 stored the kernels of a layer, by Keras 3's class name and options; `null` where the layout has stayed
 * (K1:keras/layers/convolutional.py, build of each class; K2.2.4:keras/engine/saving.py 591).
 */
export function keras1Kernel(className: string, config: JsonObject): Keras1Kernel | null {
  const first = config["data_format"] === "channels_first";
  switch (className) {
    case "Conv1D":
      return { axes: [0, null, 1, 2], layout: "steps, 1, channels, filters", constraints: kernelOnly };
    case "Conv2D":
      return first ? { axes: [3, 2, 0, 1], layout: filtersFirst, constraints: kernelOnly } : null;
    case "SeparableConv2D":
      return first
        ? { axes: [3, 2, 0, 1], layout: filtersFirst, constraints: ["depthwise_constraint", "pointwise_constraint"] }
        : null;
    case "Conv3D":
      return first
        ? { axes: [4, 3, 0, 1, 2], layout: "filters, channels, depth, rows, columns", constraints: kernelOnly }
        : null;
    case "Conv2DTranspose":
      return first
        ? { axes: [2, 3, 0, 1], layout: filtersFirst, constraints: kernelOnly }
        : { axes: [0, 1, 3, 2], layout: "rows, columns, channels, filters", constraints: kernelOnly };
    default:
      return null;
  }
}

/** The mapping of constraint axes that goes with a layer of Keras 1. */
export function keras1MappedAxes(className: string, config: JsonObject): ReadonlyMap<string, MappedAxes> | undefined {
  const kernel = keras1Kernel(className, config);
  if (kernel === null) return undefined;
  return new Map(kernel.constraints.map((key) => [key, { axes: kernel.axes, layout: kernel.layout }]));
}
