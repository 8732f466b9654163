import * as tf from "@tensorflow/tfjs-core";
import type { CustomConstraints } from "../constraints/custom-constraint.js";
import { KerasProofError } from "../errors.js";
import { KerasLayer, shapeList, type TfjsShape } from "./keras-layer.js";
import { NestedModel } from "./nested-model.js";
import type { LayerRegistry } from "./registry.js";
import { RepeatedInput } from "./repeated-input.js";
import { requireRule } from "./require-rule.js";
import type { LayerRule } from "./rule.js";
import { readSavedLayer } from "./saved-layer.js";
import { readVerbatim, savedClassName } from "./saved-text.js";

/** What saved layers are read with, by class name. */
const rules = new Map<string, LayerRule>();
const constraints = new Map<string, CustomConstraints[string]>();

/** The functions of custom constraints that were registered. */
export function registeredConstraints(): CustomConstraints {
  return Object.fromEntries(constraints);
}

/**
 * Makes `tf.loadLayersModel` know the layers of imported models: one class `KerasProof>Dense` and so on for each rule.
 * A rule or function of a name that is registered already takes its place.
 */
export function registerLayers(registry: LayerRegistry, customConstraints: CustomConstraints = {}): void {
  for (const [name, change] of Object.entries(customConstraints)) constraints.set(name, change);
  for (const [className, rule] of registry) {
    if (!rules.has(className)) tf.serialization.registerClass(loadableLayer(className));
    rules.set(className, rule);
  }
  for (const model of [NestedModel, RepeatedInput]) tf.serialization.registerClass(model);
}

/** A layer that was saved. */
class LoadedLayer extends KerasLayer {
  /** Throws `bad-graph` where the graph of tfjs, which was saved apart, gives it inputs for which it has no weights. */
  override build(inputShape: TfjsShape | TfjsShape[]): void {
    const { className, options, weights, path } = this.spec;
    const request = { options, inputs: shapeList(inputShape), ruleOf };
    const slots = ruleOf(className).weights?.(request) ?? [];
    const [found, wanted] = [slots, weights].map((list) => list.map(({ shape }) => `(${shape.join(", ")})`).join(", "));
    if (found !== wanted) {
      const message = `found an input for which the weights would be ${found || "none"}, wanted ${wanted || "none"}`;
      throw new KerasProofError("bad-graph", path, message);
    }
    super.build(inputShape);
  }
}

function ruleOf(className: string): LayerRule {
  return requireRule(rules, className);
}

function loadableLayer(className: string): typeof KerasLayer {
  return class extends KerasLayer {
    static override className: string = savedClassName(className);

    static override fromConfig<T extends tf.serialization.Serializable>(
      _cls: tf.serialization.SerializableConstructor<T>,
      config: tf.serialization.ConfigDict,
    ): T {
      return loadLayer(config) as tf.serialization.Serializable as T;
    }
  };
}

function loadLayer(config: tf.serialization.ConfigDict): KerasLayer {
  const { name } = config;
  if (typeof name !== "string") {
    throw new KerasProofError("bad-config", "saved layer", "found no name, wanted one");
  }
  const path = `saved layer ${name}`;
  const registered = { registry: rules, customConstraints: registeredConstraints() };
  const { spec, scope } = readSavedLayer(readVerbatim(config, "keras", path), path, registered);
  const trainable = config["trainable"] !== false;
  return new LoadedLayer({ ...spec, trainable }, { name, scope, ruleOf });
}
