import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, oneOf, type OptionKinds, required, someNumber, truthValue } from "../check-options.js";
import type { SgdSpec } from "./sgd-spec.js";

type NamedTensors = Awaited<ReturnType<tf.Optimizer["getWeights"]>>;
type Gradients = Parameters<tf.Optimizer["applyGradients"]>[0];

const specKinds: OptionKinds<SgdSpec> = {
  kind: required(oneOf("sgd")),
  learningRate: required(someNumber),
  momentum: required(someNumber),
  nesterov: required(truthValue),
  decay: required(someNumber),
  arithmetic: required(oneOf("multi-backend", "optimizer")),
};

/**
 * Keras's SGD as an optimizer of tfjs, with Keras's order of operations: in float32 its weights are Keras's up to the
 * rounding of the gradients, in the double run up to that of float64. (tfjs's own momentum keeps another velocity,
 * v = m·v + g, and its `nesterov` another step.) It starts as a newly compiled Keras optimizer does: at step 0, with
 * velocities of zero. A variable without a gradient keeps its value and its velocity. Without momentum there is no
 * velocity: where Keras 1 and 2 keep one all the same, it shows only after an infinite gradient, from which they go on
 * with NaN.
 *
 * Velocities take the memory of the variables once more where the momentum is not 0; `dispose` frees them. Throws `usage` for a
 * spec that is not complete.
 */
export class KerasSgd extends tf.Optimizer {
  /** The name under which tfjs saves and loads it; it is registered where this module is loaded. */
  static readonly className: string = "KerasProof>SGD";
  readonly #spec: SgdSpec;
  readonly #velocities: Map<tf.Variable, tf.Variable> = new Map();

  constructor(spec: SgdSpec) {
    checkOptions("KerasSgd", spec, specKinds);
    super();
    this.#spec = spec;
  }

  override applyGradients(gradients: Gradients): void {
    const { registeredVariables } = tf.engine();
    tf.tidy(() => {
      const rate = this.#learningRate();
      for (const [name, gradient] of listGradients(gradients)) {
        const variable = registeredVariables[name];
        if (variable !== undefined && gradient !== null) this.#step(variable, gradient, rate);
      }
    });
    this.incrementIterations();
  }

  static override fromConfig<T extends tf.serialization.Serializable>(
    type: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new type(config);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...this.#spec };
  }

  /** The number of steps, then the velocities in the order in which their variables first had a gradient. */
  override async getWeights(): Promise<NamedTensors> {
    const steps = await this.saveIterations();
    const velocities = [...this.#velocities].map(([{ name }, tensor]) => ({ name: `${name}/velocity`, tensor }));
    return [steps, ...velocities];
  }

  /** What `getWeights` gave for a model whose variables have the same names. */
  override async setWeights(weights: NamedTensors): Promise<void> {
    const { registeredVariables } = tf.engine();
    for (const { name, tensor } of await this.extractIterations(weights)) {
      const variable = registeredVariables[name.replace(/\/velocity$/u, "")];
      if (variable !== undefined) this.#velocityOf(variable).assign(tensor);
    }
  }

  override dispose(): void {
    tf.dispose([...this.#velocities.values()]);
    this.#velocities.clear();
  }

  #step(variable: tf.Variable, gradient: tf.Tensor, rate: tf.Tensor): void {
    const { momentum, nesterov, arithmetic } = this.#spec;
    const change = tf.mul(gradient, rate);
    if (momentum === 0) {
      variable.assign(tf.sub(variable, change));
      return;
    }
    const velocity = this.#velocityOf(variable);
    const moved = tf.sub(tf.mul(velocity, momentum), change);
    velocity.assign(moved);
    if (!nesterov) variable.assign(tf.add(variable, moved));
    else if (arithmetic === "multi-backend") {
      variable.assign(tf.sub(tf.add(variable, tf.mul(moved, momentum)), change));
    } else variable.assign(tf.add(variable, tf.sub(tf.mul(moved, momentum), change)));
  }

  #velocityOf(variable: tf.Variable): tf.Variable {
    let velocity = this.#velocities.get(variable);
    if (velocity === undefined) {
      velocity = tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
      this.#velocities.set(variable, velocity);
    }
    return velocity;
  }

  /** Computed in tensors, so that it is rounded where Keras rounds it. */
  #learningRate(): tf.Tensor {
    const { learningRate, decay, arithmetic } = this.#spec;
    if (decay === 0) return tf.scalar(learningRate);
    const growth = tf.add(1, tf.mul(decay, this.iterations));
    if (arithmetic === "optimizer") return tf.div(learningRate, growth);
    return tf.mul(learningRate, tf.div(1, growth));
  }
}

tf.serialization.registerClass(KerasSgd);

/** By the names of the variables; tfjs gives `null` for a variable that the loss does not depend on. */
function listGradients(gradients: Gradients): readonly (readonly [string, tf.Tensor | null])[] {
  if (Array.isArray(gradients)) return gradients.map(({ name, tensor }) => [name, tensor]);
  return Object.entries(gradients);
}
