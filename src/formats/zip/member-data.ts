import { KerasProofError } from "../../errors.js";
import { type ByteSource, sliceSource } from "../byte-source.js";
import { Cursor } from "../cursor.js";
import { descriptorBytes, descriptorFlag } from "./descriptor.js";
import { localHeaderBytes, localSignature, readZip64, type ZipMember } from "./directory.js";

const encryptedFlags = 0x0001 | 0x0040 | 0x2000;
const patchFlag = 0x0020;
const aesMethod = 99;

/**
 * The stored bytes of a member, still compressed, as a window of the archive. Throws `encrypted`,
 * `unsupported-format` for any method but stored and deflated, and `corrupt` where the local header or the data
 * descriptor disagrees with the directory or the member runs into the next.
 */
export async function openMemberData(
  source: ByteSource,
  member: ZipMember,
  path: string,
  signal: AbortSignal | undefined,
): Promise<ByteSource> {
  checkSupported(member, path);
  const fixed = new Cursor(await source.read(member.offset, localHeaderBytes, { signal }), path, member.offset);
  if (fixed.uint32() !== localSignature) fixed.fail("corrupt", "found no local header, wanted one");
  fixed.skip(2);
  const flags = fixed.uint16();
  const method = fixed.uint16();
  fixed.skip(4);
  const crc = fixed.uint32();
  const compressedSize = fixed.uint32();
  const size = fixed.uint32();
  const nameBytes = fixed.uint16();
  const extraBytes = fixed.uint16();
  const dataOffset = member.offset + localHeaderBytes + nameBytes + extraBytes;
  if (dataOffset + member.compressedSize > member.end) {
    fixed.fail(
      "corrupt",
      `found data up to byte ${dataOffset + member.compressedSize}, wanted it to end at byte ${member.end}`,
    );
  }
  const variableOffset = member.offset + localHeaderBytes;
  const variable = new Cursor(
    await source.read(variableOffset, nameBytes + extraBytes, { signal }),
    path,
    variableOffset,
  );
  const sameName = equalBytes(variable.bytes(nameBytes), member.nameBytes);
  const sizes = readZip64(variable.window(extraBytes), { size, compressedSize, offset: 0 });
  const streamed = (member.flags & descriptorFlag) !== 0;
  const same = (local: number, listed: number): boolean => local === listed || (streamed && local === 0);
  const agrees =
    sameName &&
    method === member.method &&
    ((flags ^ member.flags) & (encryptedFlags | descriptorFlag | patchFlag)) === 0 &&
    same(crc, member.crc) &&
    same(sizes.compressedSize, member.compressedSize) &&
    same(sizes.size, member.size);
  if (!agrees) fixed.fail("corrupt", "found a local header that disagrees with the directory, wanted the same in both");
  const dataEnd = dataOffset + member.compressedSize;
  if (streamed && (await descriptorBytes(source, member, dataEnd, signal)) === null) {
    const message = "found no data descriptor that agrees with the directory, wanted one";
    throw new KerasProofError("corrupt", path, message, { offset: dataEnd });
  }
  return sliceSource(source, dataOffset, member.compressedSize, path);
}

function checkSupported(member: ZipMember, path: string): void {
  if ((member.flags & encryptedFlags) !== 0 || member.method === aesMethod) {
    throw new KerasProofError("encrypted", path, "found an encrypted member, wanted it in the clear");
  }
  if ((member.flags & patchFlag) !== 0) {
    throw new KerasProofError("unsupported-format", path, "found patched data, wanted the data itself");
  }
  if (member.method !== 0 && member.method !== 8) {
    const found = `found compression method ${member.method}${methodNames.get(member.method) ?? ""}`;
    throw new KerasProofError("unsupported-format", path, `${found}, wanted 0 (stored) or 8 (deflated)`);
  }
  if (member.method === 0 && member.size !== member.compressedSize) {
    const found = `found ${member.compressedSize} stored bytes for a size of ${member.size}`;
    throw new KerasProofError("corrupt", path, `${found}, wanted as many`);
  }
}

const methodNames: ReadonlyMap<number, string> = new Map([
  [1, " (shrunk)"],
  [6, " (imploded)"],
  [9, " (Deflate64)"],
  [12, " (bzip2)"],
  [14, " (LZMA)"],
  [93, " (Zstandard)"],
  [95, " (XZ)"],
  [98, " (PPMd)"],
]);

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
