import type { Selection } from "./dataspace-selection.js";
import type { Hdf5Region, Hdf5RegularAxis } from "./hdf5-array.js";

/**
 * A selection with its elements spelt out: a regular one as the boxes that it consists of, in C order, those that touch
 * along an axis joined, unless there is no end to them; a last index is `Infinity` where a box goes up to the end of the
 * dataspace. `allow` is told before of how many boxes there are, and throws where these are too many.
 */
export function listRegion(selection: Selection, allow: (boxes: number) => void): Hdf5Region {
  switch (selection.kind) {
    case "points":
      return { kind: "points", points: splitNumbers(selection.indices, selection.rank) };
    case "boxes": {
      const { rank, corners } = selection;
      allow(corners.length / rank / 2);
      const boxes = splitNumbers(corners, 2 * rank);
      return { kind: "boxes", boxes: boxes.map((box) => ({ first: box.slice(0, rank), last: box.slice(rank) })) };
    }
    case "regular": {
      const axes = selection.axes.map(joinBlocks);
      if (axes.some(({ count }) => count === Infinity)) return { kind: "regular", axes };
      return { kind: "boxes", boxes: listBoxes(axes, allow) };
    }
    default:
      return { kind: selection.kind };
  }
}

function joinBlocks(axis: Hdf5RegularAxis): Hdf5RegularAxis {
  if (axis.stride !== axis.block) return axis;
  return { ...axis, count: 1, block: axis.count * axis.block };
}

function listBoxes(
  axes: readonly Hdf5RegularAxis[],
  allow: (boxes: number) => void,
): { readonly first: readonly number[]; readonly last: readonly number[] }[] {
  allow(axes.reduce((product, { count }) => product * count, 1));
  let corners: number[][] = [[]];
  for (const { start, stride, count } of axes) {
    corners = corners.flatMap((corner) => Array.from({ length: count }, (_, i) => [...corner, start + i * stride]));
  }
  return corners.map((first) => ({ first, last: first.map((index, at) => index + axes[at]!.block - 1) }));
}

function splitNumbers(numbers: Float64Array, length: number): number[][] {
  const parts: number[][] = [];
  for (let at = 0; at < numbers.length; at += length) parts.push(Array.from(numbers.subarray(at, at + length)));
  return parts;
}
