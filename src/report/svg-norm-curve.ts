/** A rectangle of a plot, in the units of its `viewBox`. */
export interface PlotBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Sorted norms along the box: each a bar of its own, or, where they are many, one surface. */
export interface NormCurve {
  /** The path of everything between the norms and the height `base`, 0 at the foot of the box and 1 at its top. */
  readonly surface: (base: number) => string;
  /** The same, but only where the norms are above the height. */
  readonly above: (height: number) => string;
  /** The path of everything between the height and the norms below it. */
  readonly below: (height: number) => string;
  /** The path of the norms themselves: a tick for each, or a line. */
  readonly outline: string;
}

/** A bar and its gap take at least this much of the width; where there is less, the norms are drawn as a surface. */
const leastPitch = 5;
/** … and at most this much: few bars stand in the middle. */
const mostPitch = 60;
/** Corners of the surface: evenly picked norms, the first and the last among them. */
const mostCorners = 200;

type Point = readonly [x: number, height: number];

/** `heights` are the heights of sorted norms, the least first. */
export function buildNormCurve(heights: ArrayLike<number>, box: PlotBox): NormCurve {
  return heights.length * leastPitch <= box.width ? bars(heights, box) : surface(heights, box);
}

function bars(heights: ArrayLike<number>, box: PlotBox): NormCurve {
  const pitch = Math.min(box.width / heights.length, mostPitch);
  const gap = Math.min(pitch / 5, 3);
  const left = box.left + (box.width - heights.length * pitch + gap) / 2;
  const all = Array.from(heights, (height, i): Point => [left + i * pitch, height]);
  const path = (points: readonly Point[], base: number): string =>
    points
      .filter(([, height]) => height !== base)
      .map(([x, height]) => {
        const [from, to] = [yOf(base, box), yOf(height, box)];
        return `M${round(x)} ${from}H${round(x + pitch - gap)}V${to}H${round(x)}Z`;
      })
      .join("");
  return {
    surface: (base) => path(all, base),
    above: (limit) =>
      path(
        all.filter(([, height]) => height > limit),
        limit,
      ),
    below: (limit) =>
      path(
        all.filter(([, height]) => height < limit),
        limit,
      ),
    outline: all.map(([x, height]) => `M${round(x)} ${yOf(height, box)}h${round(pitch - gap)}`).join(""),
  };
}

function surface(heights: ArrayLike<number>, box: PlotBox): NormCurve {
  const last = heights.length - 1;
  const corners = Math.min(heights.length, mostCorners);
  const line = Array.from({ length: corners }, (_, i): Point => {
    const at = Math.round((i * last) / (corners - 1));
    return [box.left + (at / last) * box.width, heights[at]!];
  });
  const path = (points: readonly Point[], base: number): string => {
    const [first, end] = [points[0], points.at(-1)];
    if (first === undefined || end === undefined) return "";
    return `M${round(first[0])} ${yOf(base, box)}${lineTo(points, box)}L${round(end[0])} ${yOf(base, box)}Z`;
  };
  return {
    surface: (base) => path(line, base),
    above: (limit) => path(fromCrossing(line, limit), limit),
    below: (limit) => path(toCrossing(line, limit), limit),
    outline: lineTo(line, box).replace("L", "M"),
  };
}

/** The corners above a height, after the point where the rising line crosses it. */
function fromCrossing(line: readonly Point[], height: number): readonly Point[] {
  const first = line.findIndex((point) => point[1] > height);
  if (first === -1) return [];
  return first === 0 ? line : [crossing(line[first - 1]!, line[first]!, height), ...line.slice(first)];
}

/** The corners below a height, before the point where the rising line crosses it. */
function toCrossing(line: readonly Point[], height: number): readonly Point[] {
  const end = line.findIndex((point) => point[1] >= height);
  if (end === -1) return line;
  return end === 0 ? [] : [...line.slice(0, end), crossing(line[end - 1]!, line[end]!, height)];
}

function crossing([x0, y0]: Point, [x1, y1]: Point, height: number): Point {
  return [x0 + ((x1 - x0) * (height - y0)) / (y1 - y0), height];
}

function lineTo(points: readonly Point[], box: PlotBox): string {
  return points.map(([x, height]) => `L${round(x)} ${yOf(height, box)}`).join("");
}

/** From a height of the box, 0 at its foot and 1 at its top, to a coordinate. */
export function yOf(height: number, box: PlotBox): number {
  return round(box.top + (1 - height) * box.height);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
