import { type ErrorCode, KerasProofError } from "../../errors.js";
import { checkAborted } from "../byte-source.js";
import type { Cursor } from "../cursor.js";
import { openAttributes } from "./attribute.js";
import { readDataLayout } from "./data-layout.js";
import { countElements, markNull, readDataspace } from "./dataspace.js";
import { readDatatype } from "./datatype.js";
import { type FileAccess, placeOf } from "./file-access.js";
import type { Hdf5Array } from "./hdf5-array.js";
import type { Hdf5Dataset, Hdf5Storage } from "./hdf5-object.js";
import { wholeOf } from "./hyperslab.js";
import { findMessage, type HeaderMessage, messageType, type ObjectHeader } from "./object-header.js";
import { rareParts } from "./on-demand.js";
import { openMessage } from "./shared-message.js";
import { findKnown, readStorage } from "./storage.js";
import type { StoredDataset } from "./stored-dataset.js";
import { decodeValues, dtypeOf } from "./values/decode-values.js";

/** A dataset as its object header describes it; the values are not read. Only within `PagedBytes.run`. */
export function openDataset(file: FileAccess, address: number, header: ObjectHeader, path: string): Hdf5Dataset {
  const place = placeOf(file, path);
  const described = openStored(file, address, header, place);
  const { layout, maxShape, datatype } = described;
  const outline = layout.kind === "virtual" ? rareParts().outlineVirtual(described, layout, address) : undefined;
  const stored = outline === undefined ? described : { ...described, shape: outline.shape };
  const { shape } = stored;
  const storage = describeStorage(stored);
  const outside = storage.layout === "external" ? rareParts().refuseExternal(stored) : outline?.refusal;
  const { attrNames, attr, attrs } = openAttributes(file, header, place);
  return {
    kind: "dataset",
    path,
    place,
    address,
    shape,
    isNull: described.isNull === true,
    maxShape,
    dtype: dtypeOf(datatype),
    datatype,
    storage,
    refusal: outside ?? (storage.filters.length > 0 ? rareParts().findMissingFilter(stored) : undefined),
    attrNames,
    attr,
    attrs,
    read: async (options = {}): Promise<Hdf5Array> => {
      checkAborted(options.signal, place);
      const isPart = (options.start ?? options.count ?? options.step) !== undefined;
      const slab = isPart ? (await file.pages.run(rareParts)).selectHyperslab(shape, options, place) : wholeOf(shape);
      if (outside !== undefined) throw outside;
      try {
        const known = options.onProgress === undefined ? findKnown(stored, slab) : undefined;
        const bytes = known ?? (await readStorage(stored, slab, options));
        return markNull(await decodeValues(file, bytes, datatype, slab.count, options, place), described);
      } catch (error) {
        if (error instanceof KerasProofError) throw withOffset(error, stored.offset);
        // What JavaScript throws where memory for an array cannot be had.
        if (!(error instanceof RangeError)) throw error;
        const message = `found the shape [${slab.count.join(", ")}], wanted values that fit in memory`;
        throw new KerasProofError("limit", place, message, { cause: error, offset: stored.offset });
      }
    },
  };
}

/** A dataset as its storage sees it. Only within `PagedBytes.run`. */
export function openStored(file: FileAccess, address: number, header: ObjectHeader, place: string): StoredDataset {
  const want = (type: number): HeaderMessage => wantMessage(header, type, place, file.base + address);
  const open = (type: number): Cursor => openMessage(file, want(type), place);
  const space = readDataspace(open(messageType.dataspace), file.widths);
  const layout = readDataLayout(open(messageType.dataLayout), file.widths);
  const ownType = readDatatype(open(messageType.datatype), file);
  const datatype = ownType.kind === "opaque" ? rareParts().readMarkedType(file, header, ownType, place) : ownType;
  const isFiltered = findMessage(header, messageType.filterPipeline) !== undefined;
  const filters = isFiltered ? rareParts().readFilters(file, header, place) : [];
  return {
    file,
    place,
    offset: want(messageType.dataLayout).body.base,
    header,
    layout,
    filters,
    ...space,
    datatype,
    elementBytes: datatype.bytes,
  };
}

function describeStorage(dataset: StoredDataset): Hdf5Storage {
  const { header, layout, filters } = dataset;
  const isExternal = findMessage(header, messageType.externalDataFiles) !== undefined;
  const piece = isExternal ? undefined : findPiece(dataset);
  const chunks = !isExternal && layout.kind === "chunked" ? layout : undefined;
  return {
    layout: isExternal ? "external" : layout.kind,
    address: piece?.address,
    size: piece?.size,
    chunkShape: chunks?.chunkShape,
    chunkIndex: chunks?.index,
    filters,
  };
}

/** The stretch of the source in which all values lie; undefined where there is no such stretch. */
function findPiece(dataset: StoredDataset): Pick<Hdf5Storage, "address" | "size"> | undefined {
  const { file, layout, shape, elementBytes } = dataset;
  if (layout.kind === "compact") return { address: layout.offset, size: layout.bytes.length };
  if (layout.kind !== "contiguous") return undefined;
  if (layout.address === undefined) return { address: undefined, size: 0 };
  return { address: file.base + layout.address, size: layout.size ?? countElements(shape) * elementBytes };
}

/** Codes of errors that concern a byte of the file. */
const fileCodes: ReadonlySet<ErrorCode> = new Set(["corrupt", "limit", "unsafe", "unsupported-hdf5", "truncated"]);

/** The same error with the byte where the storage is described, unless it has a better one. */
function withOffset(error: KerasProofError, offset: number): KerasProofError {
  if (error.offset !== undefined || !fileCodes.has(error.code)) return error;
  return new KerasProofError(error.code, error.path, error.problems[0]!.message, { cause: error.cause, offset });
}

const messageNames: Readonly<Record<number, string>> = {
  [messageType.dataspace]: "dataspace",
  [messageType.datatype]: "datatype",
  [messageType.dataLayout]: "data layout",
};

function wantMessage(header: ObjectHeader, type: number, place: string, offset: number): HeaderMessage {
  const message = findMessage(header, type);
  if (message !== undefined) return message;
  const wanted = `found a dataset without its ${messageNames[type]}, wanted one`;
  throw new KerasProofError("corrupt", place, wanted, { offset });
}
