import { plotStyle } from "../../compiled/report/svg-style.js";

/** A plot as a file of its own, which brings the style and the ground that a page would give it. */
export function formatSvgFile({ markup }) {
  const end = markup.indexOf(">") + 1;
  const [, width, height] = /viewBox="0 0 (\S+) (\S+)"/.exec(markup);
  const margin = 8;
  const root = markup
    .slice(0, end)
    .replace(/viewBox="[^"]*"/, `viewBox="${-margin} ${-margin} ${+width + 2 * margin} ${+height + 2 * margin}"`)
    .replace("<svg ", `<svg width="${Math.round(1.4 * (+width + 2 * margin))}" `);
  const ground = `<rect class="ground" x="${-margin}" y="${-margin}" width="100%" height="100%" fill="none"/>`;
  return `${root}\n<style>${plotStyle}</style>\n${ground}${markup.slice(end)}\n`;
}
