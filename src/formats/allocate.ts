import { KerasProofError } from "../errors.js";

/** Zeroed memory of `size` bytes; `limit` where it is not to be had. `path` is the place in errors. */
export function allocateBytes(size: number, path: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    const message = `found a size of ${size} bytes, wanted one that fits in memory`;
    throw new KerasProofError("limit", path, message, { cause });
  }
}
