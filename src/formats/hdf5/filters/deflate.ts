import { inflate } from "../../inflate.js";
import type { BuiltInFilter } from "./built-in-filter.js";
import { newMemory } from "./scratch-memory.js";

/** Filter 1: a zlib stream (libhdf5's `H5Zdeflate.c`). Its parameter, the level, matters to writers alone. */
export const undoDeflate: BuiltInFilter = ({ bytes, maxSize, place }, { take, isShared } = newMemory) =>
  inflate(bytes, maxSize, place, take, isShared);
