import type { Divergence, TensorVerdict } from "./verdict.js";

/**
 * The first thing that is wrong: the first layer call, in the order of computation, that is not the same function; else
 * the whole model, whose graph is then wired wrongly; else the first that the backend does not compute. `null` where all
 * agree.
 */
export function findDivergence(calls: readonly TensorVerdict[], outputs: readonly TensorVerdict[]): Divergence | null {
  for (const question of ["import", "backend"] as const) {
    for (const tensors of [calls, outputs]) {
      const found = tensors.find((tensor) => tensor.question === question && !tensor.agrees);
      if (found !== undefined) return divergenceOf(found, calls.length > 0);
    }
  }
  return null;
}

function divergenceOf(tensor: TensorVerdict, judgedAlone: boolean): Divergence {
  const { layer, className, call, name, question, worst, share } = tensor;
  return {
    layer,
    className,
    call,
    tensor: name,
    question,
    index: worst?.index ?? null,
    actual: worst?.actual ?? null,
    expected: worst?.expected ?? null,
    share,
    message: tensor.failure ?? wording(tensor, judgedAlone),
    agreesIf: null,
  };
}

function wording({ layer, question, basis, worst }: TensorVerdict, judgedAlone: boolean): string {
  if (layer !== null) {
    return question === "import"
      ? "the layer does not compute what Keras computes"
      : "the backend does not compute what the import says";
  }
  if (question === "backend") return "the backend does not compute what the import says";
  if (basis === "derived" && worst !== null && Number.isFinite(worst.actual) && !Number.isFinite(worst.expected)) {
    return "Keras's float32 has no finite number there, where float64 has one: record float64 to tell the function";
  }
  return judgedAlone
    ? "every layer call agrees alone and the whole model does not: its graph is wired in another way than Keras's"
    : "the model does not compute what Keras computes";
}
