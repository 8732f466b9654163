import type { Cursor } from "../cursor.js";
import { checksumBytes } from "./structure-frame.js";

/**
 * Reads the checksum that closes a structure and compares it with that of the bytes from `start` of the stretch up to
 * the cursor; `bad-checksum` where they differ. All metadata checksums are Jenkins's lookup3 (specification, I.A).
 */
export function expectChecksum(cursor: Cursor, start = 0): void {
  const end = cursor.position;
  cursor.seek(start);
  const computed = lookup3(cursor.bytes(end - start));
  compareChecksum(cursor, computed);
}

/**
 * The same for a structure that takes the whole stretch: its last bytes are the checksum. The cursor stays where it is.
 */
export function expectLastChecksum(cursor: Cursor): void {
  const { position } = cursor;
  cursor.seek(cursor.length - checksumBytes);
  expectChecksum(cursor);
  cursor.seek(position);
}

/** Reads the checksum at the cursor; `bad-checksum` where it is not the computed one. */
export function compareChecksum(cursor: Cursor, computed: number): void {
  const at = cursor.position;
  const stored = cursor.uint32();
  if (stored === computed) return;
  cursor.seek(at);
  cursor.fail("bad-checksum", `found the checksum ${hex(stored)}, wanted ${hex(computed)}`);
}

/** Bob Jenkins's `hashlittle` of 2006 ("lookup3.c", public domain) with the initial value 0: 32 bits, unsigned. */
export function lookup3(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let a = (0xdeadbeef + bytes.length) | 0;
  let b = a;
  let c = a;
  let at = 0;
  for (; bytes.length - at > 12; at += 12) {
    a = (a + view.getInt32(at, true)) | 0;
    b = (b + view.getInt32(at + 4, true)) | 0;
    c = (c + view.getInt32(at + 8, true)) | 0;
    a = ((a - c) | 0) ^ rotated(c, 4);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotated(a, 6);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotated(b, 8);
    b = (b + a) | 0;
    a = ((a - c) | 0) ^ rotated(c, 16);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotated(a, 19);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotated(b, 4);
    b = (b + a) | 0;
  }
  if (at === bytes.length) return c >>> 0;
  // The last bytes, at most 12, stand in words that zeros fill.
  const rest = new Uint8Array(12);
  rest.set(bytes.subarray(at));
  const last = new DataView(rest.buffer);
  a = (a + last.getInt32(0, true)) | 0;
  b = (b + last.getInt32(4, true)) | 0;
  c = (c + last.getInt32(8, true)) | 0;
  c = ((c ^ b) - rotated(b, 14)) | 0;
  a = ((a ^ c) - rotated(c, 11)) | 0;
  b = ((b ^ a) - rotated(a, 25)) | 0;
  c = ((c ^ b) - rotated(b, 16)) | 0;
  a = ((a ^ c) - rotated(c, 4)) | 0;
  b = ((b ^ a) - rotated(a, 14)) | 0;
  c = ((c ^ b) - rotated(b, 24)) | 0;
  return c >>> 0;
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** A checksum as people read it. */
export function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
