import { type AxisGroups, listWords } from "./axis-groups.js";
import { formatAxis } from "./keras-call.js";
import { limitsOf, reversesGroups } from "./norm-limits.js";
import type { NormOf } from "./norm-of.js";
import type { Constraint } from "./spec.js";
import { formatTwoShapes, type TwoShapes } from "./two-shapes.js";
import type { OpenShape } from "./weights/weight-shape.js";
import type { WeightAxes } from "./weights/weight-axes.js";
import { brokenLimits } from "./written-limits.js";
import type { WrittenWeight } from "./written-weight.js";

/** Something more to know of a constraint on its weight. */
export interface Remark {
  /** A kebab-case word that programs may test. */
  readonly code: string;
  /** One sentence, without a full stop. */
  readonly message: string;
}

/** What remarks are drawn from. */
export interface RemarkInput {
  readonly constraint: Constraint;
  readonly known: WeightAxes | null;
  readonly shape: OpenShape | null;
  readonly groups: AxisGroups | null;
  readonly written: WrittenWeight | null;
  readonly twoShapes: TwoShapes | null;
  readonly normOf: NormOf | null;
}

/** What else there is to know: layouts that trip people, an option for two shapes, limits that do something odd. */
export function findRemarks(input: RemarkInput): Remark[] {
  return [...layoutRemarks(input), ...openRemarks(input), ...shapeRemarks(input), ...limitRemarks(input.constraint)];
}

function layoutRemarks({ written, groups, known, normOf }: RemarkInput): Remark[] {
  const remarks: Remark[] = [];
  if (written !== null) remarks.push({ code: "layout-of-keras-1", message: layoutSentence(written, groups) });
  const { words = [] } = known ?? {};
  const out = words.indexOf("out");
  if (known?.perUnit && normOf !== "unit" && groups !== null && out >= 0 && out < words.indexOf("in")) {
    const usual = Array.from({ length: words.length - 1 }, (_, axis) => axis);
    const message =
      "a transposed convolution has its filters before its inputs: " +
      `axis=[${usual.join(", ")}], which is each filter of other convolutions, is over ${listWords(usual.map((axis) => words[axis]!))} here`;
    remarks.push({ code: "transposed-kernel", message });
  }
  return remarks;
}

/** Where the axis counts in the order of the file, and what it would be in the order of Keras 2. */
function layoutSentence({ words, axis, unmappedOver }: WrittenWeight, groups: AxisGroups | null): string {
  const order = `the axis counts as Keras 1 stored the weight: (${words.join(", ")})`;
  if (groups === null) return order;
  const over = groups.over.length === 0 ? "no axis" : listWords(groups.over);
  const other = unmappedOver === null ? over : listWords(unmappedOver);
  const here = `${order}, where ${formatAxis(axis)} is ${over}`;
  return other === over ? here : `${here}; counted in the layout of Keras 2, ${formatAxis(axis)} would be ${other}`;
}

/** What hangs on extents that are not known. */
function openRemarks({ known, shape, groups, normOf }: RemarkInput): Remark[] {
  if (shape === null) {
    return [{ code: "unknown-shape", message: "neither the shape of the weight nor its number of axes is known" }];
  }
  if (groups === null || !known?.perUnit || normOf === "unit") return [];
  const differing = shape
    .map((_, axis) => axis)
    .filter((axis) => groups.axes.includes(axis) !== known.perUnit?.includes(axis));
  const open = differing.filter((axis) => shape[axis] !== 1);
  if (open.some((axis) => shape[axis] !== null)) return [];
  const words = open.map((axis) => known.words[axis]!);
  const message = `if ${listWords(words)} ${words.length === 1 ? "is" : "are"} 1, which is not known here, that is one norm for each ${known.unit}`;
  return [{ code: "open-extent", message }];
}

function shapeRemarks({ twoShapes }: RemarkInput): Remark[] {
  if (twoShapes === null) return [];
  return [{ code: "two-shapes", message: formatTwoShapes(twoShapes) }];
}

function limitRemarks(constraint: Constraint): Remark[] {
  if (constraint.kind !== "maxNorm" && constraint.kind !== "minMaxNorm") return [];
  if (brokenLimits(constraint).length > 0) return [];
  const remarks: Remark[] = [];
  const { lower, upper } = limitsOf(constraint);
  const least = constraint.kind === "minMaxNorm" ? constraint.minValue : 0;
  if (Number.isNaN(lower) || Number.isNaN(upper)) {
    remarks.push({ code: "nan-limit", message: "a limit is NaN: the first step of training makes every number NaN" });
  } else if (constraint.maxValue !== null && constraint.maxValue < least) {
    const message = `the limits are crossed: every norm is to be ${lower}`;
    remarks.push({ code: "crossed-limits", message });
  } else if (lower === 0 && upper === Infinity) {
    const message = "there is no limit: a step only multiplies each group by norm / (norm + epsilon)";
    remarks.push({ code: "no-limit", message });
  }
  if (reversesGroups(constraint)) {
    const message = `the limit that counts is negative: a step leads every group to its opposite, of norm ${upper}`;
    remarks.push({ code: "negative-limit", message });
  }
  if (constraint.kind === "minMaxNorm" && constraint.rate === 0) {
    remarks.push({
      code: "no-rate",
      message: "the rate is 0: a step only multiplies each group by norm / (norm + epsilon)",
    });
  } else if (constraint.kind === "minMaxNorm" && (constraint.rate < 0 || constraint.rate > 1)) {
    const message = `the rate ${constraint.rate} is not between 0 and 1: a step leads ${constraint.rate < 0 ? "away from the range" : "beyond the limit"}`;
    remarks.push({ code: "odd-rate", message });
  }
  return remarks;
}
