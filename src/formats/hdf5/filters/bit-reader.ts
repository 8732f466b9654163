/**
 * A copy of bytes, of which bits are read, from the highest of each byte to the lowest. 128 bytes of
 * ones follow them: each count of zeros ends there, and whoever took the bits of a step may look afterwards whether
 * they were there.
 */
export function openBits(bytes: Uint8Array): DataView {
  const copy = new Uint8Array(bytes.length + 128).fill(0xff, bytes.length);
  copy.set(bytes);
  return new DataView(copy.buffer);
}

/** The 25 bits from the bit `at` on, and up to 7 more, at the high end of a signed number of 32. */
export function bitsAt(view: DataView, at: number): number {
  // A shift takes but 32 bits of the position, a division takes time.
  return view.getInt32(at < 2 ** 32 ? at >>> 3 : Math.floor(at / 8)) << (at & 7);
}

/** The unsigned number of the `count` bits from the bit `at` on, 1 to 32. */
export function numberAt(view: DataView, at: number, count: number): number {
  if (count <= 25) return bitsAt(view, at) >>> (32 - count);
  return numberAt(view, at, count - 16) * 2 ** 16 + numberAt(view, at + count - 16, 16);
}

/** How many zeros there are from the bit `at` on before the next one. */
export function zerosAt(view: DataView, at: number): number {
  let zeros = 0;
  while (bitsAt(view, at + zeros) === 0) zeros += 25;
  return zeros + Math.clz32(bitsAt(view, at + zeros));
}

/** Writes a number of 1, 2 or 4 bytes; bits that these do not have are left out. */
export function putNumber(elements: DataView, at: number, size: number, value: number, littleEndian: boolean): void {
  if (size === 1) elements.setUint8(at, value);
  else if (size === 2) elements.setUint16(at, value, littleEndian);
  else elements.setUint32(at, value, littleEndian);
}
