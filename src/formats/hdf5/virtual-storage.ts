import { spend } from "../array-costs.js";
import { convertElements } from "./convert-elements.js";
import { countElements } from "./dataspace.js";
import { intersectRuns, listRuns } from "./selection-runs.js";
import { type AxisIndices, boundsOf, countSelected, type ElementSet, isEven, selectAll } from "./element-set.js";
import type { Hyperslab } from "./hyperslab.js";
import { failStored, type ReadJob, type StoredBytes, type StoredDataset, type VirtualWay } from "./stored-dataset.js";
import { findSource, findSources } from "./virtual-sources.js";
import { byteStrides } from "./strided-copy.js";
import type { VirtualLayout } from "./data-layout.js";
import { allocateFilled } from "./allocate-filled.js";
import { findBox, followRuns, offsetOf, type Piece } from "./virtual-pieces.js";

/** Reads the elements of a source, on the way through the virtual datasets that lead to it. */
type SourceReader = (dataset: StoredDataset, slab: Hyperslab, way: VirtualWay) => Promise<StoredBytes>;

/**
 * The wanted elements of a virtual dataset whose sources lie in the same file. Of each source, the smallest box around
 * the wanted elements is read; one that is missing leaves the fill value, as in libhdf5. They come in the datatype of
 * the dataset where the reading began, whatever that of virtual datasets on the way. `unsupported-hdf5` for a source
 * whose datatype is not converted, `corrupt` for a mapping between different numbers of elements, `unsafe` for a
 * virtual dataset that leads to itself.
 */
export async function readVirtual(
  dataset: StoredDataset,
  layout: VirtualLayout,
  job: ReadJob,
  readSource: SourceReader,
): Promise<Uint8Array> {
  /** Virtual datasets within each other; one that leads to itself has more. */
  const maxNesting = 16;
  /** What a source costs of the allowed work, beside its bytes, and what each run of its elements does. */
  const sourceCost = 2 ** 15;
  const runCost = 256;
  const { file, place, shape } = dataset;
  const { slab, way } = job;
  const { target = dataset } = way;
  const { elementBytes } = target;
  if (way.depth > maxNesting) {
    failStored(dataset, "unsafe", `found more than ${maxNesting} virtual datasets within each other`);
  }
  const { sources } = await findSources(dataset, layout);
  const spendRun = (): void => spend(way.costs, runCost);
  const bytes = convertElements({ bytes: await allocateFilled(dataset, job), fresh: true }, dataset, target);
  const strides = byteStrides(shape, 1);
  const targetStrides = byteStrides(slab.count, elementBytes);
  for (const { path, elements, sourceElements } of sources) {
    const wanted = clipSlab(slab, elements);
    if (wanted === undefined) continue;
    const count = countSelected(elements, shape, place);
    const source = await findSource(file, path);
    if (source === undefined) continue;
    const from = viewSource(source, sourceElements ?? selectAll(source.shape));
    if (countSelected(from.elements, from.shape, source.place) !== count) {
      failStored(dataset, "corrupt", `found more or fewer elements in ${source.place} than are wanted`);
    }
    const listPieces = (): Iterable<Piece> => {
      const own = listRuns(elements, shape, place, spendRun);
      const pairs = intersectRuns(
        own,
        listRuns(wanted, shape, place, () => undefined),
      );
      return followRuns(pairs, listRuns(from.elements, from.shape, source.place, spendRun));
    };
    const box = findBox(listPieces(), from.shape);
    if (box === undefined) continue;
    const { first } = box;
    spend(way.costs, sourceCost + countElements(box.count) * (source.elementBytes + elementBytes));
    const start = first.map((index, axis) => from.start[axis]! + index * from.step[axis]!);
    const part = { start, count: box.count, step: from.step };
    const stored = await readSource(source, part, { depth: way.depth + 1, costs: way.costs, target });
    const values = source.layout.kind === "virtual" ? stored.bytes : convertElements(stored, source, target);
    const ones = first.map(() => 1);
    const sourceStrides = byteStrides(from.shape, 1);
    const boxStrides = byteStrides(box.count, elementBytes);
    for (const [number, own, many] of listPieces()) {
      const offset = offsetOf(number, sourceStrides, { start: first, step: ones }, boxStrides);
      const end = offset + many * elementBytes;
      bytes.set(values.subarray(offset, end), offsetOf(own, strides, slab, targetStrides));
    }
  }
  return bytes;
}

/** The wanted elements around others; undefined where there are none. */
function clipSlab({ start, step, count }: Hyperslab, elements: ElementSet): AxisIndices[] | undefined {
  const { first, end } = boundsOf(elements);
  const axes = start.map((index, axis): AxisIndices => {
    const stride = step[axis]!;
    const low = Math.max(0, Math.ceil((first[axis]! - index) / stride));
    const high = Math.min(count[axis]!, Math.ceil((end[axis]! - index) / stride));
    return { start: index + low * stride, stride, block: 1, length: Math.max(0, high - low) };
  });
  return axes.every(({ length }) => length > 0) ? axes : undefined;
}

/** Elements of a source as those of a smaller array, of the indices that are selected along each axis. */
interface SourceView {
  readonly shape: readonly number[];
  readonly elements: ElementSet;
  /** The index in the source of the first element of the view, and the distance of the others. */
  readonly start: readonly number[];
  readonly step: readonly number[];
}

function viewSource(source: StoredDataset, elements: ElementSet): SourceView {
  const { shape, place } = source;
  countSelected(elements, shape, place);
  if ("corners" in elements || !elements.every(isEven)) {
    return { shape, elements, start: shape.map(() => 0), step: shape.map(() => 1) };
  }
  const lengths = elements.map(({ length }) => length);
  return {
    shape: lengths,
    elements: selectAll(lengths),
    start: elements.map(({ start }) => start),
    step: elements.map(({ stride, block, length }) => (block === 1 && length > 1 ? stride : 1)),
  };
}
