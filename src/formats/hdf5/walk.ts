import { KerasProofError } from "../../errors.js";
import type { Hdf5Group, Hdf5Object, Hdf5Refused } from "./hdf5-object.js";

/** Every object below a group, as `Hdf5File.walk` documents. */
export async function* walkObjects(
  root: Hdf5Group,
  maxObjects: number,
): AsyncGenerator<Hdf5Object | Hdf5Refused, void, undefined> {
  /** The groups met, by the address of their header: with their first path. */
  const seen = new Map<number, string>([[root.address, root.path]]);
  const pending: { readonly group: Hdf5Group; readonly names: Iterator<string> }[] = [];
  const open = async (group: Hdf5Group): Promise<Hdf5Refused | undefined> => {
    try {
      pending.push({ group, names: (await group.keys()).values() });
      return undefined;
    } catch (error) {
      return refused(group.path, error);
    }
  };
  const rootRefusal = await open(root);
  if (rootRefusal !== undefined) yield rootRefusal;
  let count = 0;
  for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
    const next = top.names.next();
    if (next.done === true) {
      pending.pop();
      continue;
    }
    count += 1;
    if (count > maxObjects) {
      throw new KerasProofError("limit", root.place, `found more objects than ${maxObjects}, the most that are wanted`);
    }
    const object = await openChild(top.group, next.value, seen);
    yield object;
    if (object.kind !== "group") continue;
    const refusal = await open(object);
    if (refusal !== undefined) yield refusal;
  }
}

async function openChild(group: Hdf5Group, name: string, seen: Map<number, string>): Promise<Hdf5Object | Hdf5Refused> {
  const path = group.path === "/" ? `/${name}` : `${group.path}/${name}`;
  try {
    const child = (await group.get(name))!;
    if (child.kind !== "group") return child;
    const first = seen.get(child.address);
    if (first === undefined) {
      seen.set(child.address, path);
      return child;
    }
    const message = `found a second link to the group ${first}, wanted each group once`;
    return { kind: "refused", path, error: new KerasProofError("unsafe", child.place, message) };
  } catch (error) {
    return refused(path, error);
  }
}

function refused(path: string, error: unknown): Hdf5Refused {
  if (error instanceof KerasProofError) return { kind: "refused", path, error };
  throw error;
}
