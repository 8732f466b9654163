import { usage } from "./options.js";

/** Axes of a weight; NumPy has no more. */
const mostAxes = 32;

/**
 * The shape of a weight as a person writes it: `3,3,3,32`, `(3, 3, 3, 32)`, `[3, 3, 3, 32]` or `3x3x3x32`; `()` is a single
 * number. Throws `usage` for anything else, and for more numbers than float64 can count.
 */
export function parseShape(text: string): readonly number[] {
  const inner = /^\s*(?:\(([^()[\]]*)\)|\[([^()[\]]*)\]|([^()[\]]*))\s*$/.exec(text);
  const list = (inner?.[1] ?? inner?.[2] ?? inner?.[3])?.trim().replace(/,$/, "");
  const wanted = "wanted whole numbers such as 3,3,3,32";
  if (list === undefined) throw usage("--shape", `found ${JSON.stringify(text)}, ${wanted}`);
  const parts = list === "" ? [] : list.split(/\s*[,x×]\s*|\s+/);
  const shape = parts.map((part) => {
    if (/^(?:None|null|\?|-1)$/.test(part)) {
      throw usage("--shape", `found ${part}, ${wanted}: a weight has no open axis, unlike a tensor with a batch`);
    }
    if (!/^\d{1,15}$/.test(part)) throw usage("--shape", `found ${JSON.stringify(part)}, ${wanted}`);
    return Number(part);
  });
  if (shape.length > mostAxes) throw usage("--shape", `found ${shape.length} axes, wanted at most ${mostAxes}`);
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (size > Number.MAX_SAFE_INTEGER) throw usage("--shape", `found a weight of ${size} numbers, wanted fewer`);
  return shape;
}
