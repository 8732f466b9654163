import { activation, elu, leakyRelu, relu, softmax, thresholdedRelu } from "./layers/activation-layers.js";
import { activityRegularization } from "./layers/activity-regularization.js";
import { batchNormalization } from "./layers/batch-normalization.js";
import { bidirectional } from "./layers/bidirectional.js";
import { concatenate } from "./layers/concatenate.js";
import { conv2d, depthwiseConv2d, separableConv2d } from "./layers/convolution-2d.js";
import { dense } from "./layers/dense.js";
import { embedding } from "./layers/embedding.js";
import { globalAveragePooling2d, globalMaxPooling2d } from "./layers/global-pooling-2d.js";
import { inputLayer } from "./layers/input-layer.js";
import { masking } from "./layers/masking.js";
import { gru, lstm, simpleRnn } from "./layers/recurrent.js";
import { add, average, maximum, minimum, multiply, subtract } from "./layers/merge.js";
import { alphaDropout, dropoutLayer, gaussianDropout, gaussianNoise, spatialDropout1D } from "./layers/noise.js";
import { pRelu } from "./layers/p-relu.js";
import { averagePooling2d, maxPooling2d } from "./layers/pooling-2d.js";
import { flatten, permute, reshape } from "./layers/shape-layers.js";
import { spatialDropout2D } from "./layers/spatial-dropout-2d.js";
import { timeDistributed } from "./layers/time-distributed.js";
import { upSampling2d } from "./layers/up-sampling-2d.js";
import { zeroPadding2d } from "./layers/zero-padding-2d.js";
import type { LayerRule } from "./rule.js";

/** From Keras class name, aliases included, to rule. */
export type LayerRegistry = ReadonlyMap<string, LayerRule>;

/** A rule of any options; each rule reads the options that it is later called with. */
function rule<Options extends object>(typed: LayerRule<Options>): LayerRule {
  return typed as unknown as LayerRule;
}

const rules: readonly LayerRule[] = [
  rule(inputLayer),
  rule(dense),
  rule(concatenate),
  rule(embedding),
  rule(masking),
  rule(simpleRnn),
  rule(lstm),
  rule(gru),
  rule(bidirectional),
  rule(timeDistributed),
  rule(batchNormalization),
  rule(add),
  rule(subtract),
  rule(multiply),
  rule(average),
  rule(maximum),
  rule(minimum),
  rule(dropoutLayer),
  rule(spatialDropout1D),
  rule(spatialDropout2D),
  rule(gaussianNoise),
  rule(gaussianDropout),
  rule(alphaDropout),
  rule(activation),
  rule(relu),
  rule(leakyRelu),
  rule(elu),
  rule(thresholdedRelu),
  rule(softmax),
  rule(pRelu),
  rule(conv2d),
  rule(depthwiseConv2d),
  rule(separableConv2d),
  rule(zeroPadding2d),
  rule(maxPooling2d),
  rule(averagePooling2d),
  rule(globalMaxPooling2d),
  rule(globalAveragePooling2d),
  rule(upSampling2d),
  rule(flatten),
  rule(reshape),
  rule(permute),
  rule(activityRegularization),
];

/** The one table of supported layers; `custom` rules come first, and replace ours of the same name. */
export function layerRegistry(custom: readonly LayerRule[] = []): LayerRegistry {
  const registry = new Map<string, LayerRule>();
  for (const one of [...rules, ...custom]) {
    for (const name of [one.className, ...(one.aliases ?? [])]) registry.set(name, one);
  }
  return registry;
}
