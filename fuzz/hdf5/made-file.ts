/** Bytes of a file that is made piece by piece, with offsets and lengths of 8 bytes. */
export interface MadeFile {
  /** Puts a piece at the end and gives its address. */
  readonly add: (piece: Uint8Array) => number;
  /** The file, whose root group leads to each address by a hard link of its own, named by numbers of 5 digits. */
  readonly finish: (addresses: readonly number[]) => Uint8Array<ArrayBuffer>;
  /** The file whose root group has its header at an address. */
  readonly finishAt: (root: number) => Uint8Array<ArrayBuffer>;
}

/** A header message: its type, its body, and its flags. */
export type Message = readonly [type: number, body: readonly number[] | Uint8Array, flags?: number];

/** The undefined address. */
export const nowhere: readonly number[] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

/** The message of a group whose links stand in its header. */
export const noHeap: Message = [2, [0, 0, ...nowhere, ...nowhere, ...Array.from({ length: 6 }, () => 0)]];

/** The superblock of version 0 up to the end of the root's entry. */
const superblockBytes = 96;

/** A file with a superblock of version 0 and nothing else yet. */
export function makeFile(): MadeFile {
  const pieces: Uint8Array[] = [new Uint8Array(superblockBytes)];
  let end = superblockBytes;
  const add = (piece: Uint8Array): number => {
    const address = end;
    // Structures of the old kind begin at a multiple of 8.
    const padded = new Uint8Array(Math.ceil(piece.length / 8) * 8);
    padded.set(piece);
    pieces.push(padded);
    end += padded.length;
    return address;
  };
  const finishAt = (root: number): Uint8Array<ArrayBuffer> => {
    const file = new Uint8Array(end);
    let at = 0;
    for (const piece of pieces) {
      file.set(piece, at);
      at += piece.length;
    }
    file.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0]);
    file.set([...word(0), ...nowhere, ...word(end), ...nowhere, ...word(0), ...word(root)], 24);
    return file;
  };
  return {
    add,
    finish: (addresses) => {
      const links = addresses.map((address, i): Message => [6, [1, 0, 5, ...ascii(digits(i)), ...word(address)]]);
      return finishAt(add(oldHeader([noHeap, ...links])));
    },
    finishAt,
  };
}

/** An object header of version 1 in one block. */
export function oldHeader(messages: readonly Message[]): Uint8Array {
  let length = 16;
  for (const [, body] of messages) length += 8 + body.length;
  const header = new Uint8Array(length);
  header[0] = 1;
  new DataView(header.buffer).setUint32(8, length - 16, true);
  let at = 16;
  for (const [type, body, flags = 0] of messages) {
    header.set([type, 0, body.length & 0xff, body.length >> 8, flags], at);
    header.set(body, at + 8);
    at += 8 + body.length;
  }
  return header;
}

/** The messages of a scalar dataset in compact storage. */
export function scalarMessages(datatype: Message, bytes: number): Message[] {
  const values = Array.from({ length: bytes }, () => 0);
  return [[1, [1, 0, 0, 0, 0, 0, 0, 0]], datatype, [8, [3, 0, bytes & 0xff, bytes >> 8, ...values]]];
}

/** A datatype message of 32-bit integers. */
export const int32: Message = [3, [0x10, 0x08, 0, 0, 4, 0, 0, 0, 0, 0, 32, 0]];

/** A datatype of records of so many fields of one byte. */
export function compoundType(count: number): number[] {
  const type = [0x36, count & 0xff, count >> 8, 0, count & 0xff, count >> 8, 0, 0];
  for (let i = 0; i < count; i++) {
    // A name, the offset in as many bytes as the size needs, and an integer of 8 bits.
    const offset = count < 256 ? [i] : [i & 0xff, i >> 8];
    type.push(...ascii(i.toString(36)), 0, ...offset, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0);
  }
  return type;
}

/** A dataspace message of one axis, its extent rounded down. */
export function vectorOf(extent: number): Message {
  return [1, [1, 1, 0, 0, 0, 0, 0, 0, ...word(Math.floor(extent))]];
}

/** As many equal objects as so many bytes have room for, with a link to each; their addresses. */
export function fill({ add }: MadeFile, header: Uint8Array, bytes: number): number[] {
  return list(Math.floor(bytes / (header.length + 30)), () => add(header));
}

export function list<Item>(count: number, make: (i: number) => Item): Item[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** A number of 8 bytes. */
export function word(value: number): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return [...bytes];
}

export function ascii(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

function digits(value: number): string {
  return String(value).padStart(5, "0");
}
