import { type OpenShape, sizeOfAxes } from "../constraints/weights/weight-shape.js";
import { sizeOf } from "../ndarray.js";
import { markup, type Markup } from "./html-markup.js";
import { formatCount, formatInteger } from "./numbers.js";
import { fitText } from "./svg-fit-text.js";
import type { PlotText } from "./svg-norm-plot.js";

/** A choice of axes that norms sum over, and what it is called. */
export interface DiagramChoice {
  readonly title: string;
  readonly axes: readonly number[];
}

const width = 480;
const between = 20;
const cell = 11;
const square = 10;
const blockGap = 8;
const top = 26;
const dotsWidth = 16;
/** Numbers that are drawn along an axis inside a block, and blocks along an axis. */
const [mostCells, mostBlocks] = [4, 3];

/**
 * Which numbers of a weight share a norm, for several choices of axes side by side, as an `svg` element: every number
 * is a square, and those of one group stand out. The first axis runs down and the second to the right inside a block;
 * of three axes the third runs to the right from block to block, of four the third down and the fourth to the right.
 * Long axes are cut, with dots, and so are those of unknown extent. Null for a weight of no axis, of more than four, or of
 * no numbers. The colours come from `plotStyle`.
 */
export function formatGroupDiagram(choices: readonly DiagramChoice[], shape: OpenShape, text: PlotText): Markup | null {
  if (shape.length === 0 || shape.length > 4 || shape.includes(0)) return null;
  const panel = (width - (choices.length - 1) * between) / choices.length;
  const places = layOut(shape, panel - dotsWidth);
  const height = top + Math.max(...places.cells.map(({ y }) => y)) + cell + (places.dotsBelow ? 16 : 4) + 20;
  return markup`<svg class="plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" \
aria-labelledby="${text.id}-title ${text.id}-text" font-family="system-ui, sans-serif" font-size="12" fill="currentColor">
<title id="${text.id}-title">${text.title}</title>
<desc id="${text.id}-text">${text.description}</desc>
${choices.map((choice, i) => drawChoice(choice, shape, places, { left: i * (panel + between), panel, foot: height - 8 }))}
</svg>`;
}

/** How to read the diagram of a weight, by the words of its axes: `rows ↓, columns →; from block to block: in ↓, out →`. */
export function describeDiagram(words: readonly string[]): string {
  const [first, second, third, fourth] = words;
  if (second === undefined) return `${first} →`;
  const inside = `${first} ↓, ${second} →`;
  if (third === undefined) return inside;
  return `${inside}; from block to block: ${fourth === undefined ? `${third} →` : `${third} ↓, ${fourth} →`}`;
}

/** How the axes of a weight are laid out in the plane: the steps from one number to the next along each axis. */
interface Layout {
  readonly cells: readonly { readonly index: readonly number[]; readonly x: number; readonly y: number }[];
  readonly right: number;
  /** True where an axis that runs that way is longer than what is drawn. */
  readonly dotsRight: boolean;
  readonly dotsBelow: boolean;
}

/** Blocks beside each other take at most `room`, and are at least one. */
function layOut(shape: OpenShape, room: number): Layout {
  const rank = shape.length;
  const most = Math.floor((room + blockGap) / (Math.min(shape[1] ?? mostCells, mostCells) * cell + blockGap));
  const beside = rank > 2 ? rank - 1 : null;
  const drawn = shape.map((extent, axis) => {
    const blocks = axis === beside ? Math.min(mostBlocks, Math.max(1, most)) : mostBlocks;
    return Math.min(extent ?? Infinity, axis < 2 ? mostCells : blocks);
  });
  // A vector lies along its one axis.
  const down = rank === 1 ? [] : rank === 4 ? [0, 2] : [0];
  const [rows, columns] = [rank === 1 ? 1 : drawn[0]!, drawn[rank === 1 ? 0 : 1]!];
  const stepOf = (axis: number): number => (axis < 2 ? cell : (down.includes(axis) ? rows : columns) * cell + blockGap);
  const cells = Array.from({ length: sizeOf(drawn) }, (_, number) => {
    const index = indexOf(number, drawn);
    const along = (axes: readonly number[]): number => axes.reduce((sum, axis) => sum + index[axis]! * stepOf(axis), 0);
    return { index, x: along(index.map((_, axis) => axis).filter((axis) => !down.includes(axis))), y: along(down) };
  });
  const cut = shape.map((extent, axis) => extent === null || extent > drawn[axis]!);
  return {
    cells,
    right: Math.max(...cells.map(({ x }) => x)) + cell,
    dotsRight: cut.some((one, axis) => one && !down.includes(axis)),
    dotsBelow: cut.some((one, axis) => one && down.includes(axis)),
  };
}

function indexOf(number: number, shape: readonly number[]): readonly number[] {
  const index: number[] = [];
  for (let axis = shape.length - 1, rest = number; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

function drawChoice(
  { title, axes }: DiagramChoice,
  shape: OpenShape,
  { cells, right, dotsRight, dotsBelow }: Layout,
  { left, panel, foot }: { readonly left: number; readonly panel: number; readonly foot: number },
): Markup {
  const inGroup = (index: readonly number[]): boolean => index.every((one, axis) => one === 0 || axes.includes(axis));
  const path = (wanted: boolean): string =>
    cells
      .filter(({ index }) => inGroup(index) === wanted)
      .map(({ x, y }) => `M${round(left + x)} ${top + y}h${square}v${square}h-${square}Z`)
      .join("");
  const size = sizeOfAxes(shape.filter((_, axis) => axes.includes(axis)));
  const count = sizeOfAxes(shape.filter((_, axis) => !axes.includes(axis)));
  const bottom = top + Math.max(...cells.map(({ y }) => y)) + cell;
  return markup`${fitText(title, round(left), 14, Math.floor(panel))}
<path class="cell" d="${path(false)}" fill="currentColor" fill-opacity="0.2"/>
<path class="group" d="${path(true)}" fill="currentColor"/>
${dotsRight ? markup`<text x="${round(left + right + 2)}" y="${top + 12}">…</text>` : null}
${dotsBelow ? markup`<text x="${round(left + 2)}" y="${bottom + 8}">⋮</text>` : null}
<text x="${round(left)}" y="${foot}">${formatCount(count, "group")} of ${formatInteger(size)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
