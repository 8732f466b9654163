import type { Cursor } from "../../cursor.js";
import { readAddress } from "../file-access.js";
import {
  blockOverhead,
  type ChunkArray,
  isMarked,
  openArray,
  openBlock,
  reachesWanted,
  readElements,
  readPage,
  readPageElements,
} from "./array-block.js";
import { type ChunkGroups, orderChunks, type WantedChunks } from "./stored-chunk.js";

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

/** A run of data blocks of equal size: those of one super block. */
interface DataBlocks {
  readonly addresses: readonly (number | undefined)[];
  /** The elements of each. */
  readonly elements: number;
  /** The number of the chunk of the first element. */
  readonly number: number;
  /** A bit for each page of each data block: whether it was written; undefined where there are no pages. */
  readonly pageMap: Uint8Array | undefined;
}

/**
 * The wanted chunks by an extensible array (specification, VII.D), which indexes datasets that can grow along one axis:
 * an index block leads to data blocks and to super blocks of data blocks, whose sizes double by turns. Blocks without
 * anything wanted are not read.
 */
export async function* readExtensibleArrayIndex(wanted: WantedChunks, address: number, filtered: boolean): ChunkGroups {
  const { pages } = wanted.file;
  const geometry = await pages.run(() => readGeometry(wanted, address, filtered));
  const { array, indexElements, inlineSuperBlocks, superBlocks, indexBlock } = geometry;
  if (indexBlock === undefined) return;
  const { widths } = wanted.file;
  const { first, dataBlocks, superAddresses } = await pages.run(() => {
    const inlineBlocks = 2 * (2 ** (inlineSuperBlocks / 2) - 1);
    const addressCount = inlineBlocks + superBlocks - inlineSuperBlocks;
    const bytes = indexElements * array.elementBytes + addressCount * widths.offsets;
    const block = openBlock(array, indexBlock, "EAIB", bytes);
    return {
      first: readElements(array, block, 0, indexElements),
      dataBlocks: readAddresses(block, inlineBlocks),
      superAddresses: readAddresses(block, superBlocks - inlineSuperBlocks),
    };
  });
  yield first;
  let number = indexElements;
  let inline = 0;
  for (let turn = 0; turn < superBlocks && number <= array.order.high; turn++) {
    const blocks = 2 ** Math.floor(turn / 2);
    const elements = 2 ** Math.ceil(turn / 2) * geometry.leastElements;
    if (turn < inlineSuperBlocks) {
      const addresses = dataBlocks.slice(inline, inline + blocks);
      yield* readDataBlocks(geometry, { addresses, elements, number, pageMap: undefined });
      inline += blocks;
    } else {
      const superAddress = superAddresses[turn - inlineSuperBlocks];
      if (superAddress !== undefined && reachesWanted(array, number, blocks * elements)) {
        const start = number;
        const found = await pages.run(() => readSuperBlock(geometry, superAddress, blocks, elements, start));
        yield* readDataBlocks(geometry, found);
      }
    }
    number += blocks * elements;
  }

  function readAddresses(cursor: Cursor, count: number): (number | undefined)[] {
    return Array.from({ length: count }, () => readAddress(cursor, widths));
  }
}

function readGeometry(wanted: WantedChunks, address: number, filtered: boolean): ArrayGeometry {
  const { widths } = wanted.file;
  const growing = Math.max(0, wanted.most.indexOf(Infinity));
  const order = orderChunks(wanted, growing);
  const bytes = 5 + 6 * widths.lengths + widths.offsets;
  const array = openArray(wanted, address, "EAHD", bytes, filtered, order);
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
  elements: number,
  number: number,
): DataBlocks {
  const { widths } = array.wanted.file;
  const paged = elements > pageElements;
  const mapBytes = paged ? blocks * Math.ceil(elements / pageElements / 8) : 0;
  const block = openBlock(array, address, "EASB", placeBytes + mapBytes + blocks * widths.offsets);
  block.skip(placeBytes);
  const pageMap = paged ? block.bytes(mapBytes) : undefined;
  const addresses = Array.from({ length: blocks }, () => readAddress(block, widths));
  return { addresses, elements, number, pageMap };
}

async function* readDataBlocks(geometry: ArrayGeometry, blocks: DataBlocks): ChunkGroups {
  const { array, placeBytes, pageElements } = geometry;
  const { addresses, elements, pageMap } = blocks;
  const { pages } = array.wanted.file;
  for (let i = 0; i < addresses.length; i++) {
    const address = addresses[i];
    const number = blocks.number + i * elements;
    if (address === undefined || !reachesWanted(array, number, elements)) continue;
    if (pageMap === undefined) {
      yield await pages.run(() => {
        const block = openBlock(array, address, "EADB", placeBytes + elements * array.elementBytes);
        block.skip(placeBytes);
        return readElements(array, block, number, elements);
      });
      continue;
    }
    await pages.run(() => openBlock(array, address, "EADB", placeBytes));
    const pageBytes = pageElements * array.elementBytes + 4;
    for (let page = 0; page < elements / pageElements; page++) {
      const first = number + page * pageElements;
      if (!isMarked(pageMap, (i * elements) / pageElements + page) || !reachesWanted(array, first, pageElements))
        continue;
      yield await readPage(array, address + blockOverhead(array) + placeBytes + page * pageBytes, first, pageElements);
    }
  }
}
