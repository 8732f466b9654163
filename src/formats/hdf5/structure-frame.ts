import type { Cursor } from "../cursor.js";

/** The bytes of the checksum that closes most structures since HDF5 1.8. */
export const checksumBytes = 4;

/** Reads the signature of a structure, 4 characters of ASCII; `corrupt` where it is another. */
export function expectSignature(cursor: Cursor, signature: string): void {
  let found = "";
  for (let i = 0; i < signature.length; i++) found += String.fromCharCode(cursor.uint8());
  if (found === signature) return;
  cursor.fail("corrupt", `found ${JSON.stringify(found)}, wanted the signature "${signature}"`);
}

/** Reads a structure's version; `unsupported-hdf5` where it is not among those that are read. */
export function expectVersion(cursor: Cursor, versions: readonly number[], what: string): number {
  const version = cursor.uint8();
  if (versions.includes(version)) return version;
  return cursor.fail(
    "unsupported-hdf5",
    `found ${what} of version ${version}, wanted version ${versions.join(" or ")}`,
  );
}

/** Throws `corrupt` where something, that `what` names, has another size than it must have. */
export function expectSize(cursor: Cursor, what: string, found: number, wanted: number): void {
  if (found !== wanted) cursor.fail("corrupt", `found ${what} of ${found} bytes, wanted ${wanted}`);
}
