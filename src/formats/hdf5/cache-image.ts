import { expectChecksum } from "./checksum.js";
import type { FileAccess } from "./file-access.js";
import { checkInFile, openAt } from "./file-cursor.js";
import type { StoredMessage } from "./header-message.js";
import { readDefinedAddress, readLength } from "./number-widths.js";
import { layOver, type Overlay } from "./overlay.js";
import type { PagedBytes } from "./paged-bytes.js";
import { openMessage } from "./shared-message.js";
import { expectSignature, expectSize, expectVersion } from "./structure-frame.js";

/**
 * The bytes of a file that was closed with an image of libhdf5's metadata cache: each structure that is in the image
 * stands there as it would stand at its address in the file, where something older or nothing at all is. `message` is
 * the Metadata Cache Image message of the superblock extension (`H5Ocache_image.c` of HDF5 1.10.1 and later). An image
 * of structures that overlap is `corrupt`. Only within `PagedBytes.run`.
 */
export function layCacheImage(file: FileAccess, message: StoredMessage): PagedBytes {
  const cursor = openMessage(file, message, file.name);
  expectVersion(cursor, [0], "a metadata cache image message");
  const address = readDefinedAddress(cursor, file.widths, "the image of the metadata cache");
  return layOver(file.pages, readEntries(file, address, readLength(cursor, file.widths)));
}

/** Reads the block of an image (`H5C__decode_cache_image_header`, `H5C__reconstruct_cache_entry` of `H5Cimage.c`). */
function readEntries(file: FileAccess, address: number, length: number): Overlay[] {
  const { widths, name } = file;
  const block = openAt(file, address, length, name);
  expectSignature(block, "MDCI");
  expectVersion(block, [0], "an image of the metadata cache");
  // Whether the state of the cache's size is there as well, which no version of libhdf5 wrote or reads.
  expectVersion(block, [0], "the state of the metadata cache");
  const stored = readLength(block, widths);
  expectSize(block, "an image", stored, length);
  const entries: Overlay[] = [];
  for (let count = block.uint32(); count > 0; count--) {
    // What kind of structure it is, and how the cache kept it: flags, ring, age, numbers of entries that depend on it.
    block.skip(8);
    const parents = block.uint16();
    // Its rank among the entries last used.
    block.skip(4);
    const start = file.base + readDefinedAddress(block, widths, "an entry of the metadata cache");
    const bytes = readLength(block, widths);
    block.skip(parents * widths.offsets);
    checkInFile(file, start, bytes, name);
    entries.push({ start, bytes: block.bytes(bytes) });
  }
  expectChecksum(block);
  entries.sort((a, b) => a.start - b.start);
  let end = 0;
  for (const { start, bytes } of entries) {
    if (start < end) block.fail("corrupt", `found entries of the metadata cache that overlap at byte ${start}`);
    end = start + bytes.length;
  }
  return entries;
}
