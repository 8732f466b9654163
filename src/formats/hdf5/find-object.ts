import { openMessage } from "./shared-message.js";
import { openAttributes } from "./attribute.js";
import { findMessage, type ObjectHeader, readObjectHeader } from "./object-header.js";
import { KerasProofError } from "../../errors.js";
import type { Hdf5Group, Hdf5NamedType, Hdf5Object } from "./hdf5-object.js";
import { readDatatype } from "./datatype.js";
import { isGroup, openGroup } from "./group.js";
import { locate, refuseLink } from "./follow-path.js";
import type { Hdf5Reference } from "./hdf5-array.js";
import { dataLayoutMessage, dataspaceMessage, datatypeMessage } from "./message-type.js";
import type { StoredDataset } from "./stored-dataset.js";
import { type FileAccess, placeOf } from "./file-access.js";
import { failAt } from "./file-cursor.js";
import { openDataset, openStored } from "./dataset.js";

/**
 * The object whose header is at an address; what it is its messages tell, as with libhdf5. Only within
 * `PagedBytes.run`.
 */
export function openObject(file: FileAccess, address: number, path: string): Hdf5Object {
  const place = placeOf(file, path);
  const header = readObjectHeader(file, address, place);
  if (isGroup(header)) return openGroup(file, address, header, path, (from, below) => findObject(file, from, below));
  if (isDataset(header)) return openDataset(file, address, header, path);
  if (findMessage(header, datatypeMessage) !== undefined) return openNamedType(file, address, header, path);
  const message = "found an object of no kind, wanted a group, a dataset or a datatype";
  return failAt(file, address, place, "corrupt", message);
}

/** Whether an object that is no group is a dataset. */
function isDataset(header: ObjectHeader): boolean {
  return header.messages.some(({ type }) => type === dataspaceMessage || type === dataLayoutMessage);
}

/** The object at a path from a group, as `Hdf5Group.get` documents. */
async function findObject(file: FileAccess, from: Hdf5Group, path: string): Promise<Hdf5Object | undefined> {
  const found = await locate(file, from, path);
  if (found === undefined) return undefined;
  if (found.address === from.address && found.path === from.path) return from;
  return file.pages.run(() => openObject(file, found.address, found.path));
}

/** The storage of the dataset at a path from the root; undefined where there is none. Throws as `Hdf5Group.get`. */
export async function findStored(file: FileAccess, path: string): Promise<StoredDataset | undefined> {
  const found = await locate(file, undefined, `/${path}`);
  if (found === undefined) return undefined;
  const place = placeOf(file, found.path);
  return file.pages.run(() => {
    const header = readObjectHeader(file, found.address, place);
    return isDataset(header) && !isGroup(header) ? openStored(file, found.address, header, place) : undefined;
  });
}

/** A committed datatype: an object header with a Datatype message (specification, IV.A.2.d) and nothing to describe. */
function openNamedType(file: FileAccess, address: number, header: ObjectHeader, path: string): Hdf5NamedType {
  const place = placeOf(file, path);
  const message = findMessage(header, datatypeMessage)!;
  const datatype = readDatatype(openMessage(file, message, place), file);
  return { kind: "datatype", path, place, address, datatype, ...openAttributes(file, header, place) };
}

/** The object that a reference means, as `Hdf5File.follow` documents. */
export async function followReference(file: FileAccess, reference: Hdf5Reference): Promise<Hdf5Object> {
  const { address = -1 } = (reference as Hdf5Reference | null) ?? {};
  if (!(address >= 0)) throw new KerasProofError("usage", file.name, "found no reference, wanted one of this file");
  const path = `/@${address}`;
  if (reference.file !== undefined) {
    return refuseLink(file, 0, path, { kind: "external", file: reference.file, target: path });
  }
  return file.pages.run(() => openObject(file, address, path));
}
