/** How many norms lie between edges. Bin i holds those of at least `edges[i]` and less than `edges[i + 1]`. */
export interface NormHistogram {
  /**
   * One more than there are bins, ascending, in round numbers, above 0 on a logarithmic scale; the last edge belongs to
   * the last bin.
   */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** `logarithmic` where the norms span three decades and more: its edges are 1, 2 and 5 times powers of ten, or fewer. */
  readonly scale: "linear" | "logarithmic";
  /** Norms of 0, for which a logarithmic scale has no bin; 0 on a linear one, whose first bin holds them. */
  readonly zeros: number;
}

const mostBins = 20;
/** From this quotient of the largest and the smallest norm on, the scale is logarithmic. */
const longSpan = 1000;

/**
 * The histogram of norms that are finite and in ascending order, at least one of them: about twice the cube root of
 * their number of bins (the rule of Rice), at most 24.
 */
export function histogramOf(sorted: Float64Array): NormHistogram {
  const positive = sorted.findIndex((norm) => norm > 0);
  const largest = sorted.at(-1)!;
  if (positive < 0) return { edges: [0, 1], counts: [sorted.length], scale: "linear", zeros: 0 };
  if (largest / sorted[positive]! >= longSpan) {
    const edges = logarithmicEdges(sorted[positive]!, largest);
    return { edges, counts: countBetween(sorted, edges, positive), scale: "logarithmic", zeros: positive };
  }
  const edges = linearEdges(sorted[0]!, largest, Math.min(mostBins, Math.ceil(2 * Math.cbrt(sorted.length))));
  return { edges, counts: countBetween(sorted, edges, 0), scale: "linear", zeros: 0 };
}

/** Multiples of 1, 2 or 5 times a power of ten that enclose both numbers, with about as many bins as wanted. */
function linearEdges(smallest: number, largest: number, bins: number): number[] {
  const spread = largest - smallest > largest * 1e-6 ? (largest - smallest) / bins : largest / 10;
  const [digit, exponent] = roundUp(spread);
  const edge = (place: number): number => Number(`${place * digit}e${exponent}`);
  const step = edge(1);
  let first = Math.floor(smallest / step);
  while (edge(first) > smallest) first--;
  const edges = [edge(first)];
  do edges.push(edge(first + edges.length));
  while (edges.at(-1)! < largest);
  return edges;
}

/** The least 1, 2 or 5 times a power of ten that is not below a positive number, as digit and exponent. */
function roundUp(value: number): readonly [digit: number, exponent: number] {
  const [mantissa = "1", exponent = "0"] = value.toExponential(3).split("e");
  const digit = [1, 2, 5].find((one) => one >= Number(mantissa));
  // The smallest steps of all would be zero.
  const power = Math.max(Number(exponent), -320);
  return digit === undefined ? [1, power + 1] : [digit, power];
}

/** Edges that enclose both numbers: 1, 2 and 5 times powers of ten, or only every so many powers. */
function logarithmicEdges(smallest: number, largest: number): number[] {
  const [low, high] = [exponentOf(smallest), exponentOf(largest)];
  const decades = high - low + 1;
  const edges: number[] = [];
  if (decades * 3 > mostBins) {
    const stride = Math.ceil(decades / mostBins);
    for (let exponent = low; edges.length < 2 || edges.at(-1)! < largest; exponent += stride) {
      edges.push(Math.max(Number(`1e${exponent}`), Number.MIN_VALUE));
    }
    return edges;
  }
  for (let exponent = low; exponent <= high + 1; exponent++) {
    for (const digit of [1, 2, 5]) edges.push(Math.max(Number(`${digit}e${exponent}`), Number.MIN_VALUE));
  }
  const first = edges.findLastIndex((edge) => edge <= smallest);
  const last = edges.findIndex((edge) => edge >= largest);
  return edges.slice(first, last + 1);
}

function countBetween(sorted: Float64Array, edges: readonly number[], start: number): number[] {
  const counts = edges.slice(1).map(() => 0);
  let bin = 0;
  for (let i = start; i < sorted.length; i++) {
    while (bin < counts.length - 1 && sorted[i]! >= edges[bin + 1]!) bin++;
    counts[bin]!++;
  }
  return counts;
}

function exponentOf(value: number): number {
  return Number(value.toExponential().split("e")[1]);
}
