import { KerasProofError } from "../errors.js";
import { type ByteInput, openSource } from "./byte-source.js";
import { describeUnknown, startsWith } from "./unknown-format.js";

/** A kind of file that this package reads. */
export type FileFormat = "zip" | "hdf5" | "npy" | "json";

/** Bytes from the beginning that are looked at. */
const headBytes = 4096;

const hdf5Magic = "\x89HDF\r\n\x1a\n";

/**
 * Tells the format of a file by its magic bytes, never by its name: a ZIP archive (an empty one too), HDF5 (also after
 * a user block of 512, 1024, 2048 … bytes, HDF5 format specification II.A), NPY, or JSON (the first character that is
 * no blank is `{` or `[`; a byte order mark is allowed). Anything else throws `unknown-format`, whose message says what
 * it looks like. `name` is the place in errors.
 */
export async function detectFormat(input: ByteInput, name: string, signal?: AbortSignal): Promise<FileFormat> {
  const source = openSource(input, name);
  const head = await source.read(0, Math.min(headBytes, source.size), { signal });
  const known = magicFormat(head, name);
  if (known !== undefined) return known;
  for (let offset = 512; offset + hdf5Magic.length <= source.size; offset *= 2) {
    if (startsWith(await source.read(offset, hdf5Magic.length, { signal }), hdf5Magic)) return "hdf5";
  }
  if (/^(?:\xef\xbb\xbf)?[ \t\r\n]*[{[]/.test(String.fromCharCode(...head))) return "json";
  throw unknown(describeUnknown(head), name);
}

/** The format that the first bytes alone tell. */
function magicFormat(head: Uint8Array, name: string): FileFormat | undefined {
  if (startsWith(head, hdf5Magic)) return "hdf5";
  if (startsWith(head, "\x93NUMPY")) return "npy";
  if (startsWith(head, "PK\x05\x06")) return "zip";
  if (!startsWith(head, "PK\x03\x04")) return undefined;
  const nameBytes = (head[26] ?? 0) + 256 * (head[27] ?? 0);
  const first = String.fromCharCode(...head.subarray(30, 30 + nameBytes));
  if (/(?:^|\/)data\.pkl$/.test(first)) throw unknown("a PyTorch file (a ZIP archive around a pickle)", name);
  return "zip";
}

function unknown(found: string, name: string): KerasProofError {
  const wanted = "wanted a .keras archive, an HDF5 file, a JSON text or a NumPy array";
  return new KerasProofError("unknown-format", name, `found ${found}, ${wanted}`);
}
