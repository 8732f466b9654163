import type { Cursor } from "../cursor.js";

/** The bytes up to the next zero byte, which is passed over; `corrupt` where there is none. */
export function readTerminated(cursor: Cursor): Uint8Array {
  const start = cursor.position;
  const length = cursor.bytes(cursor.remaining).indexOf(0);
  cursor.seek(start);
  if (length < 0) cursor.fail("corrupt", "found a text without an end, wanted a zero byte after it");
  const text = cursor.bytes(length);
  cursor.skip(1);
  return text;
}

/** The bytes before the first zero byte, all where there is none. */
export function cutAtZero(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
