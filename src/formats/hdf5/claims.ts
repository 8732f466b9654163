import type { FileAccess } from "./file-access.js";
import { checkInFile, failAt } from "./file-cursor.js";

/** Which object each structure of a file belongs to, as far as structures were met. */
export interface Claims {
  /**
   * The addresses of the headers of objects, or of a heap that objects share, by those of structures; that of a second
   * object that has a shared structure, by both addresses.
   */
  readonly owners: Map<number | string, number>;
  /** How many bytes the structures that are still to be met may have together. */
  left: number;
}

/** An object of a file as the structures that belong to it need it. */
export interface StructureOwner {
  readonly file: FileAccess;
  /** The address of the header of the object, or of the heap whose blocks they are, which claims the structures. */
  readonly owner: number;
  /** The place that errors give. */
  readonly place: string;
}

/**
 * Claims a structure for an object. Each structure belongs to one object and has a place of its own in the file, so one
 * of another object is `corrupt`, and so are structures that are longer together than the file: thousands of objects
 * could each have what all have. `truncated` where it does not lie within the file. An object may claim the same
 * structure again, and one that is `shared` (a chunk, which the `H5Ocopy` of HDF5 1.10.8 leaves to both datasets where
 * it is the only one) after another object, for an eighth of its length.
 */
export function claim(
  file: FileAccess,
  address: number,
  length: number,
  owner: number,
  place: string,
  shared = false,
): void {
  const { owners } = file.claims;
  let key: number | string = address;
  let cost = length;
  if (shared && (owners.get(address) ?? owner) !== owner) {
    key = `${address} ${owner}`;
    cost /= 8;
  }
  const known = owners.get(key);
  if (known === owner) return;
  checkInFile(file, file.base + address, length, place);
  if (known !== undefined || cost > file.claims.left) {
    const message = "found structures that overlap or belong to several objects, wanted each in a place of its own";
    failAt(file, address, place, "corrupt", message);
  }
  owners.set(key, owner);
  file.claims.left -= cost;
}
