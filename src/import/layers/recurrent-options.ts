import type { Constraint } from "../../constraints/spec.js";
import type { ActivationSpec } from "../activation-spec.js";
import type { ConfigReader } from "../config-reader.js";
import type { Writer } from "../writer.js";

/** What every recurrent layer has. */
export interface RecurrentOptions {
  readonly units: number;
  readonly activation: ActivationSpec;
  readonly useBias: boolean;
  readonly kernelConstraint: Constraint | null;
  readonly recurrentConstraint: Constraint | null;
  readonly biasConstraint: Constraint | null;
  /** True gives the output of every step, in the order in which the steps were taken; false the last one. */
  readonly returnSequences: boolean;
  /** True gives the last states as further outputs. */
  readonly returnState: boolean;
  /** True takes the steps from the last to the first. */
  readonly goBackwards: boolean;
  /** What a masked step gives out: zeros, or by default the output before it, zeros at the start. */
  readonly zeroOutputForMask: boolean;
  /** True where Keras writes the steps out one after another, which shows in masked steps taken backwards alone. */
  readonly unroll: boolean;
  /** Whether `Bidirectional` sets `zeroOutputForMask` to `returnSequences`, as Keras 3 and tf.keras do. */
  readonly zeroedByBidirectional: boolean;
  /**
   * Whether it is known that a step that is masked before the first one that counts gives out zeros where the states at
   * the start are given: on TensorFlow, Keras 2 before 2.3 gives out the state.
   */
  readonly startKnown: boolean;
  /**
   * Whether states at the start leave the sequence's mask without effect on the steps, though it goes on to the layers
   * after it: Keras 3 hands a mask only to calls with one tensor argument (keras/src/layers/layer.py `__call__`).
   */
  readonly statesUnmask: boolean;
  /** True where dropout acts in training. */
  readonly dropout: boolean;
}

/** A recurrent layer with gates. */
export interface GatedOptions extends RecurrentOptions {
  readonly recurrentActivation: ActivationSpec;
}

/**
 * Reads the options that all recurrent layers share. Every way to compute one (`implementation`, `unroll`, cuDNN) gives
 * the same function, and unrolled loops treat masks alike, save for `unroll` above (keras/src/backend/tensorflow/rnn.py of 3.15.1,
 * backend/tensorflow_backend.py and theano_backend.py of 1.2.2 and 2.2.4).
 *
 * Only tf.keras writes `time_major` in Keras 2's time, which tells its files from Keras 2.3.1's and before: there
 * `Bidirectional` leaves the outputs of masked steps as they are.
 */
export function readRecurrent(config: ConfigReader): RecurrentOptions {
  config.ignore("kernel_initializer", "recurrent_initializer", "bias_initializer", "unit_forget_bias", "seed");
  config.ignore("input_dim", "input_length", "enable_caching_device");
  config.trainingOnly("kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "activity_regularizer");
  config.only("implementation", 0, 1, 2);
  config.only("use_cudnn", "auto", true, false);
  config.only("time_major", false);
  config.only("num_constants", null);
  if (config.boolean("stateful", false)) {
    const message =
      "states are kept between batches in Keras; here every call starts from zeros, as Keras's first does";
    config.note("stateful", message, "stateful");
  }
  const ofKeras3OrTf = config.generation === "keras3" || config.has("time_major");
  const unroll = config.boolean("unroll", false);
  return {
    units: config.integer("units", { min: 1 }),
    activation: config.activation("activation", "tanh"),
    useBias: config.boolean("use_bias", true),
    kernelConstraint: config.weightConstraint("SimpleRNN", "kernel"),
    recurrentConstraint: config.weightConstraint("SimpleRNN", "recurrent_kernel"),
    biasConstraint: config.weightConstraint("SimpleRNN", "bias"),
    returnSequences: config.boolean("return_sequences", false),
    returnState: config.boolean("return_state", false),
    goBackwards: config.boolean("go_backwards", false),
    zeroOutputForMask: config.boolean("zero_output_for_mask", false),
    zeroedByBidirectional: ofKeras3OrTf,
    unroll,
    startKnown: unroll || ofKeras3OrTf || startsFromZeros(config.writer),
    statesUnmask: config.generation === "keras3",
    dropout: [config.number("dropout", 0), config.number("recurrent_dropout", 0)].some((rate) => rate > 0),
  };
}

function startsFromZeros({ kerasVersion, backend }: Writer): boolean {
  return backend === "theano" || kerasVersion?.startsWith("2.3.") === true;
}

/** Reads a gated layer's options; `recurrent_activation` is hard_sigmoid by default before Keras 2.3, then sigmoid. */
export function readGated(config: ConfigReader): GatedOptions {
  const fallback = config.generation === "keras3" ? "sigmoid" : "hard_sigmoid";
  return { ...readRecurrent(config), recurrentActivation: config.activation("recurrent_activation", fallback) };
}
