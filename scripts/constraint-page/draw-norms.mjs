import "@tensorflow/tfjs-backend-cpu";
import { explainConstraint, maxNorm } from "../../compiled/constraints/index.js";
import { loadKerasFile } from "../../compiled/node.js";
import { describeNorms, limitsOfPlot, plottedNorms } from "../../compiled/report/html-norms.js";
import { formatNormPlot } from "../../compiled/report/svg-norm-plot.js";

const file = new URL("../../fixtures/examples/cnn-keras3/model.keras", import.meta.url);
const titles = {
  written: ["axis=0", "each column"],
  unit: ["axis=[0, 1, 2]", "each filter"],
  whole: ["axis=None", "whole kernel"],
};

/** What `max_norm(3)` measures in the first kernel of the example cnn-keras3, with its axis and with others. */
export async function explainExample() {
  const { model } = await loadKerasFile(file.pathname);
  const [kernel] = model.getLayer("conv2d").getWeights();
  return explainConstraint({
    layerName: "conv2d",
    layerClass: "Conv2D",
    weightName: "kernel",
    shape: kernel.shape,
    constraint: maxNorm({ maxValue: 3 }),
    generation: "keras3",
    values: await kernel.data(),
  });
}

/** The norms of that kernel along three choices of axes. */
export function drawNorms({ alternatives, limits }) {
  return formatNormPlot(
    alternatives.map(({ kind, norms }) => plottedNorms(norms, titles[kind])),
    limitsOfPlot(limits),
    {
      id: "norms",
      title: "The norms of one kernel along three choices of axes",
      description: alternatives.map(({ kind, norms }) => `${titles[kind][0]}: ${describeNorms(norms)}`).join(" "),
    },
  );
}
