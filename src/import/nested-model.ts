import * as tfl from "@tensorflow/tfjs-layers";
import { withMasksOut } from "./masks.js";
import type { Tensor } from "./rule.js";

/** A model that is a layer of another one: the masks of its outputs come out with them. */
export class NestedModel extends tfl.LayersModel {
  override call(inputs: Tensor | Tensor[], kwargs: object): Tensor | Tensor[] {
    return withMasksOut(() => super.call(inputs, kwargs));
  }
}
