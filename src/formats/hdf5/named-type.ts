import { openAttributes } from "./attribute.js";
import { readDatatype } from "./datatype.js";
import { type FileAccess, placeOf } from "./file-access.js";
import type { Hdf5NamedType } from "./hdf5-object.js";
import { findMessage, messageType, type ObjectHeader } from "./object-header.js";
import { openMessage } from "./shared-message.js";

/** A committed datatype: an object header with a Datatype message (specification, IV.A.2.d) and nothing to describe. */
export function openNamedType(file: FileAccess, address: number, header: ObjectHeader, path: string): Hdf5NamedType {
  const place = placeOf(file, path);
  const message = findMessage(header, messageType.datatype)!;
  const datatype = readDatatype(openMessage(file, message, place), file);
  return { kind: "datatype", path, place, address, datatype, ...openAttributes(file, header, place) };
}
