import { joinMarkup, markup, type Markup } from "./html-markup.js";
import { formatCount, formatInteger } from "./numbers.js";
import { fitText } from "./svg-fit-text.js";
import { heightOfLimit, type PlottedLimits } from "./svg-limit-lines.js";
import { buildNormCurve, type PlotBox } from "./svg-norm-curve.js";
import type { NormScale } from "./svg-norm-scale.js";

/** The norms of the groups along some axes. */
export interface PlottedNorms {
  /** Lines above the plot, short enough for a third of its width where there are three. */
  readonly title: readonly string[];
  /** Finite norms from small to large: all, or evenly picked ones, the smallest and the largest among them. */
  readonly sorted: ArrayLike<number>;
  /** How many finite norms `sorted` stands for. */
  readonly finiteCount: number;
  readonly infiniteCount: number;
  readonly nanCount: number;
}

/** What is drawn of one set of norms. */
export interface NormPanel {
  /** Title, norms and axis. */
  readonly norms: Markup;
  /** Frames for the groups whose norm is not finite, to stand over the lines of the limits. */
  readonly lost: Markup;
}

/** Every kind of norms that there is takes at least this much of the width. */
const leastWidth = 20;
const lineHeight = 15;

/** Draws norms into a box: a part of the width for the finite, the infinite and the NaN ones each. */
export function drawPanel(plotted: PlottedNorms, scale: NormScale, limits: PlottedLimits, box: PlotBox): NormPanel {
  const { title, sorted, finiteCount, infiniteCount, nanCount } = plotted;
  const count = finiteCount + infiniteCount + nanCount;
  const kinds = [finiteCount, infiniteCount, nanCount].filter((one) => one > 0).length;
  const widthOf = (part: number): number =>
    part === 0 ? 0 : leastWidth + (part / count) * (box.width - kinds * leastWidth);
  const [finite, infinite, nan] = [widthOf(finiteCount), widthOf(infiniteCount), widthOf(nanCount)];
  const lost = [
    drawLost(infiniteCount, "infinite", { ...box, left: box.left + finite, width: infinite }),
    drawLost(nanCount, "NaN", { ...box, left: box.left + finite + infinite, width: nan }),
  ];
  const [middle, foot] = [round(box.left + box.width / 2), box.top + box.height];
  const lines = title.map((line, i) =>
    i === 0
      ? fitText(line, round(box.left), 14, Math.floor(box.width))
      : markup`<text x="${round(box.left)}" y="${14 + i * lineHeight}">${line}</text>`,
  );
  const order = markup`<text x="${middle}" y="${foot + 32}" text-anchor="middle">smallest norm first</text>`;
  return {
    norms: markup`${lines}
${finiteCount === 0 ? null : drawFinite(sorted, scale, limits, { ...box, width: finite })}
<path class="axis" d="M${round(box.left)} ${foot}h${round(box.width)}" stroke="currentColor" fill="none"/>
<text x="${middle}" y="${foot + 17}" text-anchor="middle">${formatCount(count, "group")}</text>
${count > 1 ? order : null}`,
    lost: joinMarkup(lost),
  };
}

function drawFinite(sorted: ArrayLike<number>, scale: NormScale, limits: PlottedLimits, box: PlotBox): Markup {
  const heights = Array.from(sorted, (norm) => scale.heightOf(norm));
  const curve = buildNormCurve(heights, box);
  const [low, high] = [heightOfLimit(limits.lower, "lower", scale), heightOfLimit(limits.upper, "upper", scale)];
  const parts: Markup[] = [];
  // On a logarithmic axis a surface would stand on no norm in particular.
  if (!scale.logarithmic) parts.push(drawSurface("norm", curve.surface(0), 0.45));
  if (low !== null) parts.push(drawSurface("short", curve.below(low), 0.3));
  if (high !== null) parts.push(drawSurface("over", curve.above(high), 0.9));
  const line = markup`<path class="norm-line" d="${curve.outline}" stroke="currentColor" stroke-width="2" fill="none"/>`;
  return joinMarkup([...parts, line], "\n");
}

function drawSurface(name: string, path: string, opacity: number): Markup {
  return markup`<path class="${name}" d="${path}" fill="currentColor" fill-opacity="${opacity}"/>`;
}

function drawLost(count: number, word: string, box: PlotBox): Markup {
  if (count === 0) return markup``;
  const [x, y] = [round(box.left + box.width / 2 + 4), box.top + 8];
  return markup`<rect class="lost" x="${round(box.left + 2)}" y="${box.top}" width="${round(box.width - 2)}" \
height="${box.height}" fill="none" stroke="currentColor" stroke-dasharray="3 3"/>
<text class="halo" x="${x}" y="${y}" text-anchor="end" transform="rotate(-90 ${x} ${y})" stroke-width="3" \
paint-order="stroke">${formatInteger(count)} ${word}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
