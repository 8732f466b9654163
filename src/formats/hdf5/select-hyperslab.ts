import { KerasProofError } from "../../errors.js";
import type { Hdf5ReadOptions } from "./hdf5-object.js";
import type { Hyperslab } from "./hyperslab.js";

/**
 * The part of a shape that a caller asks for, all of it by default. `usage` where it does not lie within the shape, and
 * for options of another kind than theirs.
 */
export function selectHyperslab(shape: readonly number[], options: Hdf5ReadOptions, place: string): Hyperslab {
  const refuse = (found: string, wanted: string): never => {
    throw new KerasProofError("usage", place, `found ${found}, wanted ${wanted}`);
  };
  const { int64 = "bigint", onProgress } = options;
  if (int64 !== "bigint" && int64 !== "number") refuse(`int64 ${String(int64)}`, '"bigint" or "number"');
  if (onProgress !== undefined && typeof onProgress !== "function") refuse("another onProgress", "a function");
  const numbersOf = (name: "start" | "count" | "step", least: number): readonly number[] | undefined => {
    const given = options[name];
    const isList = Array.isArray(given);
    const isRight = (number: unknown): boolean => Number.isSafeInteger(number) && Number(number) >= least;
    if (
      given === undefined ||
      (isList && given.length === shape.length && shape.every((_, axis) => isRight(given[axis])))
    )
      return given;
    const wanted = `a list of ${shape.length} whole numbers from ${least} on`;
    return refuse(`${name} ${isList ? `[${given.join(", ")}]` : String(given)}`, wanted);
  };
  const start = numbersOf("start", 0) ?? shape.map(() => 0);
  const step = numbersOf("step", 1) ?? shape.map(() => 1);
  const count =
    numbersOf("count", 0) ?? shape.map((extent, axis) => Math.max(0, Math.ceil((extent - start[axis]!) / step[axis]!)));
  const ends = count.map((many, axis) => start[axis]! + (many > 0 ? (many - 1) * step[axis]! + 1 : 0));
  if (ends.every((end, axis) => end <= shape[axis]!)) return { start, count, step };
  const found = `start [${start.join(", ")}], count [${count.join(", ")}], step [${step.join(", ")}]`;
  return refuse(found, `a part of the shape [${shape.join(", ")}]`);
}
