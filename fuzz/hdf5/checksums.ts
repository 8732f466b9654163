import { lookup3 } from "../../src/formats/hdf5/checksum.js";

/** A stretch of an HDF5 file that is closed by, or holds, a lookup3 checksum of its bytes. */
export interface ChecksummedSpan {
  readonly start: number;
  /** Bytes that the checksum covers; in a direct block of a fractal heap the checksum, as zeros, is among them. */
  readonly length: number;
  readonly checksumAt: number;
}

/** The signatures of checksummed structures, each with the most bytes that are tried to find the structure's end. */
const signatures: Readonly<Record<string, number>> = {
  "\x89HDF": 64,
  OHDR: 0,
  OCHK: 2048,
  FRHP: 512,
  FHDB: 0,
  FHIB: 2048,
  BTHD: 64,
  BTIN: 2048,
  BTLF: 4096,
  FAHD: 64,
  FADB: 2048,
  EAHD: 128,
  EAIB: 2048,
  EASB: 2048,
  EADB: 4096,
  SMTB: 512,
  SMLI: 2048,
  GCOL: 0,
  // The last, as it is the only one that holds others.
  MDCI: 0,
};

/** The checksummed structures of a sound file, found by their signatures and by where a checksum fits. */
export function findChecksums(bytes: Uint8Array): ChecksummedSpan[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const found: ChecksummedSpan[] = [];
  for (const [signature, longest] of Object.entries(signatures)) {
    for (let at = text.indexOf(signature); at !== -1; at = text.indexOf(signature, at + 4)) {
      if (signature === "GCOL") found.push(...heapObjectSpans(bytes, at));
      else found.push(...structureSpans(bytes, at, signature, longest));
    }
  }
  // What follows a block need not be its pages.
  return [...new Map(found.map((span) => [span.start, span])).values()];
}

function structureSpans(bytes: Uint8Array, at: number, signature: string, longest: number): ChecksummedSpan[] {
  if (signature === "OHDR") return [headerSpan(bytes, at) ?? []].flat();
  if (signature === "MDCI") return [imageSpan(bytes, at) ?? []].flat();
  if (signature === "FHDB") return [directBlockSpan(bytes, at) ?? []].flat();
  const span = spanByTrial(bytes, at, 8, longest);
  if (span === undefined) return [];
  return signature === "FADB" || signature === "EADB" ? [span, ...pageSpans(bytes, span.checksumAt + 4)] : [span];
}

/** The pages after the block of a fixed or extensible array, which have no signatures (VII.C and VII.D). */
function pageSpans(bytes: Uint8Array, first: number): ChecksummedSpan[] {
  const spans: ChecksummedSpan[] = [];
  for (let start = first; ;) {
    let span: ChecksummedSpan | undefined;
    for (let element = 8; element <= 24 && span === undefined; element++) {
      span = spanByTrial(bytes, start, 1024 * element, 1024 * element);
    }
    span ??= spanByTrial(bytes, start, 8, 1024);
    if (span === undefined) return spans;
    spans.push(span);
    start = span.checksumAt + 4;
  }
}

/** The objects of a global heap collection that end with a checksum: the sources of virtual datasets (III.E). */
function heapObjectSpans(bytes: Uint8Array, collection: number): ChecksummedSpan[] {
  const spans: ChecksummedSpan[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = collection + 16; at + 16 < bytes.length && view.getUint16(at, true) !== 0;) {
    const size = view.getUint32(at + 8, true);
    const span = size < 8 ? undefined : spanByTrial(bytes, at + 16, size - 4, size - 4);
    if (span !== undefined) spans.push(span);
    at += 16 + Math.ceil(size / 8) * 8;
  }
  return spans;
}

/**
 * Puts the checksums right again: those of the spans and those of object headers, which may have another length now.
 * The spans are in the order of `findChecksums`: only images of the metadata cache, which come last, hold others.
 */
export function fixChecksums(bytes: Uint8Array, spans: readonly ChecksummedSpan[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const span of spans) {
    const header = isAt(bytes, span.start, "OHDR");
    const { start, length, checksumAt } = (header ? headerSpan(bytes, span.start) : undefined) ?? span;
    if (Math.max(start + length, checksumAt + 4) > bytes.length) continue;
    if (checksumAt < start + length) view.setUint32(checksumAt, 0, true);
    view.setUint32(checksumAt, lookup3(bytes.subarray(start, start + length)), true);
  }
}

function isAt(bytes: Uint8Array, at: number, signature: string): boolean {
  for (let i = 0; i < signature.length; i++) if (bytes[at + i] !== signature.charCodeAt(i)) return false;
  return true;
}

/** The prefix and the first chunk of an object header of version 2 (specification, IV.A.1.b). */
function headerSpan(bytes: Uint8Array, at: number): ChecksummedSpan | undefined {
  const flags = bytes[at + 5] ?? 0;
  const sizeAt = at + 6 + ((flags & 0x20) === 0 ? 0 : 16) + ((flags & 0x10) === 0 ? 0 : 4);
  const sizeBytes = 1 << (flags & 3);
  let size = 0;
  for (let i = Math.min(sizeBytes, 4) - 1; i >= 0; i--) size = size * 256 + (bytes[sizeAt + i] ?? 0);
  const end = sizeAt + sizeBytes + size;
  return end + 4 > bytes.length ? undefined : { start: at, length: end - at, checksumAt: end };
}

/** An image of the metadata cache, with lengths of 8 bytes. */
function imageSpan(bytes: Uint8Array, start: number): ChecksummedSpan | undefined {
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(start + 6, true) - 4;
  return start + length + 4 > bytes.length ? undefined : { start, length, checksumAt: start + length };
}

/** A direct block (III.G): a power of two long, its checksum after an offset of 1 to 8 bytes. */
function directBlockSpan(bytes: Uint8Array, start: number): ChecksummedSpan | undefined {
  for (let length = 64; start + length <= bytes.length; length *= 2) {
    const block = bytes.slice(start, start + length);
    const view = new DataView(block.buffer);
    for (let at = 8; at <= 21; at++) {
      const stored = view.getUint32(at, true);
      view.setUint32(at, 0, true);
      if (lookup3(block) === stored) return { start, length, checksumAt: start + at };
      view.setUint32(at, stored, true);
    }
  }
  return undefined;
}

function spanByTrial(bytes: Uint8Array, start: number, shortest: number, longest: number): ChecksummedSpan | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = Math.min(bytes.length - 4, start + longest);
  for (let at = start + shortest; at <= end; at++) {
    if (view.getUint32(at, true) === lookup3(bytes.subarray(start, at))) {
      return { start, length: at - start, checksumAt: at };
    }
  }
  return undefined;
}
