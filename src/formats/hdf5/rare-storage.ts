/** Ways to store values other than whole, in one piece and as they are, and to read parts, loaded on demand in one piece. */
export { readChunkedLayout } from "./chunked-layout.js";
export { readChunked } from "./chunked-storage.js";
export { readUnchunked } from "./contiguous-storage.js";
export { findMissingFilter, refuseExternal } from "./refused-values.js";
export { readFilters } from "./filter-pipeline.js";
export { selectHyperslab } from "./select-hyperslab.js";
export { outlineVirtual } from "./virtual-sources.js";
export { readVirtual } from "./virtual-storage.js";
