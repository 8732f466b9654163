import { atByte } from "./at-byte.js";
import { type ByteInput, nameOf, openSource } from "./byte-source.js";
import { Cursor } from "./cursor.js";
import { chooseLimits, type Limits } from "./limits.js";
import { checkKinds, openingKinds, type OptionKinds } from "./option-kinds.js";
import { parseSafetensorsHeader } from "./safetensors-header.js";
import { openTensor, type SafetensorsTensor, type TensorFile } from "./safetensors-tensor.js";

/** An open safetensors file. Values are read when they are asked for. */
export interface SafetensorsFile {
  /** The names of the tensors, in the order of their values. */
  readonly names: readonly string[];
  /** The texts that the file says about itself. */
  readonly metadata: ReadonlyMap<string, string>;
  /** One tensor; undefined where there is none of that name. */
  get(name: string): SafetensorsTensor | undefined;
}

/** What a caller may choose about a file. */
export interface SafetensorsOptions {
  /** Those that differ from `defaultLimits`; `members` counts tensors. */
  readonly limits?: Partial<Limits>;
  /** The name of the file in errors; by default the source's own, else `file.safetensors`. */
  readonly name?: string;
  /** Stops the opening with an `aborted` error. */
  readonly signal?: AbortSignal | undefined;
}

const optionKinds: OptionKinds<SafetensorsOptions> = openingKinds;
/** MAX_HEADER_SIZE of the format's own reader (safetensors/src/tensor.rs). */
const mostHeaderBytes = 100_000_000;
const lengthBytes = 8;

/**
 * Opens a safetensors file. Only its header is read. Throws `unknown-format` for a file that does not begin as one,
 * `truncated`, `bad-json`, `duplicate` for a name that stands twice, `corrupt` for a header that contradicts itself or
 * does not cover the file, `unsupported-format` for another dtype, `limit` for a header of more than 100 MB, for more
 * tensors than `members`, and for one of 2^53 bits or more, and `aborted`.
 */
export async function openSafetensors(input: ByteInput, options: SafetensorsOptions = {}): Promise<SafetensorsFile> {
  checkKinds(options, optionKinds, "openSafetensors");
  const path = nameOf(input, options.name, "file.safetensors");
  const limits = chooseLimits(options.limits);
  const { signal } = options;
  const source = openSource(input, path);
  const first = new Cursor(await source.read(0, Math.min(lengthBytes + 1, source.size), { signal }), path);
  // Looked at before the length, which of a file of another format may be any number.
  first.skip(lengthBytes);
  if (first.uint8() !== 0x7b) first.fail("unknown-format", "found no { after the length of the header, wanted one");
  first.seek(0);
  const length = first.uint64();
  const start = lengthBytes + length;
  if (length > mostHeaderBytes) {
    first.seek(0);
    first.fail("limit", `found a header of ${length} bytes, wanted at most ${mostHeaderBytes}`);
  }
  const text = await source.read(lengthBytes, length, { signal });
  const { entries, metadata } = await atByte(lengthBytes, () =>
    parseSafetensorsHeader(text, source.size - start, path, limits, lengthBytes),
  );

  const file: TensorFile = { source, path, start, limits };
  const tensors = new Map(entries.map((entry) => [entry.name, openTensor(entry, file)]));
  return { names: [...tensors.keys()], metadata, get: (name) => tensors.get(name) };
}
