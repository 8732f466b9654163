import { changeInPlace, writeNumber } from "../mutate-bytes.js";
import { pick, type Random } from "../random.js";
import { fixChecksums } from "./checksums.js";
import { findLandmarks, type Landmarks } from "./landmarks.js";

/** What is known of a file; a damaged copy has what its original had. */
const known = new WeakMap<Uint8Array, Landmarks>();

function landmarksOf(bytes: Uint8Array): Landmarks {
  const landmarks = known.get(bytes) ?? findLandmarks(bytes);
  known.set(bytes, landmarks);
  return landmarks;
}

/**
 * A damaged copy of an HDF5 file: up to eight changes near the beginnings of structures, addresses swapped, structures
 * copied over others, parts of another file put in, the end cut off. Checksums are right again in most copies, so that
 * readers come as far as the damage.
 */
export function mutateHdf5(original: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const landmarks = landmarksOf(original);
  let bytes = original.slice();
  for (let changes = 1 << random(4); changes > 0; changes = random(changes)) {
    const kind = random(16);
    if (kind === 0) copyStructure(bytes, landmarks, bytes, landmarks, random);
    else if (kind === 1) copyStructure(bytes, landmarks, other, landmarksOf(other), random);
    else if (kind <= 3 && landmarks.addresses.length > 0) changeAddress(bytes, landmarks, random);
    else changeInPlace(bytes, chooseByte(bytes, landmarks, random), random);
  }
  if (random(64) === 0) bytes = bytes.slice(0, 1 + random(bytes.length));
  if (random(32) !== 0) fixChecksums(bytes, landmarks.checksums);
  known.set(bytes, landmarks);
  return bytes;
}

/** A byte within reach of a structure's beginning or anywhere; seldom one that is zero, as most are padding. */
function chooseByte(bytes: Uint8Array, { structures }: Landmarks, random: Random): number {
  let at = 0;
  for (let tries = 0; tries < 4; tries++) {
    const near = structures.length > 0 && random(4) !== 0;
    at = near ? pick(structures, random) + random(random(3) === 0 ? 400 : 80) : random(bytes.length);
    if (at < bytes.length && bytes[at] !== 0) return at;
  }
  return at % bytes.length;
}

function changeAddress(bytes: Uint8Array, { addresses, structures }: Landmarks, random: Random): void {
  const at = pick(addresses, random);
  const others = [
    () => copyAddress(bytes, pick(addresses, random), at),
    () => writeNumber(bytes, at, 8, BigInt(pick(structures, random))),
    () => writeNumber(bytes, at, 8, BigInt(at)),
    () => writeNumber(bytes, at, 8, BigInt(random(bytes.length))),
    () => writeNumber(bytes, at, 8, -1n),
  ];
  pick(others, random)();
}

function copyStructure(bytes: Uint8Array, to: Landmarks, source: Uint8Array, from: Landmarks, random: Random): void {
  if (to.structures.length === 0 || from.structures.length === 0) return;
  const start = pick(from.structures, random) + random(3) * random(64);
  const length = 8 + random(random(2) === 0 ? 32 : 512);
  const at = pick(to.structures, random) + random(3) * random(64);
  if (at >= bytes.length) return;
  bytes.set(source.slice(start, start + Math.min(length, bytes.length - at)), at);
}

function copyAddress(bytes: Uint8Array, from: number, to: number): void {
  bytes.copyWithin(to, from, from + Math.min(8, bytes.length - Math.max(from, to)));
}
