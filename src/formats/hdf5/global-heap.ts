import { KerasProofError } from "../../errors.js";
import { at, attempt } from "./attempt.js";
import type { Cursor } from "../cursor.js";
import { claim } from "./claims.js";
import { expectSignature, expectVersion, type FileAccess, openAt, readLength } from "./file-access.js";

/** Reads objects of the global heap, where everything of variable length lies. */
export interface GlobalHeaps {
  /** The bytes of one object of the collection at an address, from its first to its last. Only within `PagedBytes.run`. */
  openObject(file: FileAccess, address: number, index: number, place: string): Cursor;
}

/** What is known of a collection. */
interface Collection {
  readonly address: number;
  readonly length: number;
  /** Where an object begins, its header included, by its index; most indices are small and all are used. */
  readonly starts: readonly number[];
}

/** Collections up to this length are looked at as a whole; larger ones have few objects. */
const smallCollection = 2 ** 16;

/**
 * The global heap of one file, empty until it is asked. A collection's directory is read once, also where it is
 * refused. Collections belong to no object: each claims itself.
 */
export function openGlobalHeaps(): GlobalHeaps {
  const collections = new Map<number, Collection | KerasProofError>();
  let last: { readonly address: number; readonly bytes: Cursor } | undefined;
  return {
    openObject: (file, address, index, place) => {
      let collection = collections.get(address);
      if (collection === undefined) {
        collection = attempt(() => readCollection(file, address, place));
        collections.set(address, collection);
      }
      if (collection instanceof KerasProofError) throw at(collection, place);
      const start = collection.starts[index];
      if (start === undefined) {
        const offset = file.base + address;
        const message = `found no object ${index} in the global heap collection, wanted what an element says lies there`;
        throw new KerasProofError("corrupt", place, message, { offset });
      }
      // Elements that follow each other have their objects in the same collection.
      if (last?.address !== address || last.bytes.name !== place) {
        last = { address, bytes: openAt(file, address, Math.min(collection.length, smallCollection), place) };
      }
      const header = headerAt(file, collection, last.bytes, start);
      const size = readSize(header, file);
      const body = start + aligned(headerLength(file));
      if (collection.length > smallCollection) return openAt(file, address + body, size, place);
      last.bytes.seek(body);
      return last.bytes.window(size);
    },
  };
}

/** Reads where the objects of a collection begin (specification, III.E). Object 0 is the free space at the end. */
function readCollection(file: FileAccess, address: number, place: string): Collection {
  const header = openAt(file, address, headerLength(file), place);
  expectSignature(header, "GCOL");
  expectVersion(header, [1], "a global heap collection");
  header.skip(3);
  const length = readLength(header, file.widths);
  claim(file, address, length, address, place);
  const starts: number[] = [];
  const collection = { address, length, starts };
  const bytes = openAt(file, address, Math.min(length, smallCollection), place);
  // The collection's header and each object's are filled up to a multiple of 8 bytes, as each object is.
  const headerSize = aligned(headerLength(file));
  for (let start = headerSize; length - start >= headerSize;) {
    const cursor = headerAt(file, collection, bytes, start);
    const index = cursor.uint16();
    if (index === 0) break;
    if (starts[index] !== undefined) cursor.fail("corrupt", `found the heap object ${index} twice, wanted it once`);
    starts[index] = start;
    const end = start + headerSize + readSize(headerAt(file, collection, bytes, start), file);
    if (end > length) cursor.fail("truncated", `found a heap object up to byte ${end} of ${length}`);
    start = aligned(end);
  }
  return collection;
}

/** A cursor on the header of an object; `bytes` are those of the collection where it is small. */
function headerAt(file: FileAccess, { address, length }: Collection, bytes: Cursor, start: number): Cursor {
  if (length > smallCollection) return openAt(file, address + start, headerLength(file), bytes.name);
  bytes.seek(start);
  return bytes;
}

/** The length of a collection's header and of an object's: 8 bytes and a length. */
function headerLength(file: FileAccess): number {
  return 8 + file.widths.lengths;
}

/** The size of an object, whose header has before it the index, the number of references and a reserved word. */
function readSize(cursor: Cursor, file: FileAccess): number {
  cursor.skip(8);
  return readLength(cursor, file.widths);
}

/** The next multiple of 8. */
function aligned(position: number): number {
  return Math.ceil(position / 8) * 8;
}
