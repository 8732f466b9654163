import { faultOfFile } from "./attempt.js";
import { openAttributes } from "./attribute.js";
import { type FileAccess, placeOf } from "./file-access.js";
import type { Link, Links } from "./link.js";
import { linkInfoMessage, symbolTableMessage } from "./message-type.js";
import { findMessage, type ObjectHeader, readWholeHeader } from "./object-header.js";
import { rareParts } from "./on-demand.js";
import type { Hdf5Group, Hdf5Object } from "./hdf5-object.js";
import { openSymbolTable } from "./symbol-table.js";
import { KerasProofError } from "../../errors.js";

/** A group as its object header describes it; its links are not read. `get` finds what is at a path below it. */
export function openGroup(
  file: FileAccess,
  address: number,
  header: ObjectHeader,
  path: string,
  get: (from: Hdf5Group, path: string) => Promise<Hdf5Object | undefined>,
): Hdf5Group {
  const place = placeOf(file, path);
  const { attrNames, attr, attrs } = openAttributes(file, header, place);
  const group: Hdf5Group = {
    kind: "group",
    path,
    place,
    address,
    attrNames,
    attr,
    attrs,
    keys: async () => [...(await listLinks(file, address, path))!.keys()],
    get: async (below) => {
      if (typeof below === "string") return get(group, below);
      throw new KerasProofError("usage", place, `found the path ${String(below)}, wanted a text`);
    },
  };
  return group;
}

/**
 * Whether an object is a group: all groups have one of two messages (specification, IV.A.2.c "Link Info" and IV.A.2.r
 * "Symbol Table"), and nothing else has.
 */
export function isGroup(header: ObjectHeader): boolean {
  return header.messages.some(({ type }) => type === linkInfoMessage || type === symbolTableMessage);
}

/**
 * The links of the group whose header is at an address, undefined where it is no group. They are read once, however
 * many paths lead to it and however many ask at once.
 */
export async function listLinks(file: FileAccess, address: number, path: string): Promise<Links | undefined> {
  const known = file.links.get(address);
  if (typeof known === "object") return known;
  const links = readLinks(file, address, placeOf(file, path));
  file.links.set(address, links);
  // What failed for want of a connection may be tried again.
  links
    .then((listed) => listed && file.links.set(address, listed), faultOfFile)
    .catch(() => file.links.delete(address));
  return links;
}

/** Reads the links of a group; given a name, perhaps only those among which that one would be. */
async function readLinks(file: FileAccess, address: number, place: string, name?: string): Promise<Links | undefined> {
  const header = await file.pages.run(() => readWholeHeader(file, address, place));
  const info = findMessage(header, linkInfoMessage);
  const table = findMessage(header, symbolTableMessage);
  if (info === undefined && table === undefined) return undefined;
  const group = { file, owner: address, place };
  const read =
    info === undefined
      ? openSymbolTable(group, table!, name)
      : (await file.pages.run(rareParts)).openLinkInfo(group, header, info, name);
  return file.pages.run(read);
}

/**
 * The link of a name in the group whose header is at an address; undefined where there is none, or no group. It is
 * looked for where the order of the names puts it; all links are read if it is not there.
 */
export async function findLink(
  file: FileAccess,
  address: number,
  path: string,
  name: string,
): Promise<Link | undefined> {
  /** A group of which more names than this are looked for is listed. */
  const mostSearches = 64;
  const searches = file.links.get(address) ?? 0;
  if (typeof searches === "number" && searches < mostSearches) {
    file.links.set(address, searches + 1);
    const link = (await readLinks(file, address, placeOf(file, path), name))?.get(name);
    if (link !== undefined) return link;
  }
  return (await listLinks(file, address, path))?.get(name);
}
