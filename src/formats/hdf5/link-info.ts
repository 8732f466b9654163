import type { Cursor } from "../cursor.js";
import { encodeText } from "../escaped-text.js";
import { lookup3 } from "./checksum.js";
import type { StructureOwner } from "./claims.js";
import { walkDenseStorage } from "./dense-storage.js";
import { checkCount } from "./file-access.js";
import type { FractalHeap } from "./fractal-heap.js";
import type { StoredMessage } from "./header-message.js";
import { type NamedLink, readLink } from "./link-message.js";
import { addLink, compareNames, type Link, type Links } from "./link.js";
import { linkMessage } from "./message-type.js";
import type { ObjectHeader } from "./object-header.js";
import { openMessage } from "./shared-message.js";
import { expectVersion } from "./structure-frame.js";

/**
 * Reads the links of a group of the newer kind: its Link messages or, where its Link Info message (specification,
 * IV.A.2.c) leads to a fractal heap, those that lie there. They come in the order of their creation where the group
 * keeps it, else in that of their names, as h5py lists them. What is returned is for `PagedBytes.run`: when it is
 * started again it goes on where it was interrupted. With a name it reads from a heap only the links whose names have
 * the hash of that, and gives those.
 */
export function openLinkInfo(
  group: StructureOwner,
  header: ObjectHeader,
  message: StoredMessage,
  name?: string,
): () => Links {
  const { file, place } = group;
  let walk: (() => NamedLink[]) | undefined;
  return () => {
    const cursor = openMessage(file, message, place);
    expectVersion(cursor, [0], "a link info message");
    const isOrdered = (cursor.uint8() & 0x01) !== 0;
    // The highest creation index.
    if (isOrdered) cursor.skip(8);
    walk ??= walkLinks(group, header, cursor, name);
    const links = walk();
    checkCount(file, links.length, "links", cursor);
    links.sort((a, b) => (isOrdered ? a.creationIndex - b.creationIndex : compareNames(a.name, b.name)));
    const byName = new Map<string, Link>();
    for (const { name, link } of links) addLink(byName, name, link, cursor);
    return byName;
  };
}

/** The links by the rest of a Link Info message: the addresses of a heap and an index over the names, or none. */
function walkLinks(
  group: StructureOwner,
  header: ObjectHeader,
  info: Cursor,
  name: string | undefined,
): () => NamedLink[] {
  /** The type of the B-tree that finds links by the hashes of their names. */
  const nameIndexType = 5;
  const { file, place } = group;
  const read = (message: Cursor): NamedLink => readLink(message, file.widths);
  const readRecord = (record: Cursor, heap: FractalHeap): NamedLink => {
    // A hash, then the heap ID.
    record.skip(4);
    return read(heap.readObject(record));
  };
  const hash = name === undefined ? undefined : lookup3(encodeText(name));
  const compare = hash === undefined ? undefined : (record: Cursor): number => hash - record.uint32();
  const walk = walkDenseStorage(group, info, nameIndexType, readRecord, compare);
  if (walk !== undefined) return walk;
  const messages = header.messages.filter(({ type }) => type === linkMessage);
  return () => messages.map((message) => read(openMessage(file, message, place)));
}
