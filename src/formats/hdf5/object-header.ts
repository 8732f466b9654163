import { Cursor } from "../cursor.js";
import { type FileAccess, openAt, readDefinedAddress, readLength } from "./file-access.js";

/** The types of header messages that the reader knows (specification, IV.A.2). */
export const messageType = {
  nil: 0x00,
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  oldFillValue: 0x04,
  fillValue: 0x05,
  link: 0x06,
  externalDataFiles: 0x07,
  dataLayout: 0x08,
  filterPipeline: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
  referenceCount: 0x16,
} as const;

/** One message of an object header, unparsed. */
export interface HeaderMessage {
  readonly type: number;
  /** Whether the body is a pointer to a message that several objects share. */
  readonly shared: boolean;
  readonly bytes: Uint8Array;
  /** Where in the source the bytes lie. */
  readonly offset: number;
}

/** The messages of an object in file order, without those that say nothing. */
export type ObjectHeader = readonly HeaderMessage[];

const sharedFlag = 0x02;
const mustUnderstandFlag = 0x80;
const messageHeaderBytes = 8;

/**
 * Reads an object header of version 1 with its continuation blocks (specification, IV.A.1.a and IV.A.2.q). A header
 * that has more or fewer messages than it says is `corrupt`, so one whose continuations form a loop is too, as each of
 * them is a message; one of version 2 is `unsupported-hdf5`.
 */
export function readObjectHeader(file: FileAccess, address: number, place: string): ObjectHeader {
  const prefix = openAt(file, address, 16, place);
  const version = prefix.uint8();
  if (version === "O".charCodeAt(0)) {
    prefix.fail("unsupported-hdf5", "found an object header of version 2, wanted version 1");
  }
  if (version !== 1) prefix.fail("corrupt", `found an object header of version ${version}, wanted version 1`);
  prefix.skip(1);
  const count = prefix.uint16();
  prefix.skip(4);
  const blocks = [{ address: address + 16, length: prefix.uint32() }];
  const messages: HeaderMessage[] = [];
  let found = 0;
  for (let block = blocks.pop(); block !== undefined; block = blocks.pop()) {
    const cursor = openAt(file, block.address, block.length, place);
    while (cursor.remaining > 0) {
      found += 1;
      if (found > count) cursor.fail("corrupt", `found more header messages than the ${count} announced`);
      const message = readMessage(cursor);
      if (message.type === messageType.continuation) {
        blocks.push(readContinuation(file, message, place));
      } else if (message.type !== messageType.nil) {
        messages.push(message);
      }
    }
  }
  if (found < count) prefix.fail("corrupt", `found ${found} header messages, wanted the ${count} announced`);
  return messages;
}

/** The first message of a type. */
export function findMessage(header: ObjectHeader, type: number): HeaderMessage | undefined {
  return header.find((message) => message.type === type);
}

function readMessage(cursor: Cursor): HeaderMessage {
  const type = cursor.uint16();
  const size = cursor.uint16();
  const flags = cursor.uint8();
  if ((flags & mustUnderstandFlag) !== 0 && type > messageType.referenceCount) {
    cursor.fail("unsupported-hdf5", `found a header message of type ${type}, which a reader must know`);
  }
  cursor.skip(messageHeaderBytes - 5);
  const offset = cursor.base + cursor.position;
  return { type, shared: (flags & sharedFlag) !== 0, bytes: cursor.bytes(size), offset };
}

function readContinuation(
  file: FileAccess,
  message: HeaderMessage,
  place: string,
): { readonly address: number; readonly length: number } {
  const cursor = new Cursor(message.bytes, place, message.offset);
  const address = readDefinedAddress(cursor, file.widths, "a continuation block");
  return { address, length: readLength(cursor, file.widths) };
}
