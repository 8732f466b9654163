import { KerasProofError } from "../../errors.js";
import type { Cursor } from "../cursor.js";
import { at, attempt } from "./attempt.js";
import { claim } from "./claims.js";
import type { FileAccess } from "./file-access.js";
import { failAt, peekAt } from "./file-cursor.js";
import { readLength } from "./number-widths.js";
import { expectSignature, expectVersion } from "./structure-frame.js";

/** Reads objects of the global heap, where everything of variable length lies. */
export interface GlobalHeaps {
  /**
   * The bytes of one object of the collection at an address, from its first to its last, to be looked at and not to be
   * kept. Only within `PagedBytes.run`.
   */
  openObject(file: FileAccess, address: number, index: number, place: string): Cursor;
}

/** The objects of a collection by their index; most indices are small and all are used. */
interface Collection {
  /** Where their bytes begin, counted from the collection. */
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
}

/**
 * The global heap of one file, empty until it is asked. A collection's directory is read once, also where it is
 * refused. Collections belong to no object: each claims itself.
 */
export function openGlobalHeaps(): GlobalHeaps {
  const collections = new Map<number, Collection | KerasProofError>();
  return {
    openObject: (file, address, index, place) => {
      let collection = collections.get(address);
      if (collection === undefined) {
        collection = attempt(() => readCollection(file, address, place));
        collections.set(address, collection);
      }
      if (collection instanceof KerasProofError) throw at(collection, place);
      const start = collection.starts[index];
      if (start !== undefined) return peekAt(file, address + start, collection.sizes[index]!, place);
      const message = `found no object ${index} in the global heap collection, wanted one`;
      return failAt(file, address, place, "corrupt", message);
    },
  };
}

/** Reads where the objects of a collection lie (specification, III.E). Object 0 is the free space at the end. */
function readCollection(file: FileAccess, address: number, place: string): Collection {
  const headerBytes = 8 + file.widths.lengths;
  // The collection's header and each object's are filled up to a multiple of 8 bytes, as each object is.
  const headerSize = aligned(headerBytes);
  const header = peekAt(file, address, headerBytes, place);
  expectSignature(header, "GCOL");
  expectVersion(header, [1], "a global heap collection");
  header.skip(3);
  const length = readLength(header, file.widths);
  claim(file, address, length, address, place);
  const starts: number[] = [];
  const sizes: number[] = [];
  for (let end = headerSize; length - end >= headerSize;) {
    const object = peekAt(file, address + end, headerBytes, place);
    const index = object.uint16();
    if (index === 0) break;
    if (starts[index] !== undefined) object.fail("corrupt", `found the heap object ${index} twice, wanted it once`);
    // The number of references and a reserved word.
    object.skip(6);
    const size = readLength(object, file.widths);
    const start = end + headerSize;
    starts[index] = start;
    sizes[index] = size;
    end = aligned(start + size);
    if (start + size > length) object.fail("truncated", `found a heap object up to byte ${start + size} of ${length}`);
  }
  return { starts, sizes };
}

/** The next multiple of 8. */
function aligned(position: number): number {
  return Math.ceil(position / 8) * 8;
}
