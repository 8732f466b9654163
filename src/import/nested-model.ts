import * as tfl from "@tensorflow/tfjs-layers";
import { withMasksOut } from "./masks.js";
import type { Tensor } from "./rule.js";

/** A model that is a layer of another one: the masks of its outputs come out with them. */
export class NestedModel extends tfl.LayersModel {
  /** Its name in Keras, which tfjs may not take. */
  readonly kerasName: string;

  constructor(ends: ConstructorParameters<typeof tfl.LayersModel>[0], kerasName: string) {
    super(ends);
    this.kerasName = kerasName;
  }

  /** Set for every layer inside too, as in tf.keras and Keras 3; tfjs stops at the models among them. */
  override get trainable(): boolean {
    return super.trainable;
  }

  override set trainable(trainable: boolean) {
    super.trainable = trainable;
    for (const layer of this.layers) if (layer instanceof NestedModel) layer.trainable = trainable;
  }

  override call(inputs: Tensor | Tensor[], kwargs: object): Tensor | Tensor[] {
    return withMasksOut(() => super.call(inputs, kwargs));
  }
}
