import { printable } from "../printable.js";
import { claim } from "./claims.js";
import type { VirtualLayout } from "./data-layout.js";
import type { Selection } from "./dataspace-selection.js";
import type { Hdf5RegularAxis } from "./hdf5-array.js";
import type { FileAccess } from "./file-access.js";
import { perFile } from "./per-file.js";
import { axisIndices, boundsOf, type ElementSet, selectElements } from "./element-set.js";
import { failStored, type StoredDataset } from "./stored-dataset.js";
import { readVirtualMappings, type VirtualMapping } from "./virtual-mapping.js";

/** Which elements of a virtual dataset are which elements of a dataset of this file. */
export interface VirtualSource {
  readonly path: string;
  /** All of the source's elements where undefined. */
  readonly sourceElements: ElementSet | undefined;
  /** Within the virtual dataset. */
  readonly elements: ElementSet;
}

/** The sources that a virtual dataset has at the time, and the extents that they give it. */
export interface VirtualSources {
  readonly shape: readonly number[];
  readonly sources: readonly VirtualSource[];
}

/** The datasets that some were looked for as sources of virtual ones, by their paths. */
const sourcesOf = perFile((_file: FileAccess) => new Map<string, StoredDataset | undefined>());

/** The dataset of a path that is a source of virtual ones, which many may share; undefined where there is none. */
export async function findSource(file: FileAccess, path: string): Promise<StoredDataset | undefined> {
  /** The most that are kept. */
  const mostKept = 1024;
  const sources = sourcesOf(file);
  if (sources.has(path)) return sources.get(path);
  const source = await file.findStored(path);
  if (sources.size === mostKept) sources.clear();
  sources.set(path, source);
  return source;
}

/**
 * Finds the sources of a virtual dataset, as libhdf5's `H5D__virtual_set_extent_unlim` does by default: a mapping
 * without end reaches as far as its source; where the names have a block's number in them, it has as many blocks as
 * there are datasets in a row. The virtual dataset grows along such an axis to the last element that is there. `unsafe`
 * where a source lies in another file, `corrupt` for a mapping that libhdf5 does not let anybody make, and for one that
 * reaches beyond 2^53.
 */
export async function findSources(dataset: StoredDataset, layout: VirtualLayout): Promise<VirtualSources> {
  /** What counts for a source with a number in its name, which takes more time than memory. */
  const numberedBytes = 2 ** 13;
  const { file, header, shape } = dataset;
  const mappings = await file.pages.run(() => readMappings(dataset, layout));
  const sources: VirtualSource[] = [];
  let count = 0;
  const spendNumbered = (): void => {
    count += 1;
    if (file.elementCosts(`virtual ${header.address}`, numberedBytes * count)) return;
    failStored(dataset, "limit", `found more than ${count - 1} virtual sources`);
  };
  /** Whether the dataset grows along each axis, and how far mappings reach along it. */
  const grows = shape.map(() => false);
  const ends = shape.map(() => 0);
  const reach = (elements: ElementSet): void =>
    boundsOf(elements).end.forEach((end, axis) => {
      if (end > ends[axis]!) ends[axis] = end;
    });
  for (const mapping of mappings) {
    const growing = findOpen(mapping.selection);
    if (growing !== undefined) {
      grows[growing.open] = true;
      reach(cutOpen(growing, 0));
    }
    for await (const source of listSources(dataset, mapping, spendNumbered)) {
      sources.push(source);
      if (mapping.selection.kind !== "all") reach(source.elements);
    }
  }
  const extents = shape.map((extent, axis) => (grows[axis] ? ends[axis]! : extent));
  if (extents.every(Number.isSafeInteger)) return { shape: extents, sources };
  return failStored(
    dataset,
    "corrupt",
    `found virtual sources up to [${extents.join(", ")}], wanted indices below 2^53`,
  );
}

/** The sources that a mapping has at the time; `spendNumbered` is told of each with a number in its name. */
async function* listSources(
  dataset: StoredDataset,
  { sourceFile, sourceDataset, sourceSelection, selection }: VirtualMapping,
  spendNumbered: () => void,
): AsyncGenerator<VirtualSource, void, undefined> {
  const { file, shape } = dataset;
  if (sourceFile !== ".") {
    failStored(dataset, "unsafe", `found values in the file "${printable(sourceFile)}", wanted them in this one`);
  }
  const nameOf = parseName(dataset, sourceDataset);
  const path = nameOf(0);
  const numbered = path !== nameOf(1);
  const growing = findOpen(selection);
  const following = findOpen(sourceSelection);
  // A mapping that grows has either one source without end or sources with numbers in their names.
  if ((growing !== undefined) !== (numbered || following !== undefined) || (numbered && following !== undefined)) {
    failStored(dataset, "corrupt", "found one side of a virtual mapping without end, wanted both or none");
  }
  if (following !== undefined) {
    const { axes, open } = following;
    const extent = (await findSource(file, path))?.shape[open] ?? 0;
    const length = countIndices(axes[open]!, extent);
    if (length > 0) yield { path, sourceElements: cutOpen(following, length), elements: cutOpen(growing!, length) };
    return;
  }
  const sourceElements = sourceSelection.kind === "all" ? undefined : elementsOf(dataset, sourceSelection, []);
  if (growing === undefined) {
    yield { path, sourceElements, elements: elementsOf(dataset, selection, shape) };
    return;
  }
  for (let block = 0; (await findSource(file, nameOf(block))) !== undefined; block++) {
    spendNumbered();
    const elements = growing.axes.map((axis, i) =>
      axisIndices(i === growing.open ? { ...axis, start: axis.start + block * axis.stride, count: 1 } : axis),
    );
    yield { path: nameOf(block), sourceElements, elements };
  }
}

function readMappings(dataset: StoredDataset, { address, index }: VirtualLayout): readonly VirtualMapping[] {
  const { file, header, shape, place } = dataset;
  if (address === undefined) return [];
  const mappings = file.globalHeaps.openObject(file, address, index, place);
  claim(file, mappings.base - file.base, 0, header.address, place);
  return readVirtualMappings(mappings, file.widths, shape.length);
}

function elementsOf(dataset: StoredDataset, selection: Selection, shape: readonly number[]): ElementSet {
  const elements = selectElements(selection, shape);
  return elements ?? failStored(dataset, "unsupported-hdf5", "found single points in a virtual mapping, wanted boxes");
}

/** The axes of a selection without end along one of them. */
interface OpenAxes {
  readonly axes: readonly Hdf5RegularAxis[];
  /** The number of that one. */
  readonly open: number;
}

/** Undefined where a selection has an end along each axis. */
function findOpen(selection: Selection): OpenAxes | undefined {
  if (selection.kind !== "regular") return undefined;
  const { axes } = selection;
  const open = axes.findIndex(({ count, block }) => count + block === Infinity);
  return open < 0 ? undefined : { axes, open };
}

/** Elements that end after so many indices along the axis that has no end. */
function cutOpen({ axes, open }: OpenAxes, length: number): ElementSet {
  return axes.map((axis, i) => axisIndices(axis, i === open ? length : undefined));
}

/** How many indices of an axis without end lie below an extent. */
function countIndices({ start, stride, block }: Hdf5RegularAxis, extent: number): number {
  if (extent <= start) return 0;
  if (block === Infinity || block === stride) return extent - start;
  const blocks = Math.ceil((extent - start) / stride);
  return block * blocks - Math.max(0, start + (blocks - 1) * stride + block - extent);
}

/** The name of a source by the number of the block, for which `%b` stands; `%%` stands for `%`. */
function parseName(dataset: StoredDataset, name: string): (block: number) => string {
  if (/%(?![%b])/.test(name.replaceAll("%%", ""))) {
    failStored(dataset, "corrupt", `found the name "${printable(name)}" of a virtual source, wanted %b or %% in it`);
  }
  return (block) => name.replace(/%[%b]/g, (mark) => (mark === "%%" ? "%" : String(block)));
}
