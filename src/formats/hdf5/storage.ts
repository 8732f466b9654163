import { KerasProofError } from "../../errors.js";
import type { DataLayout } from "./data-layout.js";
import type { Datatype } from "./datatype.js";
import { checkInFile, type FileAccess } from "./file-access.js";
import { readFillValue } from "./fill-value.js";
import type { Hdf5Storage } from "./hdf5-object.js";
import type { ObjectHeader } from "./object-header.js";
import { countBytes } from "./values.js";

/** What the values of a dataset are read from. */
export interface StoredValues {
  readonly file: FileAccess;
  readonly header: ObjectHeader;
  readonly layout: DataLayout;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly place: string;
}

/** The stored bytes of all elements in C order, `length` of them. */
type LayoutReader<Layout extends DataLayout> = (
  values: StoredValues,
  layout: Layout,
  length: number,
) => Promise<Uint8Array>;

/** One reader for each kind of storage whose values can be read. */
const layoutReaders: {
  readonly [Kind in DataLayout["kind"]]?: LayoutReader<Extract<DataLayout, { kind: Kind }>>;
} = {
  compact: async (values, layout, length) => {
    checkLength(values, layout.bytes.length, length);
    return layout.bytes;
  },
  contiguous: async (values, layout, length) => {
    const { file, place } = values;
    if (length === 0) return new Uint8Array(0);
    if (layout.address === undefined) return fill(values, length);
    checkLength(values, layout.size, length);
    checkInFile(file, file.base + layout.address, length, place);
    return file.pages.source.read(file.base + layout.address, length);
  },
};

/** Why values cannot be read from a storage; undefined where they can. */
export function checkStorage(storage: Hdf5Storage, place: string): KerasProofError | undefined {
  const { layout, filters } = storage;
  if (layout === "external") {
    return new KerasProofError("unsafe", place, "found values in an external file, wanted them in this one");
  }
  if (layout === "virtual") {
    return new KerasProofError("unsafe", place, "found a virtual dataset, wanted its values in this file");
  }
  const filtered = filters.length === 0 ? "" : ` with the filters ${filters.map((filter) => filter.name).join(", ")}`;
  if (layoutReaders[layout] !== undefined && filtered === "") return undefined;
  const wanted = "wanted contiguous or compact storage without filters";
  return new KerasProofError("unsupported-hdf5", place, `found ${layout} storage${filtered}, ${wanted}`);
}

/**
 * The stored bytes of a dataset's elements. They may be a view on memory that others share. `limit` where they are more
 * than a caller allows, `corrupt` where the storage has another size than the shape, `truncated` where it lies outside
 * the file.
 */
export async function readStorage(values: StoredValues): Promise<Uint8Array> {
  const { file, layout, datatype, shape, place } = values;
  const length = countBytes(file, datatype, shape, place);
  const read = layoutReaders[layout.kind] as LayoutReader<DataLayout> | undefined;
  if (read === undefined) throw new KerasProofError("unsupported-hdf5", place, `found ${layout.kind} storage`);
  return read(values, layout, length);
}

function checkLength(values: StoredValues, found: number, wanted: number): void {
  if (found === wanted) return;
  throw new KerasProofError(
    "corrupt",
    values.place,
    `found ${found} stored bytes, wanted ${wanted} for the shape [${values.shape.join(", ")}]`,
  );
}

/**
 * The elements of storage that was never written. Nothing in the file stands for them, so they may take at most
 * `limits.arrayRatio` times the size of the file.
 */
function fill(values: StoredValues, length: number): Uint8Array {
  const { file, header, datatype, place } = values;
  const allowed = file.limits.arrayRatio * (file.end - file.base);
  if (length > allowed) {
    throw new KerasProofError(
      "limit",
      place,
      `found ${length} bytes that were never written, wanted at most ${allowed}`,
    );
  }
  const bytes = new Uint8Array(length);
  const value = readFillValue(file, header, datatype.bytes, place);
  if (value === undefined) return bytes;
  for (let start = 0; start < length; start += value.length) bytes.set(value, start);
  return bytes;
}
