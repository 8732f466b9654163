import { countIn } from "../../constraints/weights/weight-facts.js";
import type { OpenShape } from "../../constraints/weights/weight-shape.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";

/** Layers whose output has the shape of their input. */
const keeping: ReadonlySet<string> = new Set([
  "Activation",
  "ActivityRegularization",
  "AlphaDropout",
  "BatchNormalization",
  "Dropout",
  "ELU",
  "GaussianDropout",
  "GaussianNoise",
  "GroupNormalization",
  "LayerNormalization",
  "LeakyReLU",
  "Masking",
  "PReLU",
  "ReLU",
  "Softmax",
  "SpatialDropout1D",
  "SpatialDropout2D",
  "SpatialDropout3D",
  "ThresholdedReLU",
]);

/** Layers that change the places of an image, and of its channels only how many there are. */
const placing = /^(?:Max|Average)Pooling[123]D$|^(?:UpSampling|ZeroPadding|Cropping)[123]D$/;
const convolving = /^(?:Separable)?Conv[123]D(?:Transpose)?$|^LocallyConnected[12]D$/;

/**
 * What is known of a layer's output without its arithmetic, by its class and options under Keras 3's names, whether or not
 * importing supports it: the channels of a convolution, the units of a Dense, the shape that a normalization keeps. Null
 * for any other class, and behind an activation that may change the shape.
 */
export function outputShape(className: string, config: JsonObject, input: OpenShape): OpenShape | null {
  if (!keepsShape(config["activation"])) return null;
  if (keeping.has(className)) return input;
  if (className === "Dense") return [...input.slice(0, -1), countIn(config["units"])];
  const channels = config["data_format"] === "channels_first" ? 1 : input.length - 1;
  if (placing.test(className)) return input.map((extent, axis) => (axis === 0 || axis === channels ? extent : null));
  if (!convolving.test(className)) return null;
  return input.map((extent, axis) => (axis === 0 ? extent : axis === channels ? countIn(config["filters"]) : null));
}

/** Of Keras's activations `glu` alone halves an axis; what is no name may be code of the user's own. */
function keepsShape(activation: JsonValue | undefined): boolean {
  return activation === undefined || activation === null || (typeof activation === "string" && activation !== "glu");
}
