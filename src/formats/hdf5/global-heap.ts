import { KerasProofError } from "../../errors.js";
import { expectSignature, expectVersion, type FileAccess, openAt, readLength } from "./file-access.js";

/** Reads objects of the global heap, where texts of variable length lie. */
export interface GlobalHeaps {
  /** The bytes of one object of the collection at an address. Only within `PagedBytes.run`. */
  readObject(file: FileAccess, address: number, index: number, place: string): Uint8Array;
}

interface HeapObject {
  readonly address: number;
  readonly length: number;
}

type Collection = ReadonlyMap<number, HeapObject>;

/**
 * The global heap of one file, empty until it is asked. A collection's directory is read once; the collections met may
 * not be longer together than the file, for then they overlap, which is `corrupt`.
 */
export function openGlobalHeaps(): GlobalHeaps {
  const collections = new Map<number, Collection>();
  let total = 0;
  return {
    readObject: (file, address, index, place) => {
      let collection = collections.get(address);
      if (collection === undefined) {
        const read = readCollection(file, address, file.end - file.base - total, place);
        total += read.length;
        collection = read.objects;
        collections.set(address, collection);
      }
      const object = collection.get(index);
      if (object === undefined) {
        throw new KerasProofError(
          "corrupt",
          place,
          `found no object ${index} in the global heap at byte ${file.base + address}, wanted the text it holds`,
        );
      }
      return openAt(file, object.address, object.length, place).bytes(object.length);
    },
  };
}

/** Reads where the objects of a collection lie (specification, III.E). Object 0 is the free space at the end. */
function readCollection(
  file: FileAccess,
  address: number,
  maxLength: number,
  place: string,
): { readonly length: number; readonly objects: Collection } {
  const { lengths } = file.widths;
  const header = openAt(file, address, 8 + lengths, place);
  expectSignature(header, "GCOL");
  expectVersion(header, [1], "a global heap collection");
  header.skip(3);
  const length = readLength(header, file.widths);
  const cursor = openAt(file, address, length, place);
  if (length > maxLength) {
    cursor.fail("corrupt", `found global heap collections that overlap, wanted at most ${maxLength} bytes in this one`);
  }
  // The collection's header and each object's are filled up to a multiple of 8 bytes, as each object is.
  cursor.seek(aligned(header.position));
  const objects = new Map<number, HeapObject>();
  while (cursor.remaining >= aligned(8 + lengths)) {
    const index = cursor.uint16();
    if (index === 0) break;
    // The reference count and a reserved word.
    cursor.skip(6);
    const size = readLength(cursor, file.widths);
    cursor.seek(aligned(cursor.position));
    if (objects.has(index)) cursor.fail("corrupt", `found the heap object ${index} twice, wanted it once`);
    objects.set(index, { address: address + cursor.position, length: size });
    cursor.skip(size);
    cursor.seek(Math.min(aligned(cursor.position), cursor.length));
  }
  return { length, objects };
}

/** The next multiple of 8. */
function aligned(position: number): number {
  return Math.ceil(position / 8) * 8;
}
