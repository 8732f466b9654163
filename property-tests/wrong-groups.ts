import type { Axis } from "../src/constraints/index.js";
import { withAxis, type WrongImplementation } from "./wrong-ways.js";

const named = "the norm runs along the axis that is named";
const list = "a list of axes is one norm over all of them";

function isSquare(shape: readonly number[]): boolean {
  return shape.length > 1 && new Set(shape).size === 1;
}

function sortedAsText(axis: Axis): Axis {
  return axis !== null && typeof axis !== "number" && axis.length > 1
    ? axis.toSorted((a, b) => (String(a) < String(b) ? -1 : 1))
    : axis;
}

/** Mistakes about which numbers form a group. */
export const wrongGroups: readonly WrongImplementation[] = [
  { name: "the last axis for every axis", law: named, apply: withAxis(() => -1) },
  { name: "the first axis for every axis", law: named, apply: withAxis(() => 0) },
  { name: "the norm of the whole weight", law: "groups do not touch one another", apply: withAxis(() => null) },
  { name: "each number alone", law: named, apply: withAxis(() => []) },
  {
    name: "all axes but the one that is named",
    law: named,
    apply: withAxis((axis, rank) =>
      typeof axis === "number"
        ? Array.from({ length: rank }, (_, i) => i).filter((i) => i !== (axis + rank) % rank)
        : axis,
    ),
  },
  {
    name: "axis null read as 0",
    law: "axis null is one norm over the whole weight",
    apply: withAxis((axis) => axis ?? 0),
  },
  {
    name: "an empty list read as null",
    law: "an empty list of axes is a norm for each number alone",
    apply: withAxis((axis) => (Array.isArray(axis) && axis.length === 0 ? null : axis)),
  },
  {
    name: "only the first axis of a list",
    law: list,
    apply: withAxis((axis) => (axis === null || typeof axis === "number" ? axis : (axis[0] ?? []))),
  },
  {
    name: "the axes of a list from the first to the last, with all between",
    law: list,
    apply: withAxis((axis, rank) => {
      if (axis === null || typeof axis === "number" || axis.length < 2) return axis;
      const places = axis.map((one) => (one + rank) % rank);
      const [low, high] = [Math.min(...places), Math.max(...places)];
      return Array.from({ length: high - low + 1 }, (_, i) => low + i);
    }),
  },
  {
    name: "a list of axes taken for sorted",
    law: "the order of a list of axes does not matter",
    apply: withAxis((axis, rank) => {
      if (axis === null || typeof axis === "number" || axis.length < 2) return axis;
      const [first, last] = [(axis[0]! + rank) % rank, (axis.at(-1)! + rank) % rank];
      return first < last ? axis : [first];
    }),
  },
  {
    name: "axes sorted as text, and then each less the number of axes before it",
    law: list,
    apply: withAxis((axis, rank) => {
      const sorted = sortedAsText(axis);
      if (sorted === null || typeof sorted === "number" || sorted.length < 2 || sorted[0]! >= 0) return axis;
      return [(sorted[0]! + rank) % rank];
    }),
  },
  {
    name: "negative axes off by one",
    law: "a negative axis counts from the end",
    apply: withAxis((axis, rank) => (typeof axis === "number" && axis < 0 ? (axis + 1 + rank) % rank : axis)),
  },
  {
    name: "negative axes counted from the front",
    law: "a negative axis counts from the end",
    apply: withAxis((axis) => (typeof axis === "number" && axis < 0 ? -axis - 1 : axis)),
  },
  {
    name: "rows for columns in square weights",
    law: "square weights have the groups that the axis says",
    apply: withAxis((axis, rank, shape) =>
      isSquare(shape) && typeof axis === "number" ? rank - 1 - ((axis + rank) % rank) : axis,
    ),
  },
];
