import { readAddress, readLength } from "../number-widths.js";
import { isMarked, openArray, readDataBlock, readPageElements } from "./array-block.js";
import type { ChunkGroups, WantedChunks } from "./stored-chunk.js";
import { orderChunks } from "./chunk-order.js";

/**
 * The wanted chunks by a fixed array (specification, VII.C): a header, and a data block with an element for each chunk
 * that the dataset can have, in pages where these are many. Pages without anything wanted are not read.
 */
export async function* readFixedArrayIndex(wanted: WantedChunks, headerAddress: number): ChunkGroups {
  const { file } = wanted;
  const { lengths, offsets } = file.widths;
  const { array, pageElements, count, address } = await file.pages.run(() => {
    const array = openArray(wanted, headerAddress, "FAHD", 1 + lengths + offsets, orderChunks(wanted, 0));
    const { header, order } = array;
    const pageElements = readPageElements(header);
    const count = readLength(header, file.widths);
    if (order.high >= count) header.fail("corrupt", `found ${count} chunks, wanted more than ${order.high}`);
    return { array, pageElements, count, address: readAddress(header, file.widths) };
  });
  const before = count > pageElements ? Math.ceil(count / pageElements / 8) : 0;
  yield* readDataBlock(array, {
    signature: "FADB",
    address,
    first: 0,
    count,
    before,
    pageElements,
    isWritten: isMarked,
  });
}
