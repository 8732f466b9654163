import { openAttributes } from "./attribute.js";
import { type FileAccess, placeOf } from "./file-access.js";
import type { Hdf5Group, Hdf5Object } from "./hdf5-object.js";
import type { Links } from "./link.js";
import { findMessage, messageType, type ObjectHeader, readObjectHeader } from "./object-header.js";
import { openSymbolTable } from "./symbol-table.js";

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
    get: (below) => get(group, below),
  };
  return group;
}

/** Whether an object is a group: all groups have one of two messages, and nothing else has. */
export function isGroup(header: ObjectHeader): boolean {
  return header.messages.some(({ type }) => type === messageType.linkInfo || type === messageType.symbolTable);
}

/**
 * The links of the group whose header is at an address, undefined where it is no group. They are read once, however
 * many paths lead to it.
 */
export async function listLinks(file: FileAccess, address: number, path: string): Promise<Links | undefined> {
  const known = file.links.get(address);
  if (known !== undefined) return known;
  const place = placeOf(file, path);
  const header = await file.pages.run(() => readObjectHeader(file, address, place));
  const info = findMessage(header, messageType.linkInfo);
  const table = findMessage(header, messageType.symbolTable);
  if (info === undefined && table === undefined) return undefined;
  const read =
    info === undefined
      ? openSymbolTable(file, table!, place)
      : (await import("./newer-structure.js")).openLinkInfo(file, header, info, place);
  const links = await file.pages.run(read);
  file.links.set(address, links);
  return links;
}
