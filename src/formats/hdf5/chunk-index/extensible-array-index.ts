import type { Cursor } from "../../cursor.js";
import { type NumberWidths, readAddress } from "../number-widths.js";
import {
  type ChunkArray,
  isMarked,
  openArray,
  openBlock,
  reachesWanted,
  readDataBlock,
  readElements,
  readPageElements,
} from "./array-block.js";
import type { ChunkGroups, WantedChunks } from "./stored-chunk.js";
import { orderChunks } from "./chunk-order.js";

/** What the header says about the blocks; the specification's names are in brackets. */
interface ArrayGeometry {
  readonly array: ChunkArray;
  /** The bytes of a block's place in the array (Max Nelmts Bits). */
  readonly placeBytes: number;
  readonly superBlocks: number;
  /** Elements within the index block (Index Blk Elmts). */
  readonly indexElements: number;
  /** Elements of the smallest data block (Data Blk Min Elmts). */
  readonly leastElements: number;
  /** Super blocks that the index block takes the place of, from Super Blk Min Data Ptrs. */
  readonly inlineSuperBlocks: number;
  readonly pageElements: number;
  readonly indexBlock: number | undefined;
}

/** What a super block says of its data blocks, which are of equal size. */
interface SuperBlock {
  readonly addresses: readonly (number | undefined)[];
  /** A bit for each page of each data block: whether it was written; undefined where none has pages. */
  readonly pageMap: Uint8Array | undefined;
}

/**
 * The wanted chunks by an extensible array (specification, VII.D), which indexes datasets that can grow along one axis:
 * an index block leads to data blocks and to super blocks of data blocks, whose sizes double by turns. Blocks without
 * anything wanted are not read.
 */
export async function* readExtensibleArrayIndex(wanted: WantedChunks, address: number): ChunkGroups {
  const { pages, widths } = wanted.file;
  const geometry = await pages.run(() => readGeometry(wanted, address));
  const { array, indexElements, inlineSuperBlocks, superBlocks, indexBlock, pageElements } = geometry;
  if (indexBlock === undefined) return;
  const inlineBlocks = 2 * (2 ** (inlineSuperBlocks / 2) - 1);
  const addressCount = inlineBlocks + superBlocks - inlineSuperBlocks;
  const bytes = indexElements * array.elementBytes + addressCount * widths.offsets;
  const block = await pages.run(() => openBlock(array, indexBlock, "EAIB", bytes));
  yield readElements(array, block, 0, indexElements);
  const dataBlocks = readAddresses(block, inlineBlocks, widths);
  const superAddresses = readAddresses(block, superBlocks - inlineSuperBlocks, widths);
  let first = indexElements;
  for (let turn = 0; turn < superBlocks && first <= array.order.high; turn++) {
    const blocks = 2 ** Math.floor(turn / 2);
    const count = 2 ** Math.ceil(turn / 2) * geometry.leastElements;
    const superAddress = superAddresses[turn - inlineSuperBlocks];
    let found: SuperBlock | undefined;
    if (turn < inlineSuperBlocks) found = { addresses: dataBlocks.splice(0, blocks), pageMap: undefined };
    else if (superAddress !== undefined && reachesWanted(array, first, blocks * count)) {
      found = await pages.run(() => readSuperBlock(geometry, superAddress, blocks, count));
    }
    const pageMap = found?.pageMap;
    for (const [i, address] of (found?.addresses ?? []).entries()) {
      yield* readDataBlock(array, {
        signature: "EADB",
        address,
        first: first + i * count,
        count,
        before: geometry.placeBytes,
        pageElements: pageMap === undefined ? Infinity : pageElements,
        isWritten: (page) => isMarked((i * count) / pageElements + page, pageMap!),
      });
    }
    first += blocks * count;
  }
}

function readAddresses(cursor: Cursor, count: number, widths: NumberWidths): (number | undefined)[] {
  return Array.from({ length: count }, () => readAddress(cursor, widths));
}

function readGeometry(wanted: WantedChunks, address: number): ArrayGeometry {
  const { widths } = wanted.file;
  const order = orderChunks(wanted, 1);
  const bytes = 5 + 6 * widths.lengths + widths.offsets;
  const array = openArray(wanted, address, "EAHD", bytes, order);
  const { header } = array;
  const bits = header.uint8();
  const indexElements = header.uint8();
  const leastElements = header.uint8();
  const leastPointers = header.uint8();
  const pageElements = readPageElements(header);
  // Statistics.
  header.skip(6 * widths.lengths);
  const superBlocks = 1 + bits - Math.log2(leastElements);
  const inlineSuperBlocks = 2 * Math.log2(leastPointers);
  const whole = Number.isInteger(superBlocks) && Number.isInteger(inlineSuperBlocks);
  if (!whole || bits > 64 || superBlocks < inlineSuperBlocks) {
    header.fail(
      "corrupt",
      `found an array of 2^${bits} elements in blocks from ${leastElements} and ${leastPointers} on`,
    );
  }
  return {
    array,
    placeBytes: Math.ceil(bits / 8),
    superBlocks,
    indexElements,
    leastElements,
    inlineSuperBlocks,
    pageElements,
    indexBlock: readAddress(header, widths),
  };
}

function readSuperBlock(
  { array, placeBytes, pageElements }: ArrayGeometry,
  address: number,
  blocks: number,
  count: number,
): SuperBlock {
  const { widths } = array.wanted.file;
  const mapBytes = count > pageElements ? blocks * Math.ceil(count / pageElements / 8) : 0;
  const block = openBlock(array, address, "EASB", placeBytes + mapBytes + blocks * widths.offsets);
  block.skip(placeBytes);
  return { pageMap: block.bytes(mapBytes), addresses: readAddresses(block, blocks, widths) };
}
