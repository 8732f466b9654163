import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { checkOptions, type OptionKinds } from "../check-options.js";
import { constraintFunctions } from "../constraints/argument-kinds.js";
import type { CustomConstraints } from "../constraints/custom-constraint.js";
import { ImportedTfjsModel } from "../import/imported-tfjs-model.js";
import { layerRules } from "../import/read-options.js";
import { registeredConstraints, registerLayers } from "../import/register-layers.js";
import { layerRegistry } from "../import/registry.js";
import type { LayerRule } from "../import/rule.js";
import { enforceWhenCompiled } from "./enforce.js";
import { modelConstraints } from "./model-constraints.js";

/** What the models to be loaded need beside what this package has. */
export interface RegisterOptions {
  readonly customLayers?: readonly LayerRule[];
  /** The functions of custom constraints, without which a model that has such constraints cannot be loaded. */
  readonly customConstraints?: CustomConstraints;
}

const optionKinds: OptionKinds<RegisterOptions> = {
  customLayers: layerRules,
  customConstraints: constraintFunctions,
};

/**
 * Makes `tf.loadLayersModel` know imported models that were saved by `model.save`; to be called before it, in a program
 * that has not imported such a model itself. Such a model is tfjs's format with layers of ours: it computes the same to
 * the bit, and its constraints, which are kept in its layers, hold in training again as soon as it is compiled (see
 * `enforceConstraints`, which also says how to take them off). What else the file said about training, such as its
 * optimizer, is not kept.
 *
 * A saved layer that was tampered with makes loading throw what importing it would: `bad-json`, `bad-config`,
 * `bad-constraint` and so on, at `saved layer <name>`. Throws `usage` for options that do not exist or of another kind.
 */
export function registerKerasLayers(options: RegisterOptions = {}): void {
  checkOptions("registerKerasLayers", options, optionKinds);
  const { customLayers = [], customConstraints = {} } = options;
  registerLayers(layerRegistry(customLayers), customConstraints);
  tf.serialization.registerClass(LoadedModel);
}

/** An imported model that was saved. */
class LoadedModel extends ImportedTfjsModel {
  static override fromConfig<T extends tf.serialization.Serializable>(
    ...args: Parameters<typeof tfl.LayersModel.fromConfig<T>>
  ): T {
    const model = super.fromConfig(...args);
    if (model instanceof LoadedModel) {
      enforceWhenCompiled(model, modelConstraints(model), { customConstraints: registeredConstraints() });
    }
    return model;
  }
}
