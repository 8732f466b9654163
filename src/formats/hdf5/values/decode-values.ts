import type { Datatype } from "../datatype.js";
import type { FileAccess } from "../file-access.js";
import type { Hdf5Array } from "../hdf5-array.js";
import type { Hdf5ReadOptions } from "../hdf5-object.js";
import { decodeValues as decode } from "../values.js";
import type { StoredBytes } from "./stored-bytes.js";

/** Turns stored elements, as many as the shape says, into values in memory of their own. */
export function decodeValues(
  file: FileAccess,
  stored: StoredBytes,
  datatype: Datatype,
  shape: readonly number[],
  _options: Pick<Hdf5ReadOptions, "int64">,
  place: string,
): Promise<Hdf5Array> {
  return file.pages.run(() => decode(file, stored.bytes, datatype, shape, place));
}
