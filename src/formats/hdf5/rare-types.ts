/** Datatypes other than ordinary numbers and texts, loaded on demand in one piece. */
export { readMarkedType } from "./marked-type.js";
export { readRareDatatype } from "./rare-datatypes.js";
export { decodeIntegers } from "./values/integers.js";
export { decodeRare } from "./values/rare-values.js";
export { followReference } from "./values/references.js";
