import { KerasProofError } from "../errors.js";
import type { NdArray } from "../ndarray.js";
import { type ArrayCosts, openAllowance, spend, startCosts } from "./array-costs.js";
import { atByte } from "./at-byte.js";
import { type ByteInput, type ByteReadOptions, checkRange, nameOf, openSource } from "./byte-source.js";
import { type ByteStream, streamSource } from "./byte-stream.js";
import { Cursor } from "./cursor.js";
import { numbersFromFortranOrder, textsFromFortranOrder } from "./fortran-order.js";
import { type Limits, chooseLimits } from "./limits.js";
import { checkListed } from "./listed-values.js";
import { readLongDoubles } from "./long-double.js";
import { mostHeaderBytes, readNpyHeader } from "./npy-header.js";
import { readTexts } from "./npy-text.js";
import { type NpyType, type NpyTypes, parseNpyType } from "./npy-type.js";
import { heldBytes, readNumbers } from "./number-values.js";
import { checkKinds, oneOf, openingKinds, type OptionKinds, readingKinds } from "./option-kinds.js";
import { rareBits } from "./rare-floats.js";
import { widenedBits } from "./small-floats.js";

export type { NpyTypes };

/** What a caller may choose about reading an array. */
export interface NpyOptions extends NpyTypes {
  /** Those that differ from `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  /** The place in errors; by default the source's own, else `array.npy`. */
  readonly name?: string;
  /** Stops the reading with an `aborted` error. */
  readonly signal?: AbortSignal | undefined;
}

const typeKinds: OptionKinds<NpyTypes> = {
  raw: oneOf(...Object.keys(widenedBits), ...Object.keys(rareBits)),
  longDouble: oneOf("x87", "binary128"),
};
const optionKinds: OptionKinds<NpyOptions> = { ...openingKinds, ...typeKinds };

/**
 * Reads one array of NumPy's NPY format (NEP 1, versions 1.0 to 3.0) in memory of its own: numbers of either byte
 * order, booleans, and text (`U`, and `S` as UTF-8, from which `encodeText` gives other bytes back; zero characters at
 * the end are padding, as in NumPy). Fortran order comes transposed to C order. Long doubles come as the nearest
 * float64, ties to even. A source that is not in memory is read in two parts, header and values; values that are widened
 * or put in another order in parts of 4 MiB, or where they lie far from each other of a 64th of them.
 *
 * Throws `pickle` for arrays of Python objects, which are never unpickled; `unsupported-format` for structured and time
 * dtypes, and for raw bytes and long doubles of which neither the file nor the options tell what they are; `limit` for
 * more than `arrayBytes` bytes of values, for more texts than a list can hold, and for values that take more memory than
 * `memberRatio` times the file and 32 MiB; `truncated` for fewer bytes than the shape says, `corrupt` for more;
 * `aborted`; `usage` for options that do not exist; and as `readNpyHeader`.
 */
export async function readNpy(input: ByteInput, options: NpyOptions = {}): Promise<NdArray> {
  checkKinds(options, optionKinds, "readNpy");
  const path = nameOf(input, options.name, "array.npy");
  const source = openSource(input, path);
  const limits = chooseLimits(options.limits);
  const stream = streamSource(source, path, options.signal);
  const file = openAllowance("memberRatio", limits, source.size);
  return readNpyStream(stream, limits, options, startCosts(file, path, path));
}

/** What a caller may choose about reading one array of several. */
export interface NpyReadOptions extends ByteReadOptions, NpyTypes {}

export const npyReadKinds: OptionKinds<NpyReadOptions> = { ...readingKinds, ...typeKinds };

/** As `readNpy`, from a stream of the file's bytes; `costs` are those of the array alone. */
export async function readNpyStream(
  stream: ByteStream,
  limits: Limits,
  options: NpyTypes,
  costs: ArrayCosts,
): Promise<NdArray> {
  return atByte(0, () => readArray(stream, limits, options, costs));
}

async function readArray(stream: ByteStream, limits: Limits, options: NpyTypes, costs: ArrayCosts): Promise<NdArray> {
  const path = costs.place;
  const cursor = new Cursor(await stream.peek(mostHeaderBytes), path);
  const { descr, fortranOrder, shape } = readNpyHeader(cursor);
  const type = parseNpyType(descr, options, path);
  const count = countElements(shape, type.itemBytes, limits, path);
  const mostEmpty = Math.floor((limits.arrayRatio * stream.size) / entryBytes);
  if (type.itemBytes === 0 && count > mostEmpty) {
    const message = `found ${count} empty strings in ${stream.size} bytes, wanted at most ${mostEmpty}`;
    throw new KerasProofError("limit", path, message);
  }
  if (type.dtype === "string") checkListed(count, path);
  const start = cursor.position;
  const size = count * type.itemBytes;
  checkRange(start, size, stream.size, path);
  const extra = stream.size - start - size;
  if (extra > 0) {
    throw new KerasProofError("corrupt", path, `found ${extra} bytes after the values, wanted none`, {
      offset: start + size,
    });
  }
  await stream.next(start);
  const reorder = fortranOrder && count > 0 && shape.filter((extent) => extent > 1).length > 1;
  return { dtype: type.dtype, shape, data: await readValues(stream, type, count, reorder ? shape : undefined, costs) };
}

/** The bytes that a list takes for each text, also for an empty one. */
const entryBytes = 8;

/** The values in C order. With `fortranShape` the stream has them in Fortran order. */
async function readValues(
  stream: ByteStream,
  type: NpyType,
  count: number,
  fortranShape: readonly number[] | undefined,
  costs: ArrayCosts,
): Promise<NdArray["data"]> {
  /** Bytes that could be filled in the time that rounding a long double takes. */
  const longDoubleWork = 720;
  if (type.kind === "number") {
    const { stored, entries, byteOrder } = type;
    spend(costs, count * entries * heldBytes(stored));
    return readNumbers(stream, { dtype: stored, byteOrder, entries }, count, fortranShape, costs.place);
  }
  if (type.kind !== "long-double") {
    const texts = await readTexts(stream, type, count, costs);
    return fortranShape === undefined ? texts : textsFromFortranOrder(texts, fortranShape);
  }
  const { itemBytes, byteOrder, format } = type;
  spend(costs, count * (itemBytes + longDoubleWork));
  const values = readLongDoubles(await stream.take(count * itemBytes), itemBytes, byteOrder, format, costs.place);
  return fortranShape === undefined ? values : numbersFromFortranOrder(values, fortranShape, 1);
}

function countElements(shape: readonly number[], itemBytes: number, limits: Limits, path: string): number {
  // As in NumPy, an array without elements must not be impossibly large along its other axes either.
  let extents = 1;
  for (const extent of shape) extents *= Math.max(extent, 1);
  const found = `found the shape (${shape.join(", ")}) of ${itemBytes} bytes an element`;
  if (extents * Math.max(itemBytes, 1) > Number.MAX_SAFE_INTEGER) {
    throw new KerasProofError("limit", path, `${found}, wanted a size below 2^53`);
  }
  const count = shape.includes(0) ? 0 : extents;
  if (count * itemBytes <= limits.arrayBytes) return count;
  throw new KerasProofError("limit", path, `${found}, wanted at most ${limits.arrayBytes} bytes in all`);
}
