import { walkBTreeV2 } from "../b-tree-v2.js";
import { readAddress, readUnsigned } from "../number-widths.js";
import { type ChunkGroups, isWanted, type StoredChunk, type WantedChunks } from "./stored-chunk.js";
import { expectOrder } from "./chunk-order.js";

/**
 * The wanted chunks by a version 2 B-tree (specification, VII.E and III.A.2): records of type 10, or 11 where chunks
 * went through filters.
 */
export async function* readBTreeV2Index(wanted: WantedChunks, address: number): ChunkGroups {
  const { file, chunkShape, filtered, chunkBytes } = wanted;
  const numberBytes = 8 * chunkShape.length;
  const records = await file.pages.run(
    walkBTreeV2(wanted, address, filtered ? 11 : 10, (record): StoredChunk | undefined => {
      wanted.look(record.length);
      const chunkAddress = readAddress(record, file.widths);
      const size = filtered ? readUnsigned(record, record.remaining - numberBytes - 4) : chunkBytes;
      const mask = filtered ? record.uint32() : 0;
      const at = chunkShape.map(() => record.uint64());
      return chunkAddress !== undefined && isWanted(wanted, at) ? { at, address: chunkAddress, size, mask } : undefined;
    }),
  );
  const chunks = records.filter((chunk) => chunk !== undefined);
  expectOrder(wanted, address, chunks);
  yield chunks;
}
