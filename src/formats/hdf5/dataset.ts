import { type ErrorCode, KerasProofError } from "../../errors.js";
import type { Cursor } from "../cursor.js";
import { checkNames } from "../option-names.js";
import { at } from "./attempt.js";
import type { Hdf5Array } from "./hdf5-array.js";
import { readStorage } from "./storage.js";
import { findAttribute, openAttributes } from "./attribute.js";
import { readDataLayout } from "./data-layout.js";
import { countElements, markNull, readDataspace } from "./dataspace.js";
import {
  dataLayoutMessage,
  dataspaceMessage,
  datatypeMessage,
  externalDataFilesMessage,
  filterPipelineMessage,
} from "./message-type.js";
import { readDatatype } from "./datatype.js";
import { type FileAccess, placeOf } from "./file-access.js";
import { failAt } from "./file-cursor.js";
import type { Hdf5Dataset, Hdf5ReadOptions, Hdf5Storage } from "./hdf5-object.js";
import type { HeaderMessage } from "./header-message.js";
import { wholeOf } from "./hyperslab.js";
import { findMessage, type ObjectHeader } from "./object-header.js";
import { rareParts } from "./on-demand.js";
import { checkAborted } from "../byte-source.js";
import { openMessage } from "./shared-message.js";
import type { StoredDataset } from "./stored-dataset.js";
import { decodeValues, dtypeOf } from "./values/decode-values.js";
import { startDecoding } from "./values/decoding.js";

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
      checkNames(options, readOptions, place);
      checkAborted(options.signal, place);
      const isPlain = Object.keys(options).every((name) => name === "signal");
      const slab = isPlain ? wholeOf(shape) : (await file.pages.run(rareParts)).selectHyperslab(shape, options, place);
      if (outside !== undefined) throw outside;
      try {
        const decoding = startDecoding(file, options, place, address, stored.offset);
        const bytes = await readStorage(stored, slab, options, { depth: 0, costs: decoding });
        return markNull(await decodeValues(decoding, bytes, datatype, slab.count), described);
      } catch (error) {
        if (error instanceof KerasProofError) {
          throw error.offset === undefined && fileCodes.has(error.code) ? at(error, error.path, stored.offset) : error;
        }
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
  const want = (type: number, name: string): HeaderMessage => {
    const message = findMessage(header, type);
    if (message !== undefined) return message;
    return failAt(file, address, place, "corrupt", `found a dataset without its ${name}, wanted one`);
  };
  const open = (message: HeaderMessage): Cursor => openMessage(file, message, place);
  const space = readDataspace(open(want(dataspaceMessage, "dataspace")), file.widths);
  const storageMessage = want(dataLayoutMessage, "data layout");
  const layout = readDataLayout(open(storageMessage), file.widths);
  const ownType = readDatatype(open(want(datatypeMessage, "datatype")), file);
  const openMark = (): (() => Hdf5Array | undefined) => findAttribute(file, header, "dtype", place);
  const datatype =
    ownType.kind === "opaque" ? rareParts().readMarkedType(file, header.address, ownType, openMark) : ownType;
  const isFiltered = findMessage(header, filterPipelineMessage) !== undefined;
  const filters = isFiltered ? rareParts().readFilters(file, header, place) : [];
  return {
    file,
    place,
    offset: storageMessage.body.base,
    header,
    layout,
    filters,
    ...space,
    datatype,
    elementBytes: datatype.bytes,
  };
}

function describeStorage({ file, header, layout, filters, shape, elementBytes }: StoredDataset): Hdf5Storage {
  const inside = findMessage(header, externalDataFilesMessage) === undefined ? layout : undefined;
  const chunks = inside?.kind === "chunked" ? inside : undefined;
  let address: number | undefined;
  let size: number | undefined;
  if (inside?.kind === "compact") {
    address = inside.offset;
    size = inside.bytes.length;
  } else if (inside?.kind === "contiguous") {
    const isWritten = inside.address !== undefined;
    address = isWritten ? file.base + inside.address : undefined;
    size = isWritten ? (inside.size ?? countElements(shape) * elementBytes) : 0;
  }
  return {
    layout: inside?.kind ?? "external",
    address,
    size,
    chunkShape: chunks?.chunkShape,
    chunkIndex: chunks?.index,
    filters,
  };
}

const readOptions: readonly (keyof Hdf5ReadOptions)[] = ["start", "count", "step", "int64", "signal", "onProgress"];

/** Codes of errors that concern a byte of the file. */
const fileCodes: ReadonlySet<ErrorCode> = new Set(["corrupt", "limit", "unsafe", "unsupported-hdf5", "truncated"]);
