export type ByteOrder = "little" | "big";

/** The order in which this machine's typed arrays hold the bytes of a number. */
export const hostByteOrder: ByteOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? "little" : "big";

/** Turns the byte order of each element around, in place. `bytes` holds whole elements. */
export function reverseElements(bytes: Uint8Array, elementBytes: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  // Reading one order and writing the other is a single instruction.
  if (elementBytes === 2) {
    for (let i = 0; i < length; i += 2) view.setInt16(i, view.getInt16(i, true), false);
  } else if (elementBytes === 4) {
    for (let i = 0; i < length; i += 4) view.setInt32(i, view.getInt32(i, true), false);
  } else if (elementBytes === 8) {
    for (let i = 0; i < length; i += 8) {
      const low = view.getInt32(i, true);
      view.setInt32(i, view.getInt32(i + 4, true), false);
      view.setInt32(i + 4, low, false);
    }
  } else if (elementBytes > 1) {
    for (let start = 0; start < length; start += elementBytes) bytes.subarray(start, start + elementBytes).reverse();
  }
}
