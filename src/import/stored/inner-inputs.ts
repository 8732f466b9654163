import type { InputShapes } from "../../constraints/weights/weight-facts.js";
import type { OpenShape } from "../../constraints/weights/weight-shape.js";
import type { LayerNode } from "./layer-tree.js";

/** Layers that call the one inside them on their own input. */
const passing: ReadonlySet<string> = new Set(["Bidirectional", "SpectralNormalization", "StackedRNNCells"]);
/** Layers that call the one inside them on each step of their input. */
const stepping: ReadonlySet<string> = new Set(["TimeDistributed", "RNN", "ConvRNN2D"]);

const none: InputShapes = new Map();

/**
 * The inputs of the layers inside one whose own inputs are `inputs`, by their order, as far as the class of the one around
 * them tells: wrappers, cells, and the first layer of a Sequential.
 */
export function innerInputs(node: LayerNode, inputs: InputShapes): readonly InputShapes[] {
  const shape = inputs.get("input_shape");
  if (node.model === "sequential") return sequentialInputs(node, shape);
  if (stepping.has(node.className)) return node.inner.map(() => stepOf(shape));
  if (!passing.has(node.className)) return node.inner.map(() => none);
  return node.inner.map((_, place) => {
    const before = node.className === "StackedRNNCells" ? node.inner[place - 1]?.node : undefined;
    return before === undefined ? asInput(shape) : outputOfCell(before);
  });
}

function asInput(shape: OpenShape | undefined): InputShapes {
  return shape === undefined ? none : new Map([["input_shape", shape]]);
}

/** Without the axis of time. */
function stepOf(shape: OpenShape | undefined): InputShapes {
  return shape === undefined || shape.length < 2 ? none : asInput([shape[0]!, ...shape.slice(2)]);
}

function outputOfCell({ config }: LayerNode): InputShapes {
  const { units } = config;
  return typeof units === "number" ? asInput([null, units]) : none;
}

/** What an InputLayer declares, or the model's own input, reaches the first layer alone. */
function sequentialInputs({ inner }: LayerNode, shape: OpenShape | undefined): InputShapes[] {
  let next = shape;
  return inner.map(({ node }) => {
    if (node.className === "InputLayer") {
      next = node.declared.get("input_shape") ?? next;
      return none;
    }
    const found = asInput(next);
    next = undefined;
    return found;
  });
}
