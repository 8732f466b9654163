import { range } from "./range.js";
import { countsIn, type WeightFacts } from "./weight-facts.js";
import type { AxisMeaning, LayerWeight } from "./weight-layout.js";
import type { OpenShape } from "./weight-shape.js";

/** `abc,cde->abde` (keras/src/layers/core/einsum_dense.py). */
export const einsumDense: readonly LayerWeight[] = [
  { weight: "kernel", option: "kernel_constraint", axes: einsumKernel },
  { weight: "bias", option: "bias_constraint", axes: einsumBias },
];

/** The letters of an equation's parts without dots; dots stand for axes that the equation does not count. */
interface Equation {
  readonly input: readonly string[];
  readonly kernel: readonly string[];
  readonly output: readonly string[];
  /** True where dots come last: letters count from the front. */
  readonly dotsLast: boolean;
  readonly dots: boolean;
}

function equationOf({ config }: WeightFacts): Equation | null {
  const { equation } = config;
  const text = typeof equation === "string" ? equation.replaceAll(" ", "") : "";
  const parts = /^([A-Za-z.]*),([A-Za-z]+)->([A-Za-z.]*)$/u.exec(text);
  if (parts === null) return null;
  const [, input = "", kernel = "", output = ""] = parts;
  return {
    input: lettersOf(input),
    kernel: lettersOf(kernel),
    output: lettersOf(output),
    dots: output.includes("."),
    dotsLast: output.endsWith("."),
  };
}

function lettersOf(part: string): string[] {
  return Array.from(part.replaceAll(".", ""));
}

/** The letters of the kernel that the output lacks are summed over. */
function einsumKernel(facts: WeightFacts): AxisMeaning | null {
  const equation = equationOf(facts);
  const { rank } = facts;
  if (equation === null || (rank !== null && equation.kernel.length !== rank))
    return rank === null ? null : plain(rank);
  const { kernel, output } = equation;
  const summed = range(kernel.length).filter((axis) => !output.includes(kernel[axis] as string));
  return {
    words: kernel.map((letter, axis) => `${letter} (${summed.includes(axis) ? "in" : "out"})`),
    extents: kernel.map((letter) => inputExtent(letter, equation, facts) ?? outputExtent(letter, equation, facts)),
    perUnit: summed.length === 0 ? null : summed,
    unit: summed.length === 0 ? "" : "output number",
  };
}

/** From the first letter of `bias_axes` on, every letter of the output has an axis, of extent 1 where it is not named. */
function einsumBias(facts: WeightFacts): AxisMeaning | null {
  const { rank } = facts;
  const equation = equationOf(facts);
  const named = facts.config["bias_axes"];
  if (equation === null || typeof named !== "string") return rank === null ? null : lastLetters(equation, rank);
  const { output, dots, dotsLast } = equation;
  const first = output.findIndex((letter) => named.includes(letter));
  const letters = output.slice(first);
  // Behind them come axes of extent 1 for the dots, whose number the equation does not tell.
  if (first === -1 || (dots && dotsLast)) return rank === null ? null : lastLetters(equation, rank);
  if (rank !== null && rank !== letters.length) return plain(rank);
  const extents = letters.map((letter) => (named.includes(letter) ? outputExtent(letter, equation, facts) : 1));
  return { words: letters, extents, perUnit: null, unit: "" };
}

function lastLetters(equation: Equation | null, rank: number): AxisMeaning {
  const letters = equation?.output.slice(-rank) ?? [];
  return letters.length === rank ? { ...plain(rank), words: letters } : plain(rank);
}

function plain(rank: number): AxisMeaning {
  const extents = range(rank).map(() => null);
  return { words: range(rank).map((axis) => `axis ${axis}`), extents, perUnit: null, unit: "" };
}

function inputExtent(letter: string, { input, dots, dotsLast }: Equation, { inputs }: WeightFacts): number | null {
  return placed(letter, input, inputs?.get("input_shape") ?? [], dots && !dotsLast ? "end" : "start");
}

/** `output_shape` is without the batch, and without what dots stand for. */
function outputExtent(letter: string, { output, dots, dotsLast }: Equation, { config }: WeightFacts): number | null {
  const shape = countsIn(config["output_shape"]) ?? [];
  return dots && !dotsLast ? placed(letter, output, shape, "end") : placed(letter, output, [null, ...shape], "start");
}

/** The extent of a letter in a shape whose axes the letters name from its start or from its end. */
function placed(letter: string, letters: readonly string[], shape: OpenShape, from: "start" | "end"): number | null {
  const place = letters.indexOf(letter);
  if (place === -1) return null;
  return (from === "start" ? shape[place] : shape.at(place - letters.length)) ?? null;
}
