/** The entry `kerasproof/formats`: ZIP, NPY, NPZ, safetensors and Python's JSON, from sources that a browser has, too. */
export { type ErrorCode, KerasProofError } from "../errors.js";
export type { DType, NdArray, NumericData } from "../ndarray.js";
export type { ByteOrder } from "./byte-order.js";
export { type ByteInput, type ByteReadOptions, type ByteSource, openSource, sliceSource } from "./byte-source.js";
export { encodeText } from "./escaped-text.js";
export { isWrittenAsFloat } from "./float-literals.js";
export { type HttpOptions, type HttpSource, openHttp } from "./http-source.js";
export { defaultLimits, type Limits } from "./limits.js";
export type { LongDouble } from "./long-double.js";
export { type NpyOptions, type NpyReadOptions, type NpyTypes, readNpy } from "./npy.js";
export { type NpzArchive, openNpz } from "./npz.js";
export { type JsonObject, type JsonValue, parsePythonJson } from "./python-json.js";
export {
  openSafetensors,
  type SafetensorsDType,
  type SafetensorsFile,
  type SafetensorsOptions,
  type SafetensorsReadOptions,
  type SafetensorsTensor,
} from "./safetensors.js";
export type { SmallFloat } from "./small-floats.js";
export { writeNpy, type WriteNpyOptions } from "./write-npy.js";
export { type NpzMembers, writeNpz } from "./write-npz.js";
export { openZip, type ZipArchive, type ZipOptions, type ZipSourceOptions } from "./zip/archive.js";
