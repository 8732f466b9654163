import { KerasProofError } from "../../errors.js";
import type { Hdf5ReadOptions } from "./hdf5-object.js";
import type { Hyperslab } from "./dataspace.js";

/** The part of a shape that a caller asks for, all of it by default; `usage` where it does not lie within the shape. */
export function selectHyperslab(shape: readonly number[], options: Hdf5ReadOptions, place: string): Hyperslab {
  const start = options.start ?? shape.map(() => 0);
  const step = options.step ?? shape.map(() => 1);
  const count =
    options.count ?? shape.map((extent, axis) => Math.max(0, Math.ceil((extent - start[axis]!) / step[axis]!)));
  const fits = shape.every((extent, axis) => {
    const [first, many, stride] = [start[axis]!, count[axis]!, step[axis]!];
    const end = many > 0 ? first + (many - 1) * stride + 1 : first;
    return (
      [first, many, stride, end].every(Number.isSafeInteger) && Math.min(first, many, stride - 1) >= 0 && end <= extent
    );
  });
  const ranks = [start, count, step].every((numbers) => numbers.length === shape.length);
  if (fits && ranks) return { start, count, step };
  const found = `start [${start.join(", ")}], count [${count.join(", ")}], step [${step.join(", ")}]`;
  throw new KerasProofError("usage", place, `found ${found}, wanted a part of the shape [${shape.join(", ")}]`);
}
