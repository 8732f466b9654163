import { type ErrorCode, KerasProofError } from "../errors.js";
import { extendJsonPath, jsonPath } from "./json-path.js";
import type { Limits } from "./limits.js";
import { printable } from "./printable.js";
import { isWrittenAsFloat } from "./float-literals.js";
import { type JsonObject, type JsonValue, parseStrictJson } from "./python-json.js";

/** The element types of the format (safetensors/src/tensor.rs, 0.8). */
export type SafetensorsDType =
  | "BOOL"
  | "F4"
  | "F6_E2M3"
  | "F6_E3M2"
  | "U8"
  | "I8"
  | "F8_E5M2"
  | "F8_E4M3"
  | "F8_E8M0"
  | "F8_E4M3FNUZ"
  | "F8_E5M2FNUZ"
  | "I16"
  | "U16"
  | "F16"
  | "BF16"
  | "I32"
  | "U32"
  | "F32"
  | "C64"
  | "F64"
  | "I64"
  | "U64";

/** What the header says of one tensor. */
export interface TensorEntry {
  readonly name: string;
  readonly storedType: SafetensorsDType;
  readonly shape: readonly number[];
  /** The first byte of the values, counted from the end of the header, and the one after the last. */
  readonly start: number;
  readonly end: number;
}

/** A header that has been found to describe the whole file. */
export interface SafetensorsHeader {
  /** In the order of their values. */
  readonly entries: readonly TensorEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** The number of bits of one stored element. */
const storedBits: Readonly<Record<SafetensorsDType, number>> = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
};

const metadataKey = "__metadata__";
/** Values of the JSON text that a tensor takes at most, unless it has more axes than any has. */
const valuesEach = 64;

/**
 * Parses the header of a safetensors file, whose values take `valueBytes` bytes, and checks what the format's own
 * reader checks (`Metadata::validate` in safetensors/src/tensor.rs): every tensor has the bytes that its type and shape
 * need, and they lie one after the other, without holes or overlaps, up to the end of the file. Sizes and offsets are
 * integers: `1.0` and `-0` are none. Keys that an entry has beside `dtype`, `shape` and `data_offsets` count for nothing,
 * as there. `base` is the byte with which the text begins. Throws as `openSafetensors`.
 */
export function parseSafetensorsHeader(
  text: Uint8Array,
  valueBytes: number,
  path: string,
  limits: Limits,
  base: number,
): SafetensorsHeader {
  const jsonLength = Math.max(limits.jsonLength, text.length);
  const jsonValues = Math.max(limits.jsonValues, valuesEach * limits.members);
  const header = parseStrictJson(text, path, { jsonLength, jsonValues, jsonDepth: 4 }, base);
  if (!isObject(header)) throw fault("corrupt", jsonPath(path), "found no object", "one of tensors");
  const { [metadataKey]: metadata = null, ...tensors } = header;
  const entries = Object.entries(tensors).map(([name, entry]) => readEntry(name, entry, jsonPath(path, name)));
  if (entries.length > limits.members) {
    throw fault("limit", path, `found ${entries.length} tensors`, `at most ${limits.members}`);
  }
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  let end = 0;
  for (const entry of entries) {
    if (entry.start !== end) {
      const place = jsonPath(path, entry.name, "data_offsets");
      throw fault("corrupt", place, `found values from byte ${entry.start}`, `them right after byte ${end}`);
    }
    end = entry.end;
  }
  if (end > valueBytes) throw fault("truncated", path, `found ${valueBytes} bytes of values`, `${end}`);
  if (end < valueBytes) throw fault("corrupt", path, `found ${valueBytes - end} bytes after the values`, "none");
  return { entries, metadata: readMetadata(metadata, jsonPath(path, metadataKey)) };
}

function readEntry(name: string, value: JsonValue, path: string): TensorEntry {
  if (!isObject(value)) throw fault("corrupt", path, "found no object", "dtype, shape and data_offsets");
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !isStoredType(dtype)) {
    const found = typeof dtype === "string" ? `the dtype ${printable(dtype, 40)}` : "no dtype";
    throw fault("unsupported-format", path, `found ${found}`, "one of those of safetensors 0.8");
  }
  if (!isSizes(shape)) throw fault("corrupt", path, "found no shape", "a list of whole numbers from 0");
  if (!isSizes(offsets) || offsets.length !== 2) throw fault("corrupt", path, "found no data_offsets", "two bytes");
  const [start = 0, end = 0] = offsets;
  const bits = shape.reduce((product, extent) => product * extent, 1) * storedBits[dtype];
  // As in the format's own reader, an extent of 0 does not excuse the others.
  if (shape.reduce((product, extent) => product * Math.max(extent, 1), storedBits[dtype]) > Number.MAX_SAFE_INTEGER) {
    throw fault("limit", path, `found the shape ${describeShape(shape)}`, "a size below 2^53 bits");
  }
  if (end - start !== bits / 8) {
    throw fault("corrupt", path, `found ${end - start} bytes for ${dtype} ${describeShape(shape)}`, `${bits / 8}`);
  }
  return { name, storedType: dtype, shape, start, end };
}

function readMetadata(value: JsonValue, path: string): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (value === null) return metadata;
  if (!isObject(value)) throw fault("corrupt", path, "found no object", "one of texts");
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") throw fault("corrupt", extendJsonPath(path, key), "found no text", "one");
    metadata.set(key, text);
  }
  return metadata;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStoredType(name: string): name is SafetensorsDType {
  return Object.hasOwn(storedBits, name);
}

function isSizes(value: JsonValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((size, i) => isSize(size) && !isWrittenAsFloat(value, i));
}

function isSize(size: unknown): boolean {
  return Number.isSafeInteger(size) && Number(size) >= 0 && !Object.is(size, -0);
}

function describeShape(shape: readonly number[]): string {
  return printable(`(${shape.slice(0, 100).join(", ")})`, 80);
}

function fault(code: ErrorCode, path: string, found: string, wanted: string): KerasProofError {
  return new KerasProofError(code, path, `${found}, wanted ${wanted}`);
}
