import { printable } from "../printable.js";
import { allocateFilled, mostFilled } from "./allocate-filled.js";
import { copySelected } from "./copy-selected.js";
import type { VirtualLayout } from "./data-layout.js";
import type { Selection } from "./dataspace-selection.js";
import type { Hyperslab } from "./hyperslab.js";
import { copyRuns, findBounds, listRuns, type SelectionBounds } from "./selection-runs.js";
import { checkLimit, failStored, type ReadJob, type StoredDataset, type VirtualWay } from "./stored-dataset.js";
import type { StoredBytes } from "./values/stored-bytes.js";
import { readVirtualMappings, type VirtualMapping } from "./virtual-mapping.js";

/** Virtual datasets within each other; one that leads to itself has more. */
const maxNesting = 16;
/** What a source costs of the allowed work, beside its bytes. */
const sourceCost = 1024;

/** Reads the elements of a source, on the way through the virtual datasets that lead to it. */
type SourceReader = (dataset: StoredDataset, slab: Hyperslab, way: VirtualWay) => Promise<StoredBytes>;

/** The sources of a virtual dataset. Only within `PagedBytes.run`. */
export function readMappings(dataset: StoredDataset, { address, index }: VirtualLayout): readonly VirtualMapping[] {
  const { file, shape, place } = dataset;
  if (address === undefined) return [];
  return readVirtualMappings(file.globalHeaps.openObject(file, address, index, place), file.widths, shape.length);
}

/** Throws where the sources of a virtual dataset lie in other files, or are as many as there are at the time. */
export function checkMappings(dataset: StoredDataset, mappings: readonly VirtualMapping[]): void {
  for (const { sourceFile, sourceDataset, sourceSelection, selection } of mappings) {
    if (sourceFile !== ".") {
      failStored(dataset, "unsafe", `found values in the file "${printable(sourceFile)}", wanted them in this one`);
    }
    if (isOpen(sourceSelection) || isOpen(selection) || sourceDataset.replaceAll("%%", "").includes("%")) {
      const message = "found sources of a virtual dataset without end, wanted a number of them";
      failStored(dataset, "unsupported-hdf5", message);
    }
  }
}

/**
 * The wanted elements of a virtual dataset whose sources lie in the same file; a source that is missing leaves the fill
 * value, as in libhdf5. `unsupported-hdf5` for a source of another datatype, `corrupt` for a mapping between different
 * numbers of elements, `unsafe` for a virtual dataset that leads to itself.
 */
export async function readVirtual(
  dataset: StoredDataset,
  mappings: readonly VirtualMapping[],
  whole: number,
  job: ReadJob,
  readSource: SourceReader,
): Promise<Uint8Array> {
  const { file, place, shape, elementBytes } = dataset;
  const { slab, way } = job;
  if (way.depth > maxNesting) {
    failStored(dataset, "unsafe", `found more than ${maxNesting} virtual datasets within each other`);
  }
  checkLimit(dataset, whole, file.limits.arrayBytes);
  const bytes = await allocateFilled(dataset, whole);
  for (const mapping of mappings) {
    const bounds = findBounds(mapping.selection, shape, place);
    if (bounds === undefined || !meets(bounds, slab)) continue;
    const source = await file.findStored(mapping.sourceDataset.replaceAll("%%", "%"));
    if (source === undefined) continue;
    if (JSON.stringify(source.datatype) !== JSON.stringify(dataset.datatype)) {
      const message = `found another datatype in the source ${source.place}, wanted that of the virtual dataset`;
      failStored(dataset, "unsupported-hdf5", message);
    }
    const box = findBounds(mapping.sourceSelection, source.shape, place);
    if (box === undefined) continue;
    way.work.bytes += sourceCost + box.extents.reduce((product, extent) => product * extent, elementBytes);
    checkLimit(dataset, way.work.bytes, mostFilled(file));
    const part = { start: box.first, count: box.extents, step: box.first.map(() => 1) };
    const stored = await readSource(source, part, { depth: way.depth + 1, work: way.work });
    const everything = { first: shape.map(() => 0), extents: shape };
    const from = listRuns(mapping.sourceSelection, box, place);
    const to = listRuns(mapping.selection, everything, place);
    if (!copyRuns(stored.bytes, from, bytes, to, elementBytes)) {
      failStored(dataset, "corrupt", `found more or fewer elements in ${source.place} than are wanted`);
    }
  }
  return whole === job.length ? bytes : copySelected(dataset, job, bytes, 0);
}

function isOpen(selection: Selection): boolean {
  return selection.kind === "regular" && selection.axes.some(({ count, block }) => count + block === Infinity);
}

function meets({ first, extents }: SelectionBounds, { start, count, step }: Hyperslab): boolean {
  return first.every(
    (index, axis) => index <= start[axis]! + (count[axis]! - 1) * step[axis]! && index + extents[axis]! > start[axis]!,
  );
}
