import { joinMarkup, markup, type Markup } from "./html-markup.js";
import { formatNumber } from "./numbers.js";
import { type PlotBox, yOf } from "./svg-norm-curve.js";
import type { NormScale } from "./svg-norm-scale.js";

/** The norms that are asked for; null for no limit. */
export interface PlottedLimits {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** The height of a limit; null where it limits nothing: an upper one of infinity, a lower one of 0. */
export function heightOfLimit(limit: number | null, side: keyof PlottedLimits, scale: NormScale): number | null {
  if (limit === null || limit === Infinity) return null;
  if (limit <= 0) return side === "upper" ? 0 : null;
  return scale.heightOf(limit);
}

/** A dashed line with a word for each limit; one for both where they are the same. */
export function drawLimits({ lower, upper }: PlottedLimits, scale: NormScale, box: PlotBox): Markup {
  const [low, high] = [heightOfLimit(lower, "lower", scale), heightOfLimit(upper, "upper", scale)];
  if (high !== null && high === low) return drawLimit(`must be ${formatNumber(upper!)}`, high, box);
  return joinMarkup([
    ...(high === null ? [] : [drawLimit(`limit ${formatNumber(upper!)}`, high, box)]),
    ...(low === null ? [] : [drawLimit(`at least ${formatNumber(lower!)}`, low, box, (high ?? 1) - low < 0.1)]),
  ]);
}

/** The words stand above the line, or below it where above is no room. */
function drawLimit(words: string, height: number, box: PlotBox, crowded = height > 0.9): Markup {
  const y = yOf(height, box);
  return markup`<path class="limit" d="M${box.left} ${y}h${box.width}" stroke="currentColor" stroke-width="1.6" \
stroke-dasharray="6 3" fill="none"/>
<text class="halo" x="${box.left + 4}" y="${y + (crowded ? 14 : -5)}" font-weight="600" stroke-width="3" \
paint-order="stroke" stroke-linejoin="round">${words}</text>`;
}
