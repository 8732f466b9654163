import { joinMarkup, markup, type Markup } from "./html-markup.js";
import { formatCount, formatInteger, formatNumber } from "./numbers.js";
import { buildNormCurve, type PlotBox, yOf } from "./svg-norm-curve.js";
import { chooseNormScale, type NormScale } from "./svg-norm-scale.js";

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

/** The norms that are asked for; null for no limit. */
export interface PlottedLimits {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** What a plot says to those who cannot see it, and its place in a page. */
export interface PlotText {
  /** Begins the ids of the plot; no other plot of the page may have it. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

const width = 480;
const height = 290;
const left = 50;
const right = 8;
const between = 16;
const lineHeight = 15;

/**
 * The norms of one weight's groups against its limits, as an `svg` element; several plots stand side by side with one
 * axis. Each group is a bar, the smallest norm first; where they are many, one surface. What a limit cuts off stands out,
 * and so does what a lower limit asks for and is not there. Groups with an infinite or NaN norm are framed at the right,
 * in proportion. The colours come from `plotStyle`; without it everything is drawn in the colour of the text.
 */
export function formatNormPlot(plots: readonly PlottedNorms[], limits: PlottedLimits, text: PlotText): Markup {
  const shown = [limits.lower, limits.upper].filter((limit) => limit !== null);
  const scale = chooseNormScale(plots, shown);
  const lines = Math.max(...plots.map(({ title }) => title.length));
  const top = 26 + lines * lineHeight;
  const panel = (width - left - right - (plots.length - 1) * between) / plots.length;
  const boxes = plots.map((_, i): PlotBox => ({
    left: left + i * (panel + between),
    top,
    width: panel,
    height: height - top - 38,
  }));
  const whole = { left, top, width: width - left - right, height: height - top - 38 };
  const reading = scale.logarithmic ? " The axis of the norms is logarithmic." : "";
  return markup`<svg class="plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" \
aria-labelledby="${text.id}-title ${text.id}-text" font-family="system-ui, sans-serif" font-size="12" fill="currentColor">
<title id="${text.id}-title">${text.title}</title>
<desc id="${text.id}-text">${text.description}${reading}</desc>
${drawAxis(scale, whole)}
${boxes.map((box, i) => drawNorms(plots[i]!, scale, limits, box))}
${drawLimits(limits, scale, whole)}
</svg>`;
}

function drawAxis(scale: NormScale, box: PlotBox): Markup {
  const end = box.left + box.width;
  const grid = scale.ticks.map(({ height }) => `M${box.left} ${yOf(height, box)}H${end}`).join("");
  const labels = scale.ticks.map(
    ({ height, label }) => markup`<text x="${box.left - 6}" y="${yOf(height, box) + 4}">${label}</text>`,
  );
  return markup`<path class="grid" d="${grid}" stroke="currentColor" stroke-opacity="0.25" fill="none"/>
<g text-anchor="end">${labels}</g>
<text x="4" y="${box.top - 12}">${scale.logarithmic ? "norm, logarithmic" : "norm"}</text>`;
}

function drawNorms(norms: PlottedNorms, scale: NormScale, { lower, upper }: PlottedLimits, box: PlotBox): Markup {
  const { finiteCount, infiniteCount, nanCount } = norms;
  const count = finiteCount + infiniteCount + nanCount;
  const lost = [
    { count: infiniteCount, word: "infinite" },
    { count: nanCount, word: "NaN" },
  ].filter(({ count }) => count > 0);
  // Each frame is wide enough for its words.
  const widths = lost.map((one) =>
    Math.max(20, finiteCount === 0 ? box.width / lost.length - 2 : (one.count / count) * box.width * 0.8),
  );
  const finiteWidth = Math.max(0, box.width - widths.reduce((sum, one) => sum + one, 0));
  const frames = lost.map(({ count, word }, i) => {
    const x = box.left + finiteWidth + widths.slice(0, i).reduce((sum, one) => sum + one, 0);
    return drawLost(`${formatInteger(count)} ${word}`, { ...box, left: x + 2, width: widths[i]! - 2 });
  });
  const foot = box.top + box.height;
  return markup`<g>${norms.title.map(
    (line, i) => markup`<text x="${round(box.left)}" y="${14 + i * lineHeight}"${i === 0 ? bold : null}>${line}</text>`,
  )}
${finiteCount === 0 ? null : drawFinite(norms.sorted, scale, { lower, upper }, { ...box, width: finiteWidth })}
${frames}
<path class="axis" d="M${round(box.left)} ${foot}h${round(box.width)}" stroke="currentColor" fill="none"/>
<text x="${round(box.left + box.width / 2)}" y="${foot + 17}" text-anchor="middle">${formatCount(count, "group")}</text>
${count > 1 ? markup`<text x="${round(box.left + box.width / 2)}" y="${foot + 32}" text-anchor="middle">smallest norm first</text>` : null}</g>`;
}

const bold = markup` font-weight="600"`;

function drawFinite(
  sorted: ArrayLike<number>,
  scale: NormScale,
  { lower, upper }: PlottedLimits,
  box: PlotBox,
): Markup {
  const curve = buildNormCurve(
    Array.from(sorted, (norm) => scale.heightOf(norm)),
    box,
  );
  const parts: Markup[] = [];
  // A surface on a logarithmic axis would stand on no norm in particular.
  if (!scale.logarithmic) {
    parts.push(markup`<path class="norm" d="${curve.surface(0)}" fill="currentColor" fill-opacity="0.45"/>`);
  }
  if (lower !== null && lower > 0) {
    parts.push(
      markup`<path class="short" d="${curve.below(heightOf(lower, scale))}" fill="currentColor" fill-opacity="0.3"/>`,
    );
  }
  if (upper !== null && upper < Infinity) {
    parts.push(
      markup`<path class="over" d="${curve.above(heightOf(upper, scale))}" fill="currentColor" fill-opacity="0.9"/>`,
    );
  }
  parts.push(markup`<path class="norm-line" d="${curve.outline}" stroke="currentColor" stroke-width="2" fill="none"/>`);
  return joinMarkup(parts, "\n");
}

function heightOf(limit: number, scale: NormScale): number {
  return limit <= 0 ? 0 : scale.heightOf(limit);
}

function drawLost(words: string, box: PlotBox): Markup {
  const [x, y] = [round(box.left + box.width / 2 + 4), round(box.top + box.height / 2)];
  return markup`<rect class="lost" x="${round(box.left)}" y="${box.top}" width="${round(box.width)}" height="${box.height}" \
fill="none" stroke="currentColor" stroke-dasharray="3 3"/>
<text x="${x}" y="${y}" text-anchor="middle" transform="rotate(-90 ${x} ${y})">${words}</text>`;
}

function drawLimits({ lower, upper }: PlottedLimits, scale: NormScale, box: PlotBox): Markup {
  const high = upper === null || upper === Infinity ? null : heightOf(upper, scale);
  const low = lower === null || lower <= 0 ? null : heightOf(lower, scale);
  if (high !== null && high === low) return drawLimit(`must be ${formatNumber(upper!)}`, high, box);
  return joinMarkup([
    ...(high === null ? [] : [drawLimit(`limit ${formatNumber(upper!)}`, high, box)]),
    ...(low === null ? [] : [drawLimit(`at least ${formatNumber(lower!)}`, low, box, (high ?? 1) - low < 0.1)]),
  ]);
}

/** A dashed line with its words above it, or below it where above is no room. */
function drawLimit(words: string, height: number, box: PlotBox, crowded = height > 0.9): Markup {
  const y = yOf(height, box);
  return markup`<path class="limit" d="M${box.left} ${y}h${box.width}" stroke="currentColor" stroke-width="1.6" \
stroke-dasharray="6 3" fill="none"/>
<text class="halo" x="${box.left + 4}" y="${y + (crowded ? 14 : -5)}" font-weight="600" stroke-width="3" \
paint-order="stroke" stroke-linejoin="round">${words}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
