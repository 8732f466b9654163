import { type ErrorCode, KerasProofError } from "../errors.js";

/**
 * Reads little-endian numbers and bytes one after the other from a stretch of a file. Every read is checked: one that
 * would pass the end throws `truncated` with the name of the place and the byte offset in the file.
 */
export class Cursor {
  /** The place that errors give. */
  readonly name: string;
  /** The offset in the file of the first byte of the stretch: errors say `byte base + position`. */
  readonly base: number;
  /** The number of bytes of the stretch. */
  readonly length: number;
  readonly #bytes: Uint8Array;
  /** The index in `#bytes` of the first byte of the stretch. */
  readonly #start: number;
  #position = 0;

  /** A cursor over `length` bytes from `start`, by default over all of them. Making one allocates nothing else. */
  constructor(bytes: Uint8Array, name: string, base = 0, start = 0, length: number = bytes.length - start) {
    this.name = name;
    this.base = base;
    this.length = length;
    this.#bytes = bytes;
    this.#start = start;
  }

  /** The offset within the stretch of the byte that is read next. */
  get position(): number {
    return this.#position;
  }

  /** The number of bytes that are left. */
  get remaining(): number {
    return this.length - this.#position;
  }

  uint8(): number {
    return this.#bytes[this.#advance(1)]!;
  }

  uint16(): number {
    const at = this.#advance(2);
    const bytes = this.#bytes;
    return bytes[at]! | (bytes[at + 1]! << 8);
  }

  uint32(): number {
    const at = this.#advance(4);
    const bytes = this.#bytes;
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }

  /** A 64-bit unsigned integer; one above 2^53 - 1, which no size or offset of a real file reaches, is `corrupt`. */
  uint64(): number {
    const low = this.uint32();
    const high = this.uint32();
    if (high < 2 ** 21) return low + high * 2 ** 32;
    this.#position -= 8;
    return this.fail("corrupt", `found the number ${(BigInt(high) << 32n) | BigInt(low)}, wanted one below 2^53`);
  }

  /** The next bytes as a view on the same memory. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** The next bytes as a stretch of their own, whose errors keep the offsets of this file. */
  window(length: number, name: string = this.name): Cursor {
    const base = this.base + this.#position;
    return new Cursor(this.#bytes, name, base, this.#advance(length), length);
  }

  skip(length: number): void {
    this.#advance(length);
  }

  /** Moves to an offset within the stretch; its end is allowed. */
  seek(position: number): void {
    if (!Number.isSafeInteger(position) || position < 0 || position > this.length) {
      this.fail("truncated", `found ${this.length} bytes from byte ${this.base}, wanted byte ${position} of them`);
    }
    this.#position = position;
  }

  /** Throws with the name of the place and the byte offset of the position. */
  fail(code: ErrorCode, message: string): never {
    throw new KerasProofError(code, this.name, message, { offset: this.base + this.#position });
  }

  /** Passes over bytes that are there; gives the index in `#bytes` of the first. */
  #advance(length: number): number {
    const position = this.#position;
    if (!Number.isSafeInteger(length) || length < 0 || length > this.length - position) {
      this.fail("truncated", `found ${this.length - position} bytes, wanted ${length}`);
    }
    this.#position = position + length;
    return this.#start + position;
  }
}
