// A ZIP archive of stored members, as `.keras` and `.npz` files are (PKWARE APPNOTE 4.3).
import { closeSync, openSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";

/** Writes `[name, bytes]` pairs; below 4 GiB. */
export function writeStoredZip(path, members) {
  const file = openSync(path, "w");
  const directory = [];
  let offset = 0;
  for (const [text, bytes] of members) {
    const name = Buffer.from(text);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(bytes.length, 14);
    shared.writeUInt32LE(bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), shared, tail, name]));
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), shared, name]);
    writeSync(file, local);
    writeSync(file, bytes);
    offset += local.length + bytes.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  writeSync(file, entries);
  writeSync(file, end);
  closeSync(file);
}
