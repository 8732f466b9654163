import { KerasProofError } from "../../../errors.js";

/** How many bits of an element are stored, and where in it they belong. */
export interface PackedBits {
  /** The bytes of an element. */
  readonly size: number;
  readonly bigEndian: boolean;
  /** The number of bits that are stored; the others are zeros. */
  readonly precision: number;
  /** The lowest of them, counted from the element's lowest bit. */
  readonly offset: number;
}

/** Reads bits one after the other, from the highest of each byte to the lowest; `corrupt` where there are none left. */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #place: string;
  #position: number;
  /** Bits that were taken from the bytes and not yet read: the lowest `available` ones. */
  #pending = 0;
  #available = 0;

  constructor(bytes: Uint8Array, position: number, place: string) {
    this.#bytes = bytes;
    this.#position = position;
    this.#place = place;
  }

  /** The next bits, 1 to 8 of them, as a number. */
  bits(count: number): number {
    if (this.#available < count) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) {
        const found = `found ${this.#bytes.length} packed bytes`;
        throw new KerasProofError("corrupt", this.#place, `${found}, wanted more for the elements of the chunk`);
      }
      this.#pending = ((this.#pending << 8) | byte) & 0xffff;
      this.#available += 8;
    }
    this.#available -= count;
    return (this.#pending >> this.#available) & ((1 << count) - 1);
  }

  /** The next bits, up to 32 of them, as an unsigned number. */
  number(count: number): number {
    let value = 0;
    for (let left = count; left > 0;) {
      const step = left % 8 === 0 ? 8 : left % 8;
      value = value * 2 ** step + this.bits(step);
      left -= step;
    }
    return value;
  }

  /** One element into zeroed memory: its stored bits follow each other from the highest down. */
  unpack({ size, bigEndian, precision, offset }: PackedBits, elements: Uint8Array, at: number): void {
    const end = offset + precision;
    for (let byte = (end - 1) >> 3; byte >= offset >> 3; byte--) {
      const low = Math.max(offset - 8 * byte, 0);
      const value = this.bits(Math.min(end - 8 * byte, 8) - low) << low;
      elements[at + (bigEndian ? size - 1 - byte : byte)] = value;
    }
  }
}
