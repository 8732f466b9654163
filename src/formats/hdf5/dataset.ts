import { type ErrorCode, KerasProofError } from "../../errors.js";
import { checkAborted } from "../byte-source.js";
import type { Cursor } from "../cursor.js";
import { openAttributes } from "./attribute.js";
import { readDataLayout } from "./data-layout.js";
import { countElements, readDataspace } from "./dataspace.js";
import { readDatatype } from "./datatype.js";
import { type FileAccess, placeOf } from "./file-access.js";
import type { Hdf5Array } from "./hdf5-array.js";
import type { Hdf5Dataset, Hdf5Storage } from "./hdf5-object.js";
import { selectHyperslab } from "./hyperslab.js";
import { onDemand } from "./interruption.js";
import { findMessage, type HeaderMessage, messageType, type ObjectHeader } from "./object-header.js";
import { openMessage } from "./shared-message.js";
import { readStorage } from "./storage.js";
import { failStored, rememberStored, type StoredDataset } from "./stored-dataset.js";
import { decodeValues, dtypeOf } from "./values/decode-values.js";

const rareStorage = onDemand(() => import("./rare-storage.js"));
const rareTypes = onDemand(() => import("./rare-types.js"));

/** A dataset as its object header describes it; the values are not read. Only within `PagedBytes.run`. */
export function openDataset(file: FileAccess, address: number, header: ObjectHeader, path: string): Hdf5Dataset {
  const place = placeOf(file, path);
  const want = (type: number): HeaderMessage => wantMessage(header, type, place, file.base + address);
  const open = (type: number): Cursor => openMessage(file, want(type), place);
  const { shape, maxShape } = readDataspace(open(messageType.dataspace), file.widths);
  const layout = readDataLayout(open(messageType.dataLayout), file.widths);
  const ownType = readDatatype(open(messageType.datatype));
  const datatype = ownType.kind === "opaque" ? rareTypes().readMarkedType(file, header, ownType, place) : ownType;
  const dtype = dtypeOf(datatype);
  const isFiltered = findMessage(header, messageType.filterPipeline) !== undefined;
  const filters = isFiltered ? rareStorage().readFilters(file, header, place) : [];
  const stored: StoredDataset = {
    file,
    place,
    offset: want(messageType.dataLayout).body.base,
    header,
    layout,
    filters,
    shape,
    maxShape,
    datatype,
    elementBytes: datatype.bytes,
  };
  const storage = describeStorage(stored);
  const refusal = findRefusal(stored, storage);
  const dataset: Hdf5Dataset = {
    kind: "dataset",
    path,
    place,
    address,
    shape,
    maxShape,
    dtype,
    datatype,
    storage,
    refusal,
    ...openAttributes(file, header, place),
    read: async (options = {}): Promise<Hdf5Array> => {
      checkAborted(options.signal, place);
      const slab = selectHyperslab(shape, options, place);
      if (refusal !== undefined) throw refusal;
      try {
        const bytes = await readStorage(stored, slab, options);
        return await decodeValues(file, bytes, datatype, slab.count, options, place);
      } catch (error) {
        if (error instanceof KerasProofError) throw withOffset(error, stored.offset);
        // What JavaScript throws where memory for an array cannot be had.
        if (!(error instanceof RangeError)) throw error;
        const message = `found the shape [${slab.count.join(", ")}], wanted values that fit in memory`;
        throw new KerasProofError("limit", place, message, { cause: error, offset: stored.offset });
      }
    },
  };
  rememberStored(dataset, stored);
  return dataset;
}

function describeStorage({ file, header, layout, filters, shape, elementBytes }: StoredDataset): Hdf5Storage {
  const nowhere = { address: undefined, size: undefined, chunkShape: undefined, chunkIndex: undefined, filters };
  if (findMessage(header, messageType.externalDataFiles) !== undefined) return { ...nowhere, layout: "external" };
  switch (layout.kind) {
    case "compact":
      return { ...nowhere, layout: "compact", address: layout.offset, size: layout.bytes.length };
    case "contiguous": {
      if (layout.address === undefined) return { ...nowhere, layout: "contiguous", size: 0 };
      const size = layout.size ?? countElements(shape) * elementBytes;
      return { ...nowhere, layout: "contiguous", address: file.base + layout.address, size };
    }
    case "chunked":
      return { ...nowhere, layout: "chunked", chunkShape: layout.chunkShape, chunkIndex: layout.index };
    default:
      return { ...nowhere, layout: "virtual" };
  }
}

/** Why values cannot be read, as far as the header says; undefined where they can. */
function findRefusal(dataset: StoredDataset, storage: Hdf5Storage): KerasProofError | undefined {
  const { file, layout, filters, place } = dataset;
  try {
    if (storage.layout === "external") {
      failStored(dataset, "unsafe", "found values in an external file, wanted them in this one");
    }
    if (layout.kind === "virtual") {
      const { checkMappings, readMappings } = rareStorage();
      checkMappings(dataset, readMappings(dataset, layout));
    }
  } catch (error) {
    if (error instanceof KerasProofError) return error;
    throw error;
  }
  const missing = filters.length === 0 ? undefined : rareStorage().checkFilters(filters, file.filters, place);
  return missing && withOffset(missing, dataset.offset);
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
