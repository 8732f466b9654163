import { KerasProofError } from "../../errors.js";
import { printable } from "../printable.js";
import { faultOfFile } from "./attempt.js";
import { type FileAccess, placeOf } from "./file-access.js";
import { failAt } from "./file-cursor.js";
import { findLink } from "./group.js";
import type { Link, LinkTarget } from "./link.js";

/** Where an object is and by which path it was reached. */
interface Location {
  readonly address: number;
  readonly path: string;
}

/**
 * Follows a path, from the root where it begins with a slash; undefined where a name on it is missing. `way` are the
 * soft links that are being followed: one that is met again leads in a circle.
 */
export async function locate(
  file: FileAccess,
  from: Location | undefined,
  path: string,
  way: Set<Link> = new Set(),
): Promise<LinkTarget | undefined> {
  let { address, path: reached } = path.startsWith("/") ? { address: file.rootAddress, path: "/" } : from!;
  let softLinks = 0;
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  checkDepth(file, joinPath(reached, names.slice(0, file.limits.depth + 1).join("/")), address);
  for (const name of names) {
    // Where a group was listed nothing is waited for: thousands of paths may lead through it again and again.
    const listed = file.links.get(address);
    const link = listed instanceof Map ? listed.get(name) : await findLink(file, address, reached, name);
    if (link === undefined) return undefined;
    const next = joinPath(reached, name);
    if (link.kind === "hard") ({ address } = link);
    else {
      if (link.kind !== "soft") return refuseLink(file, address, next, link);
      let target = link.found;
      if (target === undefined && !way.has(link)) {
        way.add(link);
        // Links that lead to each other by thousands would take up the stack.
        await Promise.resolve();
        target = (await locate(file, { address, path: reached }, link.target, way).catch(faultOfFile)) ?? null;
        link.found = target;
        way.delete(link);
      }
      if (target === null) return undefined;
      if (target instanceof KerasProofError) throw target;
      softLinks += 1 + (target?.softLinks ?? Infinity);
      if (softLinks > file.limits.depth) {
        // Whatever leads along this one leads too far, too, and is told of first.
        if (way.size > 0) break;
        const message = `found more than ${file.limits.depth} soft links on the way, wanted none that lead in a circle`;
        failAt(file, address, placeOf(file, next), "unsafe", message);
      }
      ({ address } = target!);
    }
    reached = next;
  }
  return { address, path: reached, softLinks };
}

/** Throws the error for a link that leads out of the file; `group` is the address of the group that it stands in. */
export function refuseLink(
  file: FileAccess,
  group: number,
  path: string,
  link: Exclude<Link, { kind: "hard" }>,
): never {
  const target = printable(link.kind === "external" ? `${link.file}!${link.target}` : link.target);
  const message = `found a link (${link.kind}) to "${target}", wanted an object of this file`;
  return failAt(file, group, placeOf(file, path), "unsafe", message);
}

/**
 * Throws `limit` where the path of the object at an address has more names than `limits.depth`, or long paths have
 * millions of characters together: thousands of objects may lie under one.
 */
export function checkDepth(file: FileAccess, path: string, address: number): void {
  const longPath = 2 ** 12;
  const most = file.limits.depth;
  // Nearly every path is shorter than that, whatever stands in it.
  if (path.length <= Math.min(most, longPath)) return;
  const isLong = path.length > longPath && (file.longPaths.left -= path.length) < 0;
  const depth = isLong ? Infinity : path.split("/").length - 1;
  if (depth <= most) return;
  // To write a long path into the message takes as long as to follow it.
  const [shown, message] = isLong
    ? ["/…", "found long paths, wanted shorter ones"]
    : [path, `found groups nested ${depth} deep, wanted at most ${most}`];
  failAt(file, address, placeOf(file, shown), "limit", message);
}

/** The path of a name in the group at a path. */
export function joinPath(path: string, name: string): string {
  return path === "/" ? `/${name}` : `${path}/${name}`;
}
