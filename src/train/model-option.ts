import type * as tfl from "@tensorflow/tfjs-layers";
import type { OptionKind } from "../check-options.js";

/** A model of tfjs-layers, from whatever copy of it. */
export const modelOption: OptionKind = {
  wanted: "a model of tfjs-layers, such as the model of loadKerasModel",
  accepts: (value) => Array.isArray((value as Partial<tfl.LayersModel> | null | undefined)?.layers),
};
