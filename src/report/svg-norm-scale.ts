import { formatNumber } from "./numbers.js";

/** Where norms stand on the vertical axis of a plot. */
export interface NormScale {
  /** Logarithmic where a linear axis would press half of some norms, or a limit, against its foot. */
  readonly logarithmic: boolean;
  /** The height of a finite norm: 0 at the foot of the axis, 1 at its top. */
  readonly heightOf: (norm: number) => number;
  /** From the foot up. */
  readonly ticks: readonly { readonly height: number; readonly label: string }[];
}

/** What a scale has to show: some norms, finite and sorted from small to large, of one or several plots side by side. */
export interface ScaledNorms {
  readonly sorted: ArrayLike<number>;
}

/** A median, or a limit, below this part of the axis could hardly be told from 0. */
const leastReadable = 1 / 50;

/** The part of a logarithmic axis that holds 0, below its smallest decade, where there are norms of 0. */
const zeroRoom = 0.12;

/**
 * One axis for norms and their limits. It begins at 0; where that would hide what matters, it is logarithmic, and norms
 * of 0 have a place of their own below the decades. Limits of 0 and infinite ones do not stretch it.
 */
export function chooseNormScale(plots: readonly ScaledNorms[], limits: readonly number[]): NormScale {
  const shown = limits.filter((limit) => limit > 0 && limit < Infinity);
  const largest = Math.max(0, ...shown, ...plots.map(({ sorted }) => sorted[sorted.length - 1] ?? 0));
  const medians = plots.map(({ sorted }) => sorted[sorted.length >> 1] ?? 0);
  const small = Math.min(largest, ...[...shown, ...medians].filter((norm) => norm > 0));
  if (small >= largest * leastReadable) return linearScale(largest);
  const least = Math.min(small, ...plots.map(({ sorted }) => firstPositive(sorted)));
  return logarithmicScale(
    least,
    largest,
    plots.some(({ sorted }) => sorted[0] === 0),
  );
}

function firstPositive(sorted: ArrayLike<number>): number {
  for (let i = 0; i < sorted.length; i++) if (sorted[i]! > 0) return sorted[i]!;
  return Infinity;
}

/** From 0 to the first round number at or above the largest norm, with 2 to 5 steps of 1, 2 or 5 times a power of 10. */
function linearScale(largest: number): NormScale {
  const power = 10 ** Math.floor(Math.log10(largest / 4));
  const step = [1, 2, 5, 10].map((times) => times * power).find((step) => step * 5 >= largest) ?? 0;
  // Norms at the very ends of float64 have no round steps.
  const steps = step > 1e-300 && step < 1e300 ? Math.ceil(largest / step) : 1;
  const top = steps > 1 ? steps * step : largest > 0 ? largest : 1;
  return {
    logarithmic: false,
    heightOf: (norm) => norm / top,
    ticks: Array.from({ length: steps + 1 }, (_, i) => ({
      height: i / steps,
      label: formatNumber(i === steps ? top : i * step),
    })),
  };
}

/** Whole decades, at most 7 of them labelled. */
function logarithmicScale(least: number, largest: number, zeros: boolean): NormScale {
  const [low, high] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(largest))];
  const foot = zeros ? zeroRoom : 0;
  const stride = Math.ceil((high - low) / 6);
  const heightOf = (norm: number): number =>
    norm === 0 ? 0 : foot + ((1 - foot) * (Math.log10(norm) - low)) / (high - low);
  const decades = Array.from({ length: Math.floor((high - low) / stride) + 1 }, (_, i) => low + i * stride);
  const ticks = decades.map((decade) => ({
    height: foot + ((1 - foot) * (decade - low)) / (high - low),
    label: Math.abs(decade) < 4 ? String(10 ** decade) : `1e${decade}`,
  }));
  return { logarithmic: true, heightOf, ticks: zeros ? [{ height: 0, label: "0" }, ...ticks] : ticks };
}
