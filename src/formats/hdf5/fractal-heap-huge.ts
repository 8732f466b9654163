import type { Cursor } from "../cursor.js";
import { walkBTreeV2 } from "./b-tree-v2.js";
import { type FileAccess, openAt, readDefinedAddress, readLength, readUnsigned } from "./file-access.js";

/** The type of the B-tree over huge objects whose IDs are numbers. */
const indirectIndexType = 1;

/**
 * Reads objects that are too large for a heap's blocks and lie in the file on their own (specification, III.G, "huge"):
 * an ID that is long enough holds address and length itself, a shorter one a number that a B-tree leads on from.
 */
export function openHugeObjects(
  file: FileAccess,
  indexAddress: number | undefined,
  idBytes: number,
  place: string,
): (id: Cursor) => Cursor {
  const { offsets, lengths } = file.widths;
  const readStretch = (cursor: Cursor): Cursor => {
    const address = readDefinedAddress(cursor, file.widths, "a huge object");
    return openAt(file, address, readLength(cursor, file.widths), place);
  };
  let index: Map<number, Cursor> | undefined;
  return (id) => {
    if (offsets + lengths <= idBytes - 1) return readStretch(id);
    if (indexAddress === undefined) return id.fail("corrupt", "found a huge object without an index, wanted one");
    index ??= new Map(
      walkBTreeV2(file, indexAddress, indirectIndexType, (record) => record, place)().map((record) => {
        record.seek(offsets + lengths);
        const number = readLength(record, file.widths);
        record.seek(0);
        return [number, record];
      }),
    );
    const number = readUnsigned(id, Math.min(id.remaining, 8));
    const record = index.get(number) ?? id.fail("corrupt", `found the huge object ${number}, which the index lacks`);
    record.seek(0);
    return readStretch(record);
  };
}
