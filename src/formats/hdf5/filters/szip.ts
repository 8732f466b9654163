import { hostByteOrder, reverseElements } from "../../byte-order.js";
import { bitsAt, numberAt, openBits, zerosAt } from "./bit-reader.js";
import { brokenBytes, type FilteredBytes } from "./built-in-filter.js";
import { undoShuffle } from "./shuffle.js";

/**
 * Filter 4: szip, which is the lossless coding of the CCSDS (121.0-B, "Lossless Data Compression") as libhdf5 calls it
 * through libaec (`H5Zszip.c`, `sz_compat.c`). Lines of pixels are cut into blocks, each coded in the way that suits
 * it. Pixels of 32 and 64 bits are coded as bytes: the first byte of each, then the second.
 */
export function undoSzip(filtered: FilteredBytes): Uint8Array {
  const { bytes, parameters, maxSize } = filtered;
  /** `SZ_MSB_OPTION_MASK`: high bytes come first. */
  const highFirstFlag = 16;
  const maxPixelsPerBlock = 32;
  const maxPixelsPerLine = 4096;
  /** The length of what comes out stands before the stream. */
  const headerBytes = 4;
  /** A segment of blocks of 32 pixels of 4 bytes takes at least 11 bits. */
  const maxGrowth = 8192;
  const [mask = 0, block = 0, pixelBits = 0, perLine = 0] = parameters;
  const fail = (): never => {
    throw brokenBytes(filtered, "szip");
  };
  const planes = pixelBits === 32 || pixelBits === 64 ? pixelBits / 8 : 1;
  const bits = planes === 1 ? pixelBits : 8;
  const sizes = block >= 2 && block <= maxPixelsPerBlock && perLine >= 1 && perLine <= maxPixelsPerLine;
  if (!sizes || block % 2 !== 0 || bits < 1 || bits > 24 || bytes.length < headerBytes) fail();
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (size > Math.min(maxSize, maxGrowth * bytes.length)) fail();

  const width = bits > 16 ? 4 : bits > 8 ? 2 : 1;
  const count = Math.ceil(size / width);
  // The last block may be filled up.
  const pixels = new (width === 4 ? Uint32Array : width === 2 ? Uint16Array : Uint8Array)(count + block);
  if (!readPixels(pixels, count, bits, bytes.subarray(headerBytes), parameters)) fail();
  const output = new Uint8Array(pixels.buffer);
  if (((mask & highFirstFlag) !== 0) !== (hostByteOrder === "big")) reverseElements(output, width);
  // The bytes of pixels come apart, as many at once as there are pixels, which is how shuffle leaves them.
  return undoShuffle({ ...filtered, bytes: output.subarray(0, size), parameters: [planes] });
}

/** As wide as libhdf5 has them in memory. */
type Pixels = Uint8Array | Uint16Array | Uint32Array;

/**
 * Reads `count` pixels of so many bits, and what the last block has besides; false where the stream has none that szip
 * writes.
 */
function readPixels(
  pixels: Pixels,
  count: number,
  bits: number,
  stream: Uint8Array,
  [mask = 0, block = 0, , perLine = 0]: readonly number[],
): boolean {
  /** `SZ_NN_OPTION_MASK`: pixels are distances from their neighbours. */
  const neighbourFlag = 32;
  /** Of the pixels of a pair. */
  const maxSum = 12;
  /** `ROS`, "the remainder of a segment", stands for all zero blocks up to the end of a segment of 64. */
  const remainder = 5;
  const segmentBlocks = 64;
  const neighbour = (mask & neighbourFlag) !== 0;
  /** Blocks of a line; the last is filled up. */
  const blocks = Math.ceil(perLine / block);
  const idBits = bits > 16 ? 5 : bits > 8 ? 4 : 3;
  const uncoded = (1 << idBits) - 1;
  const packed = openBits(stream);
  let at = 0;
  for (let line = 0; line < count; line += perLine) {
    for (let done = 0; done < blocks && line + done * block < count; done++) {
      let i = line + done * block;
      const to = i + block;
      const head = bitsAt(packed, at);
      const id = head >>> (32 - idBits);
      const isPairs = id === 0 && head << idBits < 0;
      at += idBits + (id === 0 ? 1 : 0);
      // The first pixel of a line has no neighbour and stands as it is.
      if (neighbour && done === 0) {
        pixels[i++] = numberAt(packed, at, bits);
        at += bits;
      }
      const first = i;
      if (isPairs) {
        // Two at a time by the number of their pair; where the first stood apart, the second alone.
        while (i < to) {
          // Pairs of a sum come after those of a smaller one.
          let second = zerosAt(packed, at);
          at += second + 1;
          let sum = 0;
          while (second > sum) second -= ++sum;
          if (sum > maxSum) return false;
          if ((to - i) % 2 === 0) pixels[i++] = sum - second;
          pixels[i++] = second;
        }
      } else if (id === 0) {
        const code = zerosAt(packed, at) + 1;
        at += code;
        if (code === remainder) done = Math.min(blocks, done + segmentBlocks - (done % segmentBlocks)) - 1;
        else done += code - (code > remainder ? 2 : 1);
        pixels.fill(neighbour ? pixels[i - 1]! : 0, i, line + (done + 1) * block);
      } else if (id === uncoded) {
        for (; i < to; i++, at += bits) pixels[i] = numberAt(packed, at, bits);
      } else {
        // The high bits of each as a number of zeros before a one, for all of them, then the low bits.
        for (; i < to; i++) {
          const zeros = zerosAt(packed, at);
          pixels[i] = zeros << (id - 1);
          at += zeros + 1;
        }
        if (id > 1) for (i = first; i < to; i++, at += id - 1) pixels[i]! += numberAt(packed, at, id - 1);
      }
      // Whatever the way of coding, a block does not lead far behind the end.
      if (at > 8 * stream.length || done >= blocks) return false;
      if (neighbour && (id > 0 || isPairs)) addDistances(pixels, first, to, (1 << bits) - 1);
    }
  }
  return true;
}

/**
 * Distances to pixels: even ones lead up, odd ones down, and those beyond the nearer end of the range of pixels go on
 * in the other direction.
 */
function addDistances(pixels: Pixels, from: number, to: number, largest: number): void {
  let pixel = pixels[from - 1]! | 0;
  for (let i = from; i < to; i++) {
    const distance = pixels[i]! | 0;
    // The nearer end; as many pixels lie up to there as the bits say that differ from it.
    const nearer = pixel > largest >> 1 ? largest : 0;
    if ((distance + 1) >>> 1 <= (pixel ^ nearer)) pixel = (pixel + ((distance >>> 1) ^ -(distance & 1))) | 0;
    else pixel = distance ^ nearer;
    pixels[i] = pixel;
  }
}
