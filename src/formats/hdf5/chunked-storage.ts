import { allocateFilled } from "./allocate-filled.js";
import { spend } from "../array-costs.js";
import { readChunkIndex } from "./chunk-index/chunk-index.js";
import type { StoredChunk, WantedChunks } from "./chunk-index/stored-chunk.js";
import { claim } from "./claims.js";
import type { ChunkedLayout } from "./data-layout.js";
import { countElements } from "./dataspace.js";
import { openChunkMemory, shareChunkMemory } from "./chunk-memory.js";
import { undoFilters } from "./filters/undo-filters.js";
import { checkLimit, failStored, type ReadJob, type StoredDataset } from "./stored-dataset.js";
import { byteOffset, byteStrides, copyStrided } from "./strided-copy.js";
import { openTaskWindow } from "./task-window.js";

/**
 * The wanted elements of an array that is stored in chunks. Only chunks that hold some of them are read, a few side by
 * side; chunks that are not stored leave the fill value. `corrupt` where chunks overlap in the file, `limit` where more
 * than `limits.arrayRatio` times the size of the file comes out of them.
 */
export async function readChunked(dataset: StoredDataset, layout: ChunkedLayout, job: ReadJob): Promise<Uint8Array> {
  /** Chunks that lie one behind the other are read together, up to this. */
  const groupBytes = 2 ** 18;
  const { file, place, shape, maxShape, filters, elementBytes } = dataset;
  const owner = dataset.header.address;
  const { chunkShape } = layout;
  const { start, count, step } = job.slab;
  const tooLarge = maxShape?.some((most, axis) => most < shape[axis]!) === true;
  if (tooLarge || chunkShape.length !== shape.length || layout.elementBytes !== elementBytes) {
    const found = `chunks of the shape [${chunkShape.join(", ")}] with elements of ${layout.elementBytes} bytes`;
    failStored(dataset, "corrupt", `found ${found}, wanted those of the dataset`);
  }
  const chunkBytes = countElements(chunkShape) * elementBytes;
  checkLimit(dataset, chunkBytes, file.limits.arrayBytes);
  const bytes = await allocateFilled(dataset, job);
  const wanted: WantedChunks = {
    file,
    look: (bytes) => spend(job.way.costs, indexWork * bytes),
    owner,
    place,
    chunkShape,
    elementBytes,
    chunkBytes,
    most: chunkShape.map((extent, axis) => Math.ceil((maxShape ?? shape)[axis]! / extent)),
    first: chunkShape.map((extent, axis) => Math.floor(start[axis]! / extent)),
    last: chunkShape.map((extent, axis) => Math.floor((start[axis]! + (count[axis]! - 1) * step[axis]!) / extent)),
  };
  const sourceStrides = byteStrides(chunkShape, elementBytes);
  const steps = sourceStrides.map((stride, axis) => stride * step[axis]!);
  const targetStrides = byteStrides(count, elementBytes);
  // A registered function may keep what it gets, and read from the same file before it returns.
  const registered = filters.some(({ id }) => file.filters[id] !== undefined);
  const memory = registered ? openChunkMemory() : shareChunkMemory(file.planner);
  const { budget } = memory;
  const window = openTaskWindow(budget);
  let stored = 0;
  let counted = 0;
  // A filter beyond the usual two takes a chunk's bytes again; szip, nbit and scaleoffset unpack elements bit by bit.
  const weight = filters.reduce((sum, { id }) => sum + (id > 3 && id < 7 ? 6 : 1), -2);
  const chunkWork = chunkBytes * Math.max(1, weight) + oneChunkWork;

  const copyChunk = ({ at, address, mask, part }: WantedChunk, chunk: Uint8Array): Promise<void> | undefined => {
    const plain = layout.plainEdges && at.some((number, axis) => (number + 1) * chunkShape[axis]! > shape[axis]!);
    const undone = plain ? [] : filters;
    const scratch = registered ? undefined : memory.openMemory(budget.fitsTwice(chunk.length + chunkBytes));
    const target = byteOffset(part.target, targetStrides);
    const inOnePiece = part.count.every(
      (extent, i) => extent === chunkShape[i] && (extent === 1 || targetStrides[i] === sourceStrides[i]),
    );
    const piece = inOnePiece ? bytes.subarray(target, target + chunkBytes) : undefined;
    const offset = file.base + address;
    const copy = (values: Uint8Array): undefined => {
      if (values !== piece) {
        copyStrided(
          { bytes: values, offset: byteOffset(part.source, sourceStrides), strides: steps },
          { bytes, offset: target, strides: targetStrides },
          part.count,
          elementBytes,
        );
      }
      scratch?.release();
      job.report?.(countElements(part.count) * elementBytes);
    };
    const values = undoFilters(chunk, undone, mask, chunkBytes, file.filters, place, offset, scratch, piece);
    return values instanceof Promise ? values.then(copy) : copy(values);
  };

  /** Reads chunks that lie one behind the other, and works on one after the other. */
  const readChunks = async (chunks: readonly WantedChunk[]): Promise<void> => {
    const first = chunks[0]!.address;
    const offset = file.base + first;
    const length = endOf(chunks) - first;
    if (registered) return copyChunk(chunks[0]!, (await file.planner.read(offset, length, job.signal)).bytes);
    await file.planner.lend(offset, length, job.signal, async (lent) => {
      for (const chunk of chunks) {
        await copyChunk(chunk, lent.subarray(chunk.address - first, chunk.address - first + chunk.size));
      }
    });
  };

  let open: WantedChunk[] = [];
  const startReading = async (): Promise<void> => {
    const chunks = open;
    open = [];
    if (chunks.length > 0) await window.add(memoryOf(chunks) + chunkBytes, () => readChunks(chunks));
  };
  memory.count(job.length);
  try {
    for await (const chunks of readChunkIndex(wanted, layout, filters.length > 0)) {
      for (const chunk of chunks) {
        const part = selectPart(chunk.at, chunkShape, job);
        if (part === undefined) continue;
        claim(file, chunk.address, chunk.size, owner, place, true);
        stored += chunk.size;
        // What is wanted of chunks was counted with the values; one of them is in memory beside these.
        spend(job.way.costs, chunkWork - counted);
        counted = countElements(part.count) * elementBytes;
        if (stored > file.end - file.base) {
          failStored(dataset, "corrupt", "found chunks that overlap, wanted each in a place of its own");
        }
        const follows = open.length > 0 && chunk.address === endOf(open);
        if (registered || !follows || memoryOf(open) + chunk.size > groupBytes) await startReading();
        open.push({ ...chunk, part });
      }
    }
    await startReading();
    await window.finish();
    return bytes;
  } finally {
    memory.count(-job.length);
  }
}

/** The bytes that could be filled while a byte of an index is looked at, and while a chunk is looked for and read. */
const indexWork = 128;
const oneChunkWork = 2 ** 13;

interface WantedChunk extends StoredChunk {
  readonly part: ChunkPart;
}

/** Where the last of some chunks ends. */
function endOf(chunks: readonly StoredChunk[]): number {
  const { address, size } = chunks.at(-1)!;
  return address + size;
}

/** What it takes to read chunks that lie one behind the other: their bytes, and about as much as objects for each. */
function memoryOf(chunks: readonly StoredChunk[]): number {
  const objectBytes = 500;
  return endOf(chunks) - chunks[0]!.address + objectBytes * chunks.length;
}

/** The wanted elements within a chunk. */
interface ChunkPart {
  /** The first one in the chunk. */
  readonly source: readonly number[];
  /** The first one in the result. */
  readonly target: readonly number[];
  readonly count: readonly number[];
}

/** Undefined where the steps of the selection pass over the chunk. */
function selectPart(at: readonly number[], chunkShape: readonly number[], { slab }: ReadJob): ChunkPart | undefined {
  const source: number[] = [];
  const target: number[] = [];
  const count: number[] = [];
  for (let axis = 0; axis < at.length; axis++) {
    const step = slab.step[axis]!;
    // The chunk's first element, counted from the first wanted one.
    const from = at[axis]! * chunkShape[axis]! - slab.start[axis]!;
    const first = Math.max(0, Math.ceil(from / step));
    const end = Math.min(slab.count[axis]!, Math.ceil((from + chunkShape[axis]!) / step));
    if (end <= first) return undefined;
    source.push(first * step - from);
    target.push(first);
    count.push(end - first);
  }
  return { source, target, count };
}
