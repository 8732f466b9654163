import { readAddress, readLength } from "../file-access.js";
import {
  blockOverhead,
  isMarked,
  openArray,
  openBlock,
  reachesWanted,
  readElements,
  readPage,
  readPageElements,
} from "./array-block.js";
import { type ChunkGroups, orderChunks, type WantedChunks } from "./stored-chunk.js";

/**
 * The wanted chunks by a fixed array (specification, VII.C): a header, and a data block with an element for each chunk
 * that the dataset can have, in pages where these are many. Pages without anything wanted are not read.
 */
export async function* readFixedArrayIndex(wanted: WantedChunks, address: number, filtered: boolean): ChunkGroups {
  const { file } = wanted;
  const { lengths, offsets } = file.widths;
  const { array, pageElements, count, block } = await file.pages.run(() => {
    const array = openArray(wanted, address, "FAHD", 1 + lengths + offsets, filtered, orderChunks(wanted, 0));
    const { header, order } = array;
    const pageElements = readPageElements(header);
    const count = readLength(header, file.widths);
    if (order.high >= count) header.fail("corrupt", `found ${count} chunks, wanted more than ${order.high}`);
    return { array, pageElements, count, block: readAddress(header, file.widths) };
  });
  if (block === undefined) return;
  if (count <= pageElements) {
    yield await file.pages.run(() =>
      readElements(array, openBlock(array, block, "FADB", count * array.elementBytes), 0, count),
    );
    return;
  }
  const mapBytes = Math.ceil(Math.ceil(count / pageElements) / 8);
  const map = await file.pages.run(() => openBlock(array, block, "FADB", mapBytes).bytes(mapBytes));
  let page = block + blockOverhead(array) + mapBytes;
  for (let number = 0; number < count; number += pageElements) {
    const elements = Math.min(pageElements, count - number);
    if (isMarked(map, number / pageElements) && reachesWanted(array, number, elements)) {
      yield await readPage(array, page, number, elements);
    }
    page += elements * array.elementBytes + 4;
  }
}
