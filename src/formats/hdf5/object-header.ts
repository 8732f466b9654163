import type { FileAccess } from "./file-access.js";
import { peekAt } from "./file-cursor.js";
import { type HeaderBudget, readBlocks } from "./header-block.js";
import type { HeaderMessage } from "./header-message.js";
import { readUnsigned } from "./number-widths.js";
import { rareParts } from "./on-demand.js";
import { checksumBytes, expectVersion } from "./structure-frame.js";

/** The messages of an object. */
export interface ObjectHeader {
  /** In file order, without those that say nothing. */
  readonly messages: readonly HeaderMessage[];
  /** Whether the order in which attributes were created is kept. */
  readonly attributesOrdered: boolean;
  readonly address: number;
  /** Where only the first message of each type is there: the header with all. Only within `PagedBytes.run`. */
  readonly whole?: () => ObjectHeader;
}

/**
 * Reads an object header of version 1 or 2 with its continuation blocks (specification, IV.A.1). The number of messages
 * that version 1 announces does not count, as with libhdf5. A continuation to a block met before, and continuations to
 * more bytes than the file has, are `corrupt`; more messages than `limits.objects` and 65,536 are `limit`; a message of
 * an unknown type that says a reader must know it is `unsupported-hdf5`. A long one that is read again may come with
 * the first message of each type alone.
 */
export function readObjectHeader(file: FileAccess, address: number, place: string): ObjectHeader {
  /** A header up to this length is read each time. */
  const smallHeader = 2 ** 10;
  /** The prefix of version 2 with all that it may have, and a size of 8 bytes. */
  const longestPrefix = 34;
  /** "OHDR" as a little-endian number. */
  const newSignature = 0x5244484f;
  const attributesOrderedFlag = 0x04;
  const read = (budget: HeaderBudget): ObjectHeader | undefined => {
    // Near the end of the file fewer bytes may be left; a cursor over too few says what is missing.
    const start = peekAt(file, address, Math.min(longestPrefix, Math.max(file.end - file.base - address, 6)), place);
    const isNew = start.uint32() === newSignature;
    if (!isNew) start.seek(0);
    const version = expectVersion(start, [isNew ? 2 : 1], "an object header");
    const flags = isNew ? start.uint8() : 0;
    const attributesOrdered = (flags & attributesOrderedFlag) !== 0;
    // Before the size of the messages, version 1 has their number and that of links to the object; version 2 may have
    // four times (flag 0x20) and the numbers of attributes at which their storage changes (flag 0x10).
    start.seek(isNew ? 6 + ((flags & 0x20) === 0 ? 0 : 16) + ((flags & 0x10) === 0 ? 0 : 4) : 8);
    const size = readUnsigned(start, isNew ? 1 << (flags & 0x03) : 4);
    const prefixBytes = isNew ? start.position : 16;
    const first = { address, length: prefixBytes + size + (isNew ? checksumBytes : 0), prefixBytes };
    const messages = readBlocks(file, first, { version, attributesOrdered }, place, budget);
    return messages && { address, attributesOrdered, messages };
  };
  return read({ left: smallHeader }) ?? rareParts().readLargeHeader(file, address, place, read);
}

/** The same with all messages. */
export function readWholeHeader(file: FileAccess, address: number, place: string): ObjectHeader {
  const header = readObjectHeader(file, address, place);
  return header.whole?.() ?? header;
}

/** The first message of a type. */
export function findMessage(header: ObjectHeader, type: number): HeaderMessage | undefined {
  return header.messages.find((message) => message.type === type);
}
