import { KerasProofError } from "../../errors.js";
import type { Cursor } from "../cursor.js";
import { expectSignature, expectVersion, type FileAccess, openAt, readLength } from "./file-access.js";

/** Reads objects of the global heap, where everything of variable length lies. */
export interface GlobalHeaps {
  /** The bytes of one object of the collection at an address, from its first to its last. Only within `PagedBytes.run`. */
  openObject(file: FileAccess, address: number, index: number, place: string): Cursor;
}

/** Where in its collection an object begins, its header included, by its index. */
type Collection = ReadonlyMap<number, number>;

/**
 * The global heap of one file, empty until it is asked. A collection's directory is read once; the collections met may
 * not be longer together than the file, for then they overlap, which is `corrupt`.
 */
export function openGlobalHeaps(): GlobalHeaps {
  const collections = new Map<number, Collection>();
  let total = 0;
  return {
    openObject: (file, address, index, place) => {
      let collection = collections.get(address);
      if (collection === undefined) {
        const read = readCollection(file, address, file.end - file.base - total, place);
        total += read.length;
        collection = read.objects;
        collections.set(address, collection);
      }
      const start = collection.get(index);
      if (start === undefined) {
        const offset = file.base + address;
        const message = `found no object ${index} in the global heap collection, wanted what an element says lies there`;
        throw new KerasProofError("corrupt", place, message, { offset });
      }
      const length = readSize(openAt(file, address + start, headerLength(file), place), file);
      return openAt(file, address + start + aligned(headerLength(file)), length, place);
    },
  };
}

/** Reads where the objects of a collection begin (specification, III.E). Object 0 is the free space at the end. */
function readCollection(
  file: FileAccess,
  address: number,
  maxLength: number,
  place: string,
): { readonly length: number; readonly objects: Collection } {
  const header = openAt(file, address, headerLength(file), place);
  expectSignature(header, "GCOL");
  expectVersion(header, [1], "a global heap collection");
  header.skip(3);
  const length = readLength(header, file.widths);
  const cursor = openAt(file, address, length, place);
  if (length > maxLength) {
    cursor.fail("corrupt", `found global heap collections that overlap, wanted at most ${maxLength} bytes in this one`);
  }
  // The collection's header and each object's are filled up to a multiple of 8 bytes, as each object is.
  const headerSize = aligned(headerLength(file));
  cursor.seek(headerSize);
  const objects = new Map<number, number>();
  while (cursor.remaining >= headerSize) {
    const start = cursor.position;
    const index = cursor.uint16();
    if (index === 0) break;
    if (objects.has(index)) cursor.fail("corrupt", `found the heap object ${index} twice, wanted it once`);
    objects.set(index, start);
    cursor.seek(start);
    const size = readSize(cursor, file);
    cursor.seek(start + headerSize);
    cursor.skip(size);
    cursor.seek(Math.min(aligned(cursor.position), cursor.length));
  }
  return { length, objects };
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
