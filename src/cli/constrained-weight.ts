import { layerWeights } from "../constraints/weights/layer-weights.js";
import type { LayerWeight } from "../constraints/weights/weight-layout.js";
import { optionName } from "../constraints/option-line.js";
import type { Generation } from "../constraints/spec.js";
import { nearestWord } from "../nearest-word.js";
import { usage } from "./options.js";

/** The weight of a layer that an argument constrains. */
export interface ConstrainedWeight {
  readonly layerClass: string;
  readonly weight: string;
}

/** What was said of the weight on the command line. */
export interface WeightQuestion {
  /** The layer's class, perhaps with `keras.layers.` before it. */
  readonly layer: string;
  /** `bias_constraint`, or by its name in Keras 1; undefined for the first that fits the shape. */
  readonly argument: string | undefined;
  /** The place of `argument`, for errors. */
  readonly argumentPath: string;
  readonly shape: readonly number[];
  readonly generation: Generation;
}

/**
 * The weight that a layer's argument holds for: without an argument the first one of the right rank.
 * Throws `usage` with the nearest right name for an unknown layer or argument, and for a shape of another rank.
 */
export function findConstrainedWeight(question: WeightQuestion): ConstrainedWeight {
  const { argument, argumentPath, shape, generation } = question;
  const layerClass = question.layer.split(".").at(-1) ?? "";
  const weights = layerWeights.get(layerClass);
  if (weights === undefined) throw unknownLayer(question.layer, layerClass, shape.length);
  const taking = weights.filter(({ option }) => option !== null);
  const options = [...new Set(taking.map(({ option }) => option!))];
  const wanted = argument === undefined ? undefined : findOption(argument, options);
  if (argument !== undefined && wanted === undefined) {
    const names = options.flatMap((option) => [option, optionName(option, "keras1")]);
    const nearest = nearestWord(argument, names) ?? nearestWord(`${argument}_constraint`, names);
    const known = options.map((option) => optionName(option, generation)).join(", ");
    const message = `found ${argument}, which ${layerClass} does not have, wanted ${nearest ?? known}`;
    throw usage(argumentPath, nearest === undefined ? message : `${message} (did you mean that?)`);
  }
  const candidates = taking.filter(({ option }) => wanted === undefined || option === wanted);
  const found = candidates.find((one) => meaningOf(one, shape.length) !== null);
  if (found === undefined) throw wrongRank(layerClass, candidates, shape);
  return { layerClass, weight: found.weight };
}

function findOption(argument: string, options: readonly string[]): string | undefined {
  return options.find((option) => option === argument || optionName(option, "keras1") === argument);
}

function meaningOf(weight: LayerWeight, rank: number): ReturnType<LayerWeight["axes"]> {
  return weight.axes({ rank, config: {} });
}

/** Of classes that are equally near, one with a weight of that rank is meant. */
function unknownLayer(written: string, layerClass: string, rank: number): Error {
  const name = /^\w*/.exec(layerClass)?.[0] ?? "";
  const fitting = [...layerWeights].filter(([, weights]) => weights.some((one) => meaningOf(one, rank) !== null));
  const known = [...fitting.map(([one]) => one), ...layerWeights.keys()];
  const nearest = layerWeights.has(name) ? name : nearestWord(name, known);
  const message = `found ${JSON.stringify(written)}, wanted a layer with constraints`;
  return usage(
    "--layer",
    nearest === undefined
      ? `${message}: ${[...layerWeights.keys()].join(", ")}`
      : `${message}: did you mean ${nearest}?`,
  );
}

/** Ranks that are tried when a message says which ones there are. */
const ranks = [1, 2, 3, 4, 5, 6];

function wrongRank(layerClass: string, candidates: readonly LayerWeight[], shape: readonly number[]): Error {
  const wanted = candidates.flatMap((weight) => {
    const words = ranks.flatMap((rank) => meaningOf(weight, rank)?.words.join(", ") ?? []);
    return words.map((axes) => `${weight.weight} (${axes})`);
  });
  const found = `found ${shape.length} ${shape.length === 1 ? "axis" : "axes"}, ${shape.join(",") || "()"}`;
  return usage("--shape", `${found}, wanted those of a weight of ${layerClass}: ${[...new Set(wanted)].join(", ")}`);
}
