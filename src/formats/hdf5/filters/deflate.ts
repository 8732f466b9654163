import { inflate } from "../../inflate.js";
import type { FilteredBytes } from "./filter-function.js";

/** Filter 1: a zlib stream (libhdf5's `H5Zdeflate.c`). Its parameter, the level, matters to writers alone. */
export function undoDeflate({ bytes, maxSize, place }: FilteredBytes): Promise<Uint8Array> {
  return inflate(bytes, maxSize, "deflate", place);
}
