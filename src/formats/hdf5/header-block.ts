import type { Cursor } from "../cursor.js";
import { checkCount, type FileAccess } from "./file-access.js";
import { openAt } from "./file-cursor.js";
import type { HeaderMessage } from "./header-message.js";
import { cacheImageMessage, continuationMessage, nilMessage } from "./message-type.js";
import { type NumberWidths, readDefinedAddress, readLength } from "./number-widths.js";
import { rareParts } from "./on-demand.js";
import { checksumBytes, expectSignature } from "./structure-frame.js";

/** How many bytes the blocks of a header may still have. */
export interface HeaderBudget {
  left: number;
}

/** What the blocks of a header have in common. */
interface HeaderFormat {
  readonly version: number;
  readonly attributesOrdered: boolean;
}

/** A block of messages: the first stands behind the prefix of a header, others where continuations lead. */
interface HeaderBlock {
  readonly address: number;
  /** With all that stands before and behind the messages. */
  readonly length: number;
  /** The bytes before its first message. */
  readonly prefixBytes: number;
}

/** The signature, which is all that stands before the messages of a continuation block of version 2. */
const continuationPrefix = 4;

/**
 * Reads the messages of a header (specification, IV.A.1) from its first block and those that continue it; undefined
 * where the blocks are longer together than the budget, from which they are taken.
 */
export function readBlocks(
  file: FileAccess,
  first: HeaderBlock,
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
 * A cursor over the messages of a block, without its prefix and, in version 2, its checksum, which is verified;
 * undefined where the block is beyond the budget.
 */
function openBlock(
  file: FileAccess,
  block: HeaderBlock,
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
  rareParts().expectLastChecksum(cursor);
  cursor.seek(prefixBytes);
  return cursor.window(length - checksumBytes - prefixBytes);
}

/** Reads an Object Header Continuation message (specification, IV.A.2.q). */
function readContinuation(cursor: Cursor, widths: NumberWidths, version: number): HeaderBlock {
  const address = readDefinedAddress(cursor, widths, "a continuation block");
  return { address, length: readLength(cursor, widths), prefixBytes: version === 1 ? 0 : continuationPrefix };
}
