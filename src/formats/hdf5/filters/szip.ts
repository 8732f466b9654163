import type { KerasProofError } from "../../../errors.js";
import { type BitReader, readBits } from "./bit-reader.js";
import { brokenBytes, type FilteredBytes } from "./built-in-filter.js";
import { undoShuffle } from "./shuffle.js";

/** What the parameters say, with the width of pixels as they are coded. */
interface Coding {
  readonly bits: number;
  readonly block: number;
  /** Blocks of a line; the last is filled up. */
  readonly blocks: number;
  readonly neighbour: boolean;
  readonly corrupt: () => KerasProofError;
}

/**
 * Filter 4: szip, which is the lossless coding of the CCSDS (121.0-B, "Lossless Data Compression") as libhdf5 calls it
 * through libaec (`H5Zszip.c`, `sz_compat.c`). Lines of pixels are cut into blocks, each coded in the way that suits
 * it. Pixels of 32 and 64 bits are coded as bytes: the first byte of each, then the second.
 */
export function undoSzip(filtered: FilteredBytes): Uint8Array {
  const { bytes, parameters, maxSize } = filtered;
  /** `SZ_NN_OPTION_MASK`: pixels are distances from their neighbours. */
  const neighbourFlag = 32;
  /** `SZ_MSB_OPTION_MASK`: high bytes come first. */
  const highFirstFlag = 16;
  const maxPixelsPerBlock = 32;
  const maxPixelsPerLine = 4096;
  /** The length of what comes out stands before the stream. */
  const headerBytes = 4;
  /** A segment of blocks of 32 pixels of 4 bytes takes at least 11 bits. */
  const maxGrowth = 8192;
  const [mask = 0, block = 0, pixelBits = 0, perLine = 0] = parameters;
  const corrupt = (): KerasProofError => brokenBytes(filtered, "szip");
  const planes = pixelBits === 32 || pixelBits === 64 ? pixelBits / 8 : 1;
  const bits = planes === 1 ? pixelBits : 8;
  const sizes = block >= 2 && block <= maxPixelsPerBlock && perLine >= 1 && perLine <= maxPixelsPerLine;
  if (!sizes || block % 2 !== 0 || bits < 1 || bits > 24 || bytes.length < headerBytes) throw corrupt();
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (size > Math.min(maxSize, maxGrowth * bytes.length)) throw corrupt();

  const width = bits > 16 ? 4 : bits > 8 ? 2 : 1;
  const highFirst = (mask & highFirstFlag) !== 0;
  const neighbour = (mask & neighbourFlag) !== 0;
  const coding = { bits, block, blocks: Math.ceil(perLine / block), neighbour, corrupt };
  const input = readBits(bytes, headerBytes);
  const line = new Uint32Array(coding.blocks * block);
  const output = new Uint8Array(size);
  for (let at = 0; at < size; at += perLine * width) {
    const pixels = Math.min(perLine, Math.ceil((size - at) / width));
    readLine(input, line, Math.ceil(pixels / block), coding);
    if (neighbour) addDistances(line, pixels, bits);
    for (let i = 0, to = at; i < pixels; i++, to += width) {
      for (let k = 0; k < width; k++) output[to + k] = line[i]! >>> (8 * (highFirst ? width - 1 - k : k));
    }
  }
  // The bytes of pixels come apart, as many at once as there are pixels, which is how shuffle leaves them.
  return planes === 1 ? output : undoShuffle({ ...filtered, bytes: output, parameters: [planes] });
}

/** Reads the first blocks of a line, or more where blocks of zeros come together. */
function readLine(input: BitReader, line: Uint32Array, wanted: number, coding: Coding): void {
  const { bits, block, blocks, neighbour, corrupt } = coding;
  const idBits = bits > 16 ? 5 : bits > 8 ? 4 : 3;
  const uncoded = (1 << idBits) - 1;
  for (let done = 0; done < wanted; done++) {
    // The first pixel of a line has no neighbour and stands as it is.
    const first = neighbour && done === 0 ? 1 : 0;
    let at = done * block;
    const end = at + block;
    // Whatever the way of coding, so that what is checked below was there to be read.
    if (input.left() < idBits + 1) throw corrupt();
    const id = input.take(idBits);
    const isPairs = id === 0 && input.take(1) === 1;
    if (input.left() < (id === uncoded ? block : first) * bits) throw corrupt();
    if (id === uncoded) {
      while (at < end) line[at++] = input.take(bits);
      continue;
    }
    if (first === 1) line[at++] = input.take(bits);
    if (id > 0) readSplit(input, line, at, end, id - 1, corrupt);
    else if (isPairs) readPairs(input, line, at, end, corrupt);
    else {
      const more = zeroBlocks(input.takeZeros() + 1, done, blocks);
      if (done + more > blocks) throw corrupt();
      line.fill(0, at, (done + more) * block);
      done += more - 1;
    }
    if (input.left() < 0) throw corrupt();
  }
}

/** Each pixel's high bits as a number of zeros before a one, for all of them, then the low bits. */
function readSplit(
  input: BitReader,
  line: Uint32Array,
  start: number,
  end: number,
  lowBits: number,
  corrupt: () => KerasProofError,
): void {
  for (let at = start; at < end; at++) line[at] = input.takeZeros() << lowBits;
  if (lowBits === 0) return;
  if (input.left() < lowBits * (end - start)) throw corrupt();
  for (let at = start; at < end; at++) line[at]! += input.take(lowBits);
}

/** Two pixels at a time by the number of their pair; where the first stood apart, the second alone. */
function readPairs(
  input: BitReader,
  line: Uint32Array,
  start: number,
  end: number,
  corrupt: () => KerasProofError,
): void {
  /** Two pixels of a sum of at most 12 are numbered through. */
  const maxPair = 90;
  for (let at = start; at < end; at++) {
    const pair = input.takeZeros();
    if (pair > maxPair) throw corrupt();
    // Pairs of a smaller sum come before, one more for each sum.
    const sum = Math.floor((Math.sqrt(8 * pair + 1) - 1) / 2);
    const second = pair - (sum * (sum + 1)) / 2;
    if (at % 2 === 0) line[at++] = sum - second;
    line[at] = second;
  }
}

function zeroBlocks(code: number, done: number, blocks: number): number {
  /** `ROS`, "the remainder of a segment", stands for all zero blocks up to the end of a segment of 64. */
  const remainder = 5;
  const segmentBlocks = 64;
  if (code === remainder) return Math.min(blocks - done, segmentBlocks - (done % segmentBlocks));
  return code > remainder ? code - 1 : code;
}

/**
 * Distances to pixels: even ones lead up, odd ones down, and those beyond the nearer end of the range of pixels go on
 * in the other direction.
 */
function addDistances(line: Uint32Array, pixels: number, bits: number): void {
  const largest = 2 ** bits - 1;
  let pixel = line[0]!;
  for (let i = 1; i < pixels; i++) {
    const distance = line[i]!;
    const room = Math.min(pixel, largest - pixel);
    const half = Math.ceil(distance / 2);
    if (half <= room) pixel += distance % 2 === 0 ? half : -half;
    else pixel = pixel > largest / 2 ? largest - distance : distance;
    line[i] = pixel;
  }
}
