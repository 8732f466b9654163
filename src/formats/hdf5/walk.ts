import { KerasProofError } from "../../errors.js";
import type { FileAccess } from "./file-access.js";
import { failAt } from "./file-cursor.js";
import { openObject } from "./find-object.js";
import { checkDepth, joinPath } from "./follow-path.js";
import { listLinks } from "./group.js";
import type { Hdf5Group, Hdf5Link, Hdf5Object, Hdf5Refused } from "./hdf5-object.js";
import type { Link } from "./link.js";

/** Every object below the root group, as `Hdf5File.walk` documents. */
export async function* walkObjects(
  file: FileAccess,
  root: Hdf5Group,
): AsyncGenerator<Hdf5Object | Hdf5Link | Hdf5Refused, void, undefined> {
  /** The groups met, by the address of their header: with their first path. */
  const seen = new Map<number, string>([[root.address, root.path]]);
  const pending: { readonly path: string; readonly links: Iterator<readonly [string, Link]> }[] = [];
  let count = 0;
  for (let entered: Hdf5Group | undefined = root; ;) {
    if (entered !== undefined) {
      const { address, path } = entered;
      entered = undefined;
      try {
        pending.push({ path, links: (await listLinks(file, address, path))!.entries() });
      } catch (error) {
        yield refused(path, error);
      }
    }
    const top = pending.at(-1);
    if (top === undefined) return;
    const next = top.links.next();
    if (next.done === true) {
      pending.pop();
      continue;
    }
    count += 1;
    if (count > file.limits.objects) {
      const message = `found more than ${file.limits.objects} objects`;
      failAt(file, root.address, root.place, "limit", message);
    }
    const [name, link] = next.value;
    const found = await follow(file, joinPath(top.path, name), link, seen);
    yield found;
    if (found.kind === "group") entered = found;
  }
}

/** What a link leads to, where it is a hard one to something that was not met before or is no group. */
async function follow(
  file: FileAccess,
  path: string,
  link: Link,
  seen: Map<number, string>,
): Promise<Hdf5Object | Hdf5Link | Hdf5Refused> {
  if (link.kind !== "hard") {
    const external = link.kind === "external" ? link.file : undefined;
    return { kind: "link", path, type: link.kind, target: link.target, file: external };
  }
  const first = seen.get(link.address);
  if (first !== undefined) return { kind: "link", path, type: "hard", target: first, file: undefined };
  try {
    checkDepth(file, path, link.address);
    const object = await file.pages.run(() => openObject(file, link.address, path));
    if (object.kind === "group") seen.set(link.address, path);
    return object;
  } catch (error) {
    return refused(path, error);
  }
}

function refused(path: string, error: unknown): Hdf5Refused {
  if (error instanceof KerasProofError) return { kind: "refused", path, error };
  throw error;
}
