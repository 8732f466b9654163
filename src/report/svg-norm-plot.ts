import { markup, type Markup } from "./html-markup.js";
import { drawLimits, type PlottedLimits } from "./svg-limit-lines.js";
import { type PlotBox, yOf } from "./svg-norm-curve.js";
import { drawPanel, type PlottedNorms } from "./svg-norm-panel.js";
import { chooseNormScale, type NormScale } from "./svg-norm-scale.js";

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
const below = 38;
const lineHeight = 15;

/**
 * The norms of one weight's groups against its limits, as an `svg` element; several plots stand side by side with one
 * axis. Each group is a bar, the smallest norm first; where they are many, one surface. What a limit cuts off stands
 * out, and so does what a lower limit asks for and is not there. Groups with an infinite or NaN norm are framed at the
 * right. The colours come from `plotStyle`; without it everything is drawn in the colour of the text.
 */
export function formatNormPlot(plots: readonly PlottedNorms[], limits: PlottedLimits, text: PlotText): Markup {
  const shown = [limits.lower, limits.upper].filter((limit) => limit !== null);
  const scale = chooseNormScale(plots, shown);
  const top = 26 + lineHeight * Math.max(...plots.map(({ title }) => title.length));
  const whole: PlotBox = { left, top, width: width - left - right, height: height - top - below };
  const panel = (whole.width - (plots.length - 1) * between) / plots.length;
  const panels = plots.map((plot, i) =>
    drawPanel(plot, scale, limits, { ...whole, left: left + i * (panel + between), width: panel }),
  );
  const reading = scale.logarithmic ? " The axis of the norms is logarithmic." : "";
  return markup`<svg class="plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" \
aria-labelledby="${text.id}-title ${text.id}-text" font-family="system-ui, sans-serif" font-size="12" fill="currentColor">
<title id="${text.id}-title">${text.title}</title>
<desc id="${text.id}-text">${text.description}${reading}</desc>
${drawAxis(scale, whole)}
${panels.map(({ norms }) => norms)}
${drawLimits(limits, scale, whole)}
${panels.map(({ lost }) => lost)}
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
