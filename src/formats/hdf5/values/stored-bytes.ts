/** Elements as they are stored, one after the other in C order. */
export interface StoredBytes {
  readonly bytes: Uint8Array;
  /**
   * True where `bytes` is memory of its own, from the first byte of its buffer to the last, which may be written to
   * and handed out: then decoding needs no copy.
   */
  readonly fresh: boolean;
}

/** The bytes as memory that may be written to. */
export function ownBytes(stored: StoredBytes): Uint8Array {
  return stored.fresh ? stored.bytes : new Uint8Array(stored.bytes);
}
