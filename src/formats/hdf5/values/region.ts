import type { Cursor } from "../../cursor.js";
import { listRegion, readSelection } from "../dataspace-selection.js";
import type { Hdf5Region } from "../hdf5-array.js";
import { type Decoding, spend } from "./decoding.js";

/** The part of a dataset that a region reference means; the cursor stands on its serialised selection. */
export function readRegion(decoding: Decoding, cursor: Cursor): Hdf5Region {
  /** About what a box takes in memory, and a point for each byte of the file. */
  const boxBytes = 500;
  const pointBytes = 32;
  const start = cursor.position;
  const selection = readSelection(cursor);
  spend(decoding, pointBytes * (cursor.position - start));
  const maxBoxes = Math.floor((decoding.allowance - decoding.spent) / boxBytes);
  const region = listRegion(selection, maxBoxes, cursor);
  if (region.kind === "boxes") spend(decoding, boxBytes * region.boxes.length);
  return region;
}
