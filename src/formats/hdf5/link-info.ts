import type { Cursor } from "../cursor.js";
import { readBTreeV2 } from "./b-tree-v2.js";
import { checkCount, expectVersion, type FileAccess, readAddress, readDefinedAddress } from "./file-access.js";
import { openFractalHeap } from "./fractal-heap.js";
import { addLink, type Link, type Links, type NamedLink, readLink } from "./link.js";
import { compareNames } from "./compare-names.js";
import { messageType, type ObjectHeader, type StoredMessage } from "./object-header.js";
import { openMessage } from "./shared-message.js";

/** The type of the B-tree that finds links by the hashes of their names. */
const nameIndexType = 5;

/**
 * Reads the links of a group of the newer kind: its Link messages or, where its Link Info message (specification,
 * IV.A.2.c) leads to a fractal heap, those that lie there. They come in the order of their creation where the group
 * keeps it, else in that of their names, as h5py lists them.
 */
export function readLinks(file: FileAccess, header: ObjectHeader, info: StoredMessage, place: string): Links {
  const cursor = openMessage(file, info, place);
  expectVersion(cursor, [0], "a link info message");
  const isOrdered = (cursor.uint8() & 0x01) !== 0;
  // The highest creation index.
  if (isOrdered) cursor.skip(8);
  const heapAddress = readAddress(cursor, file.widths);
  const links: NamedLink[] =
    heapAddress === undefined
      ? header.messages
          .filter((message) => message.type === messageType.link)
          .map((message) => readLink(openMessage(file, message, place), file.widths))
      : readDenseLinks(file, heapAddress, readDefinedAddress(cursor, file.widths, "an index of names"), place);
  checkCount(file, links.length, "links", cursor);
  links.sort((a, b) => (isOrdered ? a.creationIndex - b.creationIndex : compareNames(a.name, b.name)));
  const byName = new Map<string, Link>();
  for (const { name, link } of links) addLink(byName, name, link, cursor);
  return byName;
}

/** The links in a heap, found by the index of their names, whose records are a hash and a heap ID. */
function readDenseLinks(file: FileAccess, heapAddress: number, indexAddress: number, place: string): NamedLink[] {
  const heap = openFractalHeap(file, heapAddress, place);
  const readRecord = (record: Cursor): NamedLink => {
    record.skip(4);
    return readLink(heap.readObject(record), file.widths);
  };
  return readBTreeV2(file, indexAddress, nameIndexType, readRecord, place);
}
