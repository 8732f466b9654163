import { faultOfFile } from "./attempt.js";
import { openAttributes } from "./attribute.js";
import { readDatatype } from "./datatype.js";
import { type FileAccess, placeOf } from "./file-access.js";
import type { Hdf5Reference } from "./hdf5-array.js";
import type { Hdf5Group, Hdf5NamedType, Hdf5Object } from "./hdf5-object.js";
import { dataLayoutMessage, dataspaceMessage, datatypeMessage } from "./message-type.js";
import { findMessage, type ObjectHeader, readObjectHeader } from "./object-header.js";
import { openMessage } from "./shared-message.js";
import { KerasProofError } from "../../errors.js";
import { printable } from "../printable.js";
import { openDataset, openStored } from "./dataset.js";
import { findLink, isGroup, openGroup } from "./group.js";
import type { Link, LinkTarget } from "./link.js";
import type { StoredDataset } from "./stored-dataset.js";

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
  throw new KerasProofError("corrupt", place, message, { offset: file.base + address });
}

/** Whether an object that is no group is a dataset. */
function isDataset(header: ObjectHeader): boolean {
  return header.messages.some(({ type }) => type === dataspaceMessage || type === dataLayoutMessage);
}

/** Where an object is and by which path it was reached. */
interface Location {
  readonly address: number;
  readonly path: string;
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

/**
 * Walks along a path, from the root where it begins with a slash or nothing else is given; `way` are the soft links
 * that lead along it, none of which may lead to itself.
 */
async function locate(
  file: FileAccess,
  from: Location | undefined,
  path: string,
  way: Set<Link> = new Set(),
): Promise<LinkTarget | undefined> {
  let { address, path: reached } = path.startsWith("/") ? { address: file.rootAddress, path: "/" } : from!;
  let softLinks = 0;
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  checkDepth(file, joinPath(reached, names.slice(0, file.limits.depth + 1).join("/")), file.base + address);
  for (const name of names) {
    // Where a group was listed nothing is waited for: thousands of paths may lead through it again and again.
    const listed = file.links.get(address);
    const link = listed instanceof Map ? listed.get(name) : await findLink(file, address, reached, name);
    if (link === undefined) return undefined;
    const next = joinPath(reached, name);
    const offset = file.base + address;
    if (link.kind === "hard") ({ address } = link);
    else {
      if (link.kind !== "soft") throw refuseLink(file, next, link, offset);
      let target = link.found;
      if (target === undefined && !way.has(link)) {
        way.add(link);
        // Links that lead to each other by thousands would take up the stack.
        await Promise.resolve();
        target = (await locate(file, { address, path: reached }, link.target, way).catch(faultOfFile)) ?? null;
        link.found = target;
        way.delete(link);
      }
      if (target === null) return undefined;
      if (target instanceof KerasProofError) throw target;
      softLinks += 1 + (target?.softLinks ?? Infinity);
      if (softLinks > file.limits.depth) {
        // Whatever leads along this one leads too far, too, and is told of first.
        if (way.size > 0) break;
        const message = `found more than ${file.limits.depth} soft links on the way, wanted none that lead in a circle`;
        throw new KerasProofError("unsafe", placeOf(file, next), message, { offset });
      }
      ({ address } = target!);
    }
    reached = next;
  }
  return { address, path: reached, softLinks };
}

/** The error for a link that leads out of the file; `offset` is where its group lies. */
function refuseLink(
  file: FileAccess,
  path: string,
  link: Exclude<Link, { kind: "hard" }>,
  offset: number,
): KerasProofError {
  const target = printable(link.kind === "external" ? `${link.file}!${link.target}` : link.target);
  const message = `found a link (${link.kind}) to "${target}", wanted an object of this file`;
  return new KerasProofError("unsafe", placeOf(file, path), message, { offset });
}

/**
 * Throws `limit` where a path has more names than `limits.depth`, or long ones have millions of characters together:
 * thousands of objects may lie under one.
 */
export function checkDepth(file: FileAccess, path: string, offset: number): void {
  const longPath = 2 ** 12;
  const most = file.limits.depth;
  // Nearly every path is shorter than that, whatever stands in it.
  if (path.length <= Math.min(most, longPath)) return;
  const isLong = path.length > longPath && (file.longPaths.left -= path.length) < 0;
  const depth = isLong ? Infinity : path.split("/").length - 1;
  if (depth <= most) return;
  // To tell a long path takes as long as to follow it.
  const [shown, message] = isLong
    ? ["/…", "found long paths, wanted shorter ones"]
    : [path, `found groups nested ${depth} deep, wanted at most ${most}`];
  throw new KerasProofError("limit", placeOf(file, shown), message, { offset });
}

/** The path of a name in the group at a path. */
export function joinPath(path: string, name: string): string {
  return path === "/" ? `/${name}` : `${path}/${name}`;
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
  if (reference.file !== undefined)
    throw refuseLink(file, path, { kind: "external", file: reference.file, target: path }, file.base);
  return file.pages.run(() => openObject(file, address, path));
}
