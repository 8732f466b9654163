import type { Cursor } from "../cursor.js";
import {
  checkCount,
  checksumBytes,
  expectSignature,
  expectVersion,
  type FileAccess,
  type NumberWidths,
  openAt,
  peekAt,
  readDefinedAddress,
  readLength,
  readUnsigned,
} from "./file-access.js";
import { rareParts } from "./on-demand.js";
import { cacheImageMessage, continuationMessage, nilMessage } from "./message-type.js";

/** A message as it stands in an object header, or within an attribute: a body, or a pointer to one. */
export interface StoredMessage {
  readonly type: number;
  /** Whether the body is a pointer to a message that several objects share. */
  readonly shared: boolean;
  readonly body: Cursor;
}

/** One message of an object header, unparsed. */
export interface HeaderMessage extends StoredMessage {
  /** When it was written among its likes; 0 where the header does not keep that. */
  readonly creationIndex: number;
}

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

/** How many bytes the blocks of a header may still have. */
export interface HeaderBudget {
  left: number;
}

/** What the blocks of a header have in common. */
interface HeaderFormat {
  readonly version: number;
  readonly attributesOrdered: boolean;
}

/** A stretch of messages: the first stands behind the prefix of a header, others where continuations lead. */
interface Block {
  readonly address: number;
  readonly length: number;
  /** The bytes before its first message. */
  readonly prefixBytes: number;
}

/** The signature, which is all that stands before the messages of a continuation block of version 2. */
const continuationPrefix = 4;

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
  /** That of version 2 with everything, and a size of 8 bytes. */
  const longestPrefix = 34;
  /** "OHDR" as a little-endian number. */
  const newSignature = 0x5244484f;
  const attributesOrderedFlag = 0x04;
  const read = (budget: HeaderBudget): ObjectHeader | undefined => {
    const start = peekAt(file, address, Math.min(longestPrefix, Math.max(file.end - file.base - address, 6)), place);
    const isNew = start.uint32() === newSignature;
    if (!isNew) start.seek(0);
    const version = expectVersion(start, [isNew ? 2 : 1], "an object header");
    const flags = isNew ? start.uint8() : 0;
    const attributesOrdered = (flags & attributesOrderedFlag) !== 0;
    // Before the size of the messages, version 1 has their number and that of links to the object, version 2 four times
    // and the numbers of attributes at which their storage changes.
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

function readBlocks(
  file: FileAccess,
  first: Block,
  format: HeaderFormat,
  place: string,
  budget: HeaderBudget,
): HeaderMessage[] | undefined {
  const sharedFlag = 0x02;
  const mustUnderstandFlag = 0x80;
  /** Messages that a header may always have: as many as version 1 can announce. */
  const allowedMessages = 2 ** 16;
  const messages: HeaderMessage[] = [];
  const blocks = [first];
  /** How much longer the blocks may be: ones that overlap could hold more messages than the file has bytes. */
  let left = file.end - file.base;
  /** Where blocks are, once there are several. */
  let seen: Set<number> | undefined;
  // Fewer bytes than a message's prefix at the end of a block are a gap.
  const prefixBytes = format.version === 1 ? 8 : format.attributesOrdered ? 6 : 4;
  // Continuations are appended to the list while it is walked.
  for (const block of blocks) {
    const cursor = openBlock(file, block, format.version, place, budget);
    if (cursor === undefined) return undefined;
    while (cursor.remaining >= prefixBytes) {
      const type = format.version === 1 ? cursor.uint16() : cursor.uint8();
      const length = cursor.uint16();
      const flags = cursor.uint8();
      if ((flags & mustUnderstandFlag) !== 0 && type > cacheImageMessage) {
        cursor.fail("unsupported-hdf5", `found a header message of type ${type}, which a reader must know`);
      }
      let creationIndex = 0;
      if (format.version === 1) cursor.skip(3);
      else if (format.attributesOrdered) creationIndex = cursor.uint16();
      if (type === continuationMessage) {
        const next = readContinuation(cursor.window(length), file.widths, format.version);
        seen ??= new Set([first.address]);
        left -= next.length;
        if (left < 0 || seen.has(next.address)) {
          cursor.fail("corrupt", "found a continuation to a block met before, or to more than the file has");
        }
        seen.add(next.address);
        blocks.push(next);
      } else if (type === nilMessage) {
        cursor.skip(length);
      } else {
        if (messages.length >= allowedMessages) checkCount(file, messages.length, "messages", cursor);
        messages.push({ type, shared: (flags & sharedFlag) !== 0, creationIndex, body: cursor.window(length) });
      }
    }
  }
  return messages;
}

/**
 * The messages of a block, without its prefix and, from version 2 on, its checksum, which is verified; undefined where
 * the block is beyond the budget.
 */
function openBlock(
  file: FileAccess,
  block: Block,
  version: number,
  place: string,
  budget: HeaderBudget,
): Cursor | undefined {
  const { address, length, prefixBytes } = block;
  const cursor = openAt(file, address, length, place);
  budget.left -= length;
  if (budget.left < 0) return undefined;
  if (version === 1) {
    cursor.seek(prefixBytes);
    return cursor;
  }
  expectSignature(cursor, prefixBytes === continuationPrefix ? "OCHK" : "OHDR");
  cursor.seek(length - checksumBytes);
  rareParts().expectChecksum(cursor);
  cursor.seek(prefixBytes);
  return cursor.window(length - checksumBytes - prefixBytes);
}

/** Reads an Object Header Continuation message (specification, IV.A.2.q). */
function readContinuation(cursor: Cursor, widths: NumberWidths, version: number): Block {
  const address = readDefinedAddress(cursor, widths, "a continuation block");
  return { address, length: readLength(cursor, widths), prefixBytes: version === 1 ? 0 : continuationPrefix };
}
