import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { KerasProofError } from "../errors.js";
import { attachMask, maskOf } from "./masks.js";
import type { LayerRule, RuleLookup, Shape, Tensor } from "./rule.js";
import type { LayerSpec } from "./spec.js";
import { formatSavedLayer } from "./saved-layer.js";
import { savedClassName, verbatim } from "./saved-text.js";
import { tfjsNames } from "./tfjs-name.js";

/** A shape as tfjs has it. */
export type TfjsShape = (number | null)[];

/** How a layer stands in tfjs. */
export interface KerasLayerArgs {
  /** Its name in tfjs. */
  readonly name: string;
  /** The tfjs names of the models above, each followed by `/`: it makes the names of its weights differ from others'. */
  readonly scope: string;
  readonly ruleOf: RuleLookup;
  /**
   * Numbers of one output; more are refused with `limit` when the layer is called. Default 2^32, 16 GiB in float32,
   * beyond which an option of the file, such as a padding, is no honest one.
   */
  readonly largestOutput?: number;
}

/**
 * The one tfjs layer class: it holds the weights of a Keras layer and computes by the layer's rule. Constraints and
 * regularizers are not given to tfjs, which would change loaded weights by the former (variables.js of tfjs-layers
 * 4.22) and never apply them in training.
 */
export class KerasLayer extends tfl.layers.Layer {
  static className: string = savedClassName("Layer");
  readonly spec: LayerSpec;
  readonly #rule: LayerRule;
  readonly #args: KerasLayerArgs;
  #variables: tf.Variable[] = [];

  constructor(spec: LayerSpec, args: KerasLayerArgs) {
    super({ name: args.name, trainable: spec.trainable });
    this.spec = spec;
    this.#rule = args.ruleOf(spec.className);
    this.#args = args;
  }

  /** Such as `KerasProof>Dense`, under which `tf.loadLayersModel` finds it once it is registered (see `registerLayers`). */
  override getClassName(): string {
    return savedClassName(this.spec.className);
  }

  /** By which it is saved: see `formatSavedLayer`. */
  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), keras: verbatim(formatSavedLayer({ spec: this.spec, scope: this.#args.scope })) };
  }

  /** The variables that hold the layer's weights, in the order of the rule's slots. */
  get variables(): readonly tf.Variable[] {
    return this.#variables;
  }

  override build(_inputShape: TfjsShape | TfjsShape[]): void {
    const zeros = tfl.initializers.zeros();
    const flatNames = this.spec.weights.map((weight) => weight.name.replaceAll("/", "_"));
    const names = tfjsNames(flatNames);
    this.#variables = this.spec.weights.map((weight, slot) => {
      // tfjs puts the layer's name before it, and saves and loads weights by the whole, which must occur once in a model.
      const name = this.#args.scope + (names.get(flatNames[slot] as string) as string);
      const variable = this.addWeight(name, [...weight.shape], "float32", zeros, undefined, weight.trainable);
      // Below `LayerVariable`, whose write would apply a constraint; the same variable that the optimizer assigns.
      return variable.read() as tf.Variable;
    });
    // tfjs tells the variables of a frozen layer only where it is frozen later, and `minimize` asks them.
    if (!this.trainable) this.trainable = false;
    this.built = true;
  }

  override computeOutputShape(inputShape: TfjsShape | TfjsShape[]): TfjsShape | TfjsShape[] {
    const outputs = this.#rule.outputShapes({
      options: this.spec.options,
      inputs: shapeList(inputShape),
      ruleOf: this.#args.ruleOf,
    });
    const shapes = outputs.map((shape) => [...shape]);
    return shapes.length === 1 ? (shapes[0] as TfjsShape) : shapes;
  }

  override call(inputs: Tensor | Tensor[], kwargs: { training?: boolean } = {}): Tensor | Tensor[] {
    const list = Array.isArray(inputs) ? inputs : [inputs];
    this.#checkSize(list);
    const masksIn = list.map(maskOf);
    const outputs: Tensor[] = [];
    const masks: (Tensor | null)[] = [];
    tf.tidy(() => {
      const request = {
        tf,
        options: this.spec.options,
        inputs: list,
        weights: this.#variables,
        masks: masksIn,
        training: kwargs.training === true,
        trainable: this.trainable,
        update: (slot: number, value: Tensor) => this.#variables[slot]?.assign(value),
        ruleOf: this.#args.ruleOf,
      };
      const result = this.#rule.call(request);
      const tensors = (Array.isArray(result) ? result : [result]) as readonly Tensor[];
      // tfjs copies an output that is one of the inputs, and the copy would be without its mask.
      outputs.push(...tensors.map((tensor) => (list.includes(tensor) ? tf.clone(tensor) : tensor)));
      if (masksIn.some((mask) => mask !== null) || typeof this.#rule.masks === "function") {
        masks.push(...masksAfter(this.#rule, request, outputs.length));
      }
      return [...outputs, ...masks.filter((mask) => mask !== null)];
    });
    for (const [index, output] of outputs.entries()) attachMask(output, masks[index] ?? null);
    return outputs.length === 1 ? (outputs[0] as Tensor) : outputs;
  }

  /** A few options, such as a padding, ask for any amount of memory; it is refused before it is allocated. */
  #checkSize(inputs: readonly Tensor[]): void {
    const { largestOutput = 2 ** 32 } = this.#args;
    const shapes = inputs.map((input) => input.shape);
    for (const shape of this.#rule.outputShapes({
      options: this.spec.options,
      inputs: shapes,
      ruleOf: this.#args.ruleOf,
    })) {
      const size = shape.reduce<number>((product, extent) => product * (extent ?? 1), 1);
      if (size <= largestOutput) continue;
      const message = `found an output of shape (${shape.join(", ")}), wanted at most ${largestOutput} numbers`;
      throw new KerasProofError("limit", this.spec.path, message);
    }
  }
}

function masksAfter(
  rule: LayerRule,
  request: Parameters<LayerRule["call"]>[0],
  count: number,
): readonly (Tensor | null)[] {
  if (typeof rule.masks === "function") return rule.masks(request);
  if (rule.masks === "pass") return Array.from({ length: count }, () => request.masks[0] ?? null);
  return [];
}

/** The shapes of one input or of several. */
export function shapeList(shape: TfjsShape | TfjsShape[]): Shape[] {
  return Array.isArray(shape[0]) ? (shape as TfjsShape[]) : [shape as TfjsShape];
}
