import { claim } from "./claims.js";
import { countElements } from "./dataspace.js";
import { openMemoryBudget } from "./memory-budget.js";
import type { ReadJob, StoredBytes, StoredDataset } from "./stored-dataset.js";
import { byteOffset, byteStrides, copySelected, copyStrided, countUp } from "./strided-copy.js";
import { openTaskWindow } from "./task-window.js";

/** The most bytes that are read at once to pick elements out of them, or to tell of progress. */
const partBytes = 2 ** 23;

/**
 * The wanted elements of an array that lies at an address in one piece. What is in one piece comes by
 * one read; from other selections, the pieces that lie close to each other are read together.
 */
export async function readContiguous(dataset: StoredDataset, address: number, job: ReadJob): Promise<StoredBytes> {
  /** The bytes of the parts that are read side by side. */
  const windowBytes = 3 * partBytes;
  const { file, place, shape, elementBytes } = dataset;
  const { slab, length, signal } = job;
  const { planner } = file;
  const base = file.base + address;
  claim(file, address, countElements(shape) * elementBytes, dataset.header.address, place);
  const strides = byteStrides(shape, elementBytes);
  const first = base + byteOffset(slab.start, strides);
  const steps = strides.map((stride, axis) => stride * slab.step[axis]!);
  const inOnePiece = spanFrom(steps, slab.count, 0, elementBytes) === length;
  if (inOnePiece && (job.report === undefined || length <= partBytes || planner.source.memory !== undefined)) {
    return planner.read(first, length, signal);
  }
  if (planner.source.memory !== undefined) {
    return { bytes: copySelected(dataset, job, planner.source.memory, base), fresh: true };
  }
  const bytes = new Uint8Array(length);
  const targets = byteStrides(slab.count, elementBytes);
  const window = openTaskWindow(openMemoryBudget(windowBytes));
  for (const part of divide(steps, slab.count, elementBytes)) {
    const from = first + byteOffset(part.at, steps);
    const offset = byteOffset(part.at, targets);
    const span = spanFrom(steps, part.count, 0, elementBytes);
    await window.add(span, () =>
      planner.lend(from, span, signal, (lent) => {
        const target = { bytes, offset, strides: targets };
        copyStrided({ bytes: lent, offset: 0, strides: steps }, target, part.count, elementBytes);
        job.report?.(countElements(part.count) * elementBytes);
      }),
    );
  }
  await window.finish();
  return { bytes, fresh: true };
}

/** The bytes from the first to the last of the elements that lie in steps along the axes from `axis` on. */
function spanFrom(steps: readonly number[], counts: readonly number[], axis: number, elementBytes: number): number {
  let span = elementBytes;
  for (let i = axis; i < counts.length; i++) span += (counts[i]! - 1) * steps[i]!;
  return span;
}

/** A box within a selection. */
interface SelectionPart {
  readonly at: readonly number[];
  readonly count: readonly number[];
}

/** Divides a selection into boxes that are worth one read each. */
function* divide(
  steps: readonly number[],
  counts: readonly number[],
  elementBytes: number,
): Generator<SelectionPart, void, undefined> {
  /** Elements closer than this are read together. */
  const largestGap = 2 ** 18;
  // The axes behind `axis` are read together as a whole, and `together` indices of `axis` itself.
  let axis = counts.length - 1;
  let together = 1;
  for (; axis >= 0; axis--) {
    const span = spanFrom(steps, counts, axis + 1, elementBytes);
    const step = steps[axis]!;
    const most = step - span < largestGap ? Math.max(1, Math.floor((partBytes - span) / step) + 1) : 1;
    together = Math.min(most, counts[axis]!);
    if (together < counts[axis]! || axis === 0) break;
  }
  const outer = counts.slice(0, axis);
  const index = outer.map(() => 0);
  do {
    for (let i = 0; i < counts[axis]!; i += together) {
      const count = Math.min(together, counts[axis]! - i);
      yield {
        at: [...index, i, ...counts.slice(axis + 1).map(() => 0)],
        count: [...outer.map(() => 1), count, ...counts.slice(axis + 1)],
      };
    }
  } while (countUp(index, (i) => outer[i]!));
}
