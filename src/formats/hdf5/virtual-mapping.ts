import type { Cursor } from "../cursor.js";
import { decodeText } from "../escaped-text.js";
import { expectChecksum } from "./checksum.js";
import { readSelection, type Selection } from "./dataspace-selection.js";
import { type NumberWidths, readLength } from "./number-widths.js";
import { expectVersion } from "./structure-frame.js";
import { readTerminated } from "./terminated-text.js";

/** Which elements of a virtual dataset are which elements of another dataset; both are taken in C order. */
export interface VirtualMapping {
  /** The name of the other file; `.` for this one. `%b` in it, or in the dataset's, stands for a block's number. */
  readonly sourceFile: string;
  /** The path of the dataset within it. */
  readonly sourceDataset: string;
  readonly sourceSelection: Selection;
  /** Within the virtual dataset. */
  readonly selection: Selection;
}

/**
 * Reads the list of a virtual dataset's sources (specification, III.F "Global Heap Block for Virtual Datasets"): the
 * cursor stands on the first byte of the heap object and ends with it. Version 1, of HDF5 2.0, gives a name that
 * several entries share once. `rank` is that of the virtual dataset.
 */
export function readVirtualMappings(cursor: Cursor, widths: NumberWidths, rank: number): VirtualMapping[] {
  /** Names that an entry of version 1 has in common with an earlier one, or need not give. */
  const sharedFile = 0x01;
  const sharedDataset = 0x02;
  const sameFile = 0x04;
  const start = cursor.position;
  const version = expectVersion(cursor, [0, 1], "a list of virtual sources");
  const count = readLength(cursor, widths);
  const mappings: VirtualMapping[] = [];
  for (let i = 0; i < count; i++) {
    const flags = version === 0 ? 0 : cursor.uint8();
    const readName = (shared: number, name: "sourceFile" | "sourceDataset"): string => {
      if ((flags & shared) === 0) return decodeText(readTerminated(cursor), cursor.name);
      const earlier = readLength(cursor, widths);
      return mappings[earlier]?.[name] ?? cursor.fail("corrupt", `found the name of entry ${earlier} in entry ${i}`);
    };
    const sourceFile = (flags & sameFile) === 0 ? readName(sharedFile, "sourceFile") : ".";
    const sourceDataset = readName(sharedDataset, "sourceDataset");
    const sourceSelection = readSelection(cursor);
    mappings.push({ sourceFile, sourceDataset, sourceSelection, selection: readSelection(cursor, rank) });
  }
  expectChecksum(cursor, start);
  return mappings;
}
