import type { ConfigReader } from "../config-reader.js";
import { describeJson } from "../describe-json.js";
import { type LayerRule, only } from "../rule.js";
import { channelsLast, imageShape, ownOrder, padImage, type Pair, shapeOfImage } from "./image-window.js";

export interface ZeroPaddingOptions {
  /** Before and after the rows. */
  readonly rows: Pair;
  /** Before and after the columns. */
  readonly columns: Pair;
  readonly channelsFirst: boolean;
}

/** `ZeroPadding2D` (keras/src/layers/reshaping/zero_padding2d.py): one number, a pair, or a pair of pairs. */
export const zeroPadding2d: LayerRule<ZeroPaddingOptions> = {
  className: "ZeroPadding2D",
  read: (config) => ({ ...readSides(config), channelsFirst: config.dataFormat() === "channels_first" }),
  outputShapes({ options, inputs }) {
    const { rows, columns, channelsFirst } = options;
    const [batch, height, width, channels] = imageShape("ZeroPadding2D", only(inputs), channelsFirst);
    return [shapeOfImage(batch, grown(height, rows), grown(width, columns), channels, channelsFirst)];
  },
  call({ tf, options, inputs }) {
    const image = channelsLast(tf, only(inputs), options.channelsFirst);
    return ownOrder(tf, padImage(tf, image, options.rows, options.columns), options.channelsFirst);
  },
};

function readSides(config: ConfigReader): { rows: Pair; columns: Pair } {
  const raw = config.raw("padding") ?? 1;
  const [rows, columns] = Array.isArray(raw) ? raw : [raw, raw];
  const sides = [rows, columns].map((side) => (Array.isArray(side) ? side : [side, side]));
  const valid = sides.every(
    (side) => side.length === 2 && side.every((n) => Number.isSafeInteger(n) && (n as number) >= 0),
  );
  if (valid && (!Array.isArray(raw) || raw.length === 2)) {
    return { rows: sides[0] as unknown as Pair, columns: sides[1] as unknown as Pair };
  }
  const found = `found ${describeJson(raw)}, wanted an integer, two, or two pairs`;
  return config.problem("bad-config", "padding", found, { rows: [0, 0], columns: [0, 0] });
}

function grown(extent: number | null, sides: Pair): number | null {
  return extent === null ? null : extent + sides[0] + sides[1];
}
