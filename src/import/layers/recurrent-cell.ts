import type { Ops, Tensor } from "../rule.js";

/** The weights that a step of a cell needs; the input's are already applied. */
interface StepWeights {
  /** [units, gates · units]. */
  readonly recurrentKernel: Tensor;
  /** What is added to the product with the recurrent kernel, [gates · units], or `null`. */
  readonly recurrentBias: Tensor | null;
}

/** One step of a recurrent layer, without time, masks or weights of the input. */
export interface RecurrentCell<Options> {
  /** How many blocks of `units` columns each kernel has. */
  readonly gates: number;
  /** How many states there are, each [batch, units]; the first is also the output. */
  readonly states: number;
  /** True where the bias has two rows, for the input's product and for the recurrent one. */
  readonly twoBiases: (options: Options) => boolean;
  /**
   * The next states. `input` is the step's input times the kernel, its bias added, [batch, gates · units]; nothing is
   * disposed.
   */
  readonly step: (
    tf: Ops,
    options: Options,
    input: Tensor,
    states: readonly Tensor[],
    weights: StepWeights,
  ) => Tensor[];
}
