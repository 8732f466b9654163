import { KerasProofError } from "../../errors.js";
import { openAttributes, readAttributeNow } from "./attribute.js";
import { type DataLayout, readDataLayout } from "./data-layout.js";
import { readDataspace } from "./dataspace.js";
import { type Datatype, readDatatype } from "./datatype.js";
import { type FileAccess, placeOf } from "./file-access.js";
import type { Hdf5Array } from "./hdf5-array.js";
import { readFilters } from "./filter-pipeline.js";
import type { Hdf5Dataset, Hdf5Filter, Hdf5Storage } from "./hdf5-object.js";
import { findMessage, type HeaderMessage, messageType, type ObjectHeader } from "./object-header.js";
import { openMessage } from "./shared-message.js";
import { checkStorage, readStorage } from "./storage.js";
import { decodeValues, dtypeOf } from "./values.js";

/** A dataset as its object header describes it; the values are not read. Only within `PagedBytes.run`. */
export function openDataset(file: FileAccess, address: number, header: ObjectHeader, path: string): Hdf5Dataset {
  const place = placeOf(file, path);
  const { shape } = readDataspace(
    openMessage(file, wantMessage(header, messageType.dataspace, place), place),
    file.widths,
  );
  const storedType = readDatatype(openMessage(file, wantMessage(header, messageType.datatype, place), place));
  const layout = readDataLayout(
    openMessage(file, wantMessage(header, messageType.dataLayout, place), place),
    file.widths,
  );
  const external = findMessage(header, messageType.externalDataFiles) !== undefined;
  const datatype = storedType.kind === "opaque" ? readMarkedType(file, header, storedType, place) : storedType;
  const dtype = dtypeOf(datatype, place);
  const filters = readFilters(file, header, place);
  const storage = describeStorage(file, layout, external, filters);
  const refusal = checkStorage(storage, place);
  return {
    kind: "dataset",
    path,
    place,
    address,
    shape,
    maxShape: undefined,
    dtype,
    datatype,
    storage,
    refusal,
    ...openAttributes(file, header, place),
    read: async (): Promise<Hdf5Array> => {
      if (refusal !== undefined) throw refusal;
      try {
        const bytes = await readStorage({ file, header, layout, datatype, shape, place });
        return await file.pages.run(() => decodeValues(file, bytes, datatype, shape, place));
      } catch (cause) {
        // What JavaScript throws where memory for an array cannot be had.
        if (!(cause instanceof RangeError)) throw cause;
        const message = `found the shape [${shape.join(", ")}], wanted values that fit in memory`;
        throw new KerasProofError("limit", place, message, { cause });
      }
    },
  };
}

/**
 * h5py has no bfloat16: Keras stores it as opaque data of 2 bytes and says so in the attribute `dtype` (`H5IOStore`
 * of `keras/src/saving/saving_lib.py`, 3.5 and later).
 */
function readMarkedType(file: FileAccess, header: ObjectHeader, stored: Datatype, place: string): Datatype {
  if (stored.bytes !== 2) return stored;
  const mark = readAttributeNow(file, header, "dtype", place);
  if (mark?.dtype !== "string" || mark.data[0] !== "bfloat16") return stored;
  return { kind: "number", bytes: 2, dtype: "bfloat16", byteOrder: "little" };
}

function describeStorage(
  file: FileAccess,
  layout: DataLayout,
  external: boolean,
  filters: readonly Hdf5Filter[],
): Hdf5Storage {
  const unchunked = { chunkShape: undefined, chunkIndex: undefined, filters };
  if (external) return { layout: "external", address: undefined, size: undefined, ...unchunked };
  switch (layout.kind) {
    case "compact":
      return { layout: "compact", address: layout.offset, size: layout.bytes.length, ...unchunked };
    case "contiguous": {
      const address = layout.address === undefined ? undefined : file.base + layout.address;
      return { layout: "contiguous", address, size: address === undefined ? 0 : layout.size, ...unchunked };
    }
    default:
      return { layout: layout.kind, address: undefined, size: undefined, ...unchunked };
  }
}

const messageNames: Readonly<Record<number, string>> = {
  [messageType.dataspace]: "dataspace",
  [messageType.datatype]: "datatype",
  [messageType.dataLayout]: "data layout",
};

function wantMessage(header: ObjectHeader, type: number, place: string): HeaderMessage {
  const message = findMessage(header, type);
  if (message !== undefined) return message;
  throw new KerasProofError("corrupt", place, `found a dataset without its ${messageNames[type]}, wanted one`);
}
