import { KerasProofError } from "../../errors.js";
import { printable } from "../printable.js";
import { openAttributes } from "./attribute.js";
import { openDataset } from "./dataset.js";
import { type FileAccess, placeOf } from "./file-access.js";
import type { Hdf5Dataset, Hdf5Group } from "./hdf5-object.js";
import { checkLinkInfo, type Link, type Links, readLinkMessage } from "./link.js";
import { findMessage, messageType, type ObjectHeader, readObjectHeader } from "./object-header.js";
import { readSymbolTable } from "./symbol-table.js";

/** The object whose header is at an address. Only within `PagedBytes.run`. */
export function openObject(file: FileAccess, address: number, path: string): Hdf5Group | Hdf5Dataset {
  const place = placeOf(file, path);
  const header = readObjectHeader(file, address, place);
  const has = (type: number): boolean => findMessage(header, type) !== undefined;
  if (has(messageType.symbolTable) || has(messageType.linkInfo)) return openGroup(file, address, header, path);
  if (has(messageType.dataLayout)) return openDataset(file, address, header, path);
  if (has(messageType.datatype)) {
    throw new KerasProofError("unsupported-hdf5", place, "found a committed datatype, wanted a group or a dataset");
  }
  throw new KerasProofError("corrupt", place, "found an object of no kind, wanted a group or a dataset");
}

function openGroup(file: FileAccess, address: number, header: ObjectHeader, path: string): Hdf5Group {
  const place = placeOf(file, path);
  const links = async (): Promise<Links> => {
    const known = file.links.get(address) ?? (await file.pages.run(() => readLinks(file, header, place)));
    file.links.set(address, known);
    return known;
  };
  const group: Hdf5Group = {
    kind: "group",
    path,
    place,
    address,
    ...openAttributes(file, header, place),
    keys: async () => [...(await links()).keys()],
    get: async (below) => {
      const [name, ...rest] = below.split("/").filter((part) => part !== "");
      if (name === undefined) return group;
      const link = (await links()).get(name);
      if (link === undefined) return undefined;
      const child = await followLink(file, link, path === "/" ? `/${name}` : `${path}/${name}`);
      if (rest.length === 0) return child;
      return child.kind === "group" ? child.get(rest.join("/")) : undefined;
    },
  };
  return group;
}

function readLinks(file: FileAccess, header: ObjectHeader, place: string): Links {
  const links = new Map<string, Link>();
  for (const message of header) {
    if (message.type === messageType.symbolTable) readSymbolTable(file, message, links, place);
    else if (message.type === messageType.linkInfo) checkLinkInfo(file, message, place);
    else if (message.type === messageType.link) readLinkMessage(file, message, links, place);
  }
  return links;
}

async function followLink(file: FileAccess, link: Link, path: string): Promise<Hdf5Group | Hdf5Dataset> {
  const place = placeOf(file, path);
  if (link.kind !== "hard") {
    const target = `"${printable(link.target)}"`;
    throw new KerasProofError("unsafe", place, `found a ${link.kind} link to ${target}, wanted an object of this file`);
  }
  const depth = path.split("/").length - 1;
  if (depth > file.limits.depth) {
    throw new KerasProofError("limit", place, `found groups nested ${depth} deep, wanted at most ${file.limits.depth}`);
  }
  return file.pages.run(() => openObject(file, link.address, path));
}
