import { markup } from "../../compiled/report/html-markup.js";

const [width, left, right, below, between] = [480, 40, 8, 40, 22];

/**
 * Lines over one pair of linear axes, in panels side by side, as an `svg` element. `text` is that of `formatNormPlot`;
 * `x` and `y` have `label`, `ticks` (numbers from the foot up; the axis ends at the last) each. A panel has `title`
 * (lines of text) and `lines`: `points`, `look` (`norm`, `over` or `plain`), and perhaps `dots` and a `label` with its
 * place.
 */
export function formatLinePlot({ panels, x, y, height, text }) {
  const top = 24 + 14 * Math.max(...panels.map(({ title }) => title.length));
  const size = { width: (width - left - right - (panels.length - 1) * between) / panels.length, height };
  const drawn = panels.map((panel, i) =>
    drawPanel(panel, { x, y, top, left: left + i * (size.width + between), size }),
  );
  return markup`<svg class="plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top + height + below}" \
role="img" aria-labelledby="${text.id}-title ${text.id}-text" font-family="system-ui, sans-serif" font-size="12" \
fill="currentColor">
<title id="${text.id}-title">${text.title}</title>
<desc id="${text.id}-text">${text.description}</desc>
<text x="4" y="${top - 12}">${y.label}</text>
${y.ticks.map((tick) => markup`<text x="${left - 6}" y="${round(top + height * (1 - tick / y.ticks.at(-1))) + 4}" text-anchor="end">${tick}</text>`)}
${drawn}
<text x="${round((left + width - right) / 2)}" y="${top + height + 34}" text-anchor="middle">${x.label}</text>
</svg>`;
}

function drawPanel({ title, lines }, { x, y, top, left, size }) {
  const place = ([a, b]) => [
    round(left + (a / x.ticks.at(-1)) * size.width),
    round(top + size.height * (1 - b / y.ticks.at(-1))),
  ];
  const grid = y.ticks.map((tick) => `M${place([0, tick]).join(" ")}h${round(size.width)}`).join("");
  const foot = top + size.height;
  return markup`${title.map((line, i) => markup`<text x="${round(left)}" y="${14 + 14 * i}" font-weight="600">${line}</text>`)}
<path class="grid" d="${grid}" stroke="currentColor" stroke-opacity="0.25" fill="none"/>
<path class="axis" d="M${round(left)} ${foot}h${round(size.width)}" stroke="currentColor" fill="none"/>
${x.ticks.map((tick) => markup`<text x="${place([tick, 0])[0]}" y="${foot + 16}" text-anchor="middle">${tick}</text>`)}
${lines.map((line) => drawLine(line, place))}`;
}

function drawLine({ points, look, dots = false, label }, place) {
  const places = points.map(place);
  const d = places.map(([px, py], i) => `${i === 0 ? "M" : "L"}${px} ${py}`).join("");
  const dash = look === "plain" ? markup` stroke-dasharray="3 3"` : null;
  const words =
    label === undefined
      ? null
      : markup`<text class="halo" x="${place(label.at)[0]}" y="${place(label.at)[1]}" stroke-width="3" \
paint-order="stroke" stroke-linejoin="round">${label.words}</text>`;
  if (dots) {
    return markup`${places.map(([px, py]) => markup`<circle class="dot" cx="${px}" cy="${py}" r="4" fill="none" stroke="currentColor" stroke-width="1.5"/>`)}${words}`;
  }
  return markup`<path class="line-${look}" d="${d}" stroke="currentColor" stroke-width="2" fill="none"${dash}/>${words}`;
}

function round(value) {
  return Math.round(value * 10) / 10;
}
