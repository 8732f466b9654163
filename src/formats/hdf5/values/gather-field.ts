import { copyStrided } from "../strided-copy.js";

/**
 * The bytes of one field of all records, one after the other in memory of their own: `size` bytes from byte `offset` of
 * every `stride` bytes.
 */
export function gatherField(bytes: Uint8Array, stride: number, offset: number, size: number): Uint8Array {
  const count = bytes.length / stride;
  const gathered = new Uint8Array(count * size);
  copyStrided({ bytes, offset, strides: [stride] }, { bytes: gathered, offset: 0, strides: [size] }, [count], size);
  return gathered;
}
