/**
 * What ordinary files of Keras do without, loaded on demand in one piece: structures of files that were written for
 * newer readers than the earliest (`libver` of h5py), and long object headers of whatever age; ways to store values
 * other than whole, in one piece and as they are, and to read parts; datatypes other than ordinary numbers and texts.
 * They stand in an order in which the bundle compresses well.
 */
export { extendFile } from "./superblock-extension.js";
export { findMissingFilter, readRareStorage, refuseExternal } from "./rare-storage.js";
export { walkDenseAttributes } from "./attribute-info.js";
export { expectChecksum, expectLastChecksum } from "./checksum.js";
export { readLargeHeader } from "./large-header.js";
export { outlineVirtual } from "./virtual-outline.js";
export { readFilters } from "./filter-pipeline.js";
export { followShared } from "./follow-shared.js";
export { selectHyperslab } from "./select-hyperslab.js";
export { readChunkedLayout } from "./chunked-layout.js";
export { decodeRare } from "./values/rare-values.js";
export { readRareDatatype } from "./rare-datatypes.js";
export { openLinkInfo } from "./link-info.js";
export { readMarkedType } from "./marked-type.js";
