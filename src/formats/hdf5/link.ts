import type { KerasProofError } from "../../errors.js";
import type { Cursor } from "../cursor.js";
import { printable } from "../printable.js";

/** Where a name in a group leads: to an object of this file, to a path in it, or elsewhere. */
export type Link =
  | {
      readonly kind: "hard";
      /** As `readRounded` gives it: one beyond the file, or undefined, is no concern of the other links of a group. */
      readonly address: number;
    }
  | {
      readonly kind: "soft" | "user-defined";
      readonly target: string;
      /**
       * Where that was found to lead, once it was followed: `null` for nowhere, or what is wrong with the file there.
       */
      found?: LinkTarget | KerasProofError | null;
    }
  /** The file that it leads to, and the path in that. */
  | { readonly kind: "external"; readonly file: string; readonly target: string };

/** Where a path leads. */
export interface LinkTarget {
  readonly address: number;
  readonly path: string;
  /** The soft links on the way, those that lead to their targets counted too. */
  readonly softLinks: number;
}

/** A group's links by name, in the order in which the group lists them. */
export type Links = ReadonlyMap<string, Link>;

/** Adds a link; a name that is empty, has a slash or is there already is `corrupt`. */
export function addLink(links: Map<string, Link>, name: string, link: Link, cursor: Cursor): void {
  if (name === "" || name.includes("/")) {
    cursor.fail("corrupt", `found the link name "${printable(name)}", wanted one without slashes`);
  }
  if (links.has(name)) cursor.fail("corrupt", `found the link name "${printable(name)}" twice, wanted it once`);
  links.set(name, link);
}

/** Orders names by their code points, which is the order of their bytes in UTF-8 and that of libhdf5. */
export function compareNames(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) {
    const difference = rank(one.charCodeAt(i)) - rank(other.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Surrogates, by which code points above U+FFFF are written, come after all other code units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
