import type * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { withMasksOut } from "./masks.js";
import type { Tensor } from "./rule.js";
import { readVerbatim, savedClassName, verbatim } from "./saved-text.js";

type Ends = ConstructorParameters<typeof tfl.LayersModel>[0];

/** A model that is a layer of another one: the masks of its outputs come out with them. */
export class NestedModel extends tfl.LayersModel {
  static override className: string = savedClassName("NestedModel");
  /** Its name in Keras, which tfjs may not take. */
  kerasName: string;

  /** It has tfjs's name until `kerasName` is set. */
  constructor(ends: Ends) {
    super(ends);
    this.kerasName = this.name;
  }

  /** Set for the models inside too, as in tf.keras and Keras 3; tfjs stops at them. */
  override get trainable(): boolean {
    return super.trainable;
  }

  override set trainable(trainable: boolean) {
    super.trainable = trainable;
    for (const layer of this.layers) if (layer instanceof NestedModel) layer.trainable = trainable;
  }

  /** tfjs saves neither of the two. */
  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), trainable: this.trainable, keras: verbatim(this.kerasName) };
  }

  static override fromConfig<T extends tf.serialization.Serializable>(
    ...[cls, config, ...rest]: Parameters<typeof tfl.LayersModel.fromConfig<T>>
  ): T {
    const model = super.fromConfig(cls, config, ...rest);
    if (!(model instanceof NestedModel)) return model;
    model.kerasName = readVerbatim(config, "keras", `saved model ${model.name}`);
    if (config["trainable"] === false) model.trainable = false;
    return model;
  }

  override call(inputs: Tensor | Tensor[], kwargs: object): Tensor | Tensor[] {
    return withMasksOut(() => super.call(inputs, kwargs));
  }
}
