import { KerasProofError } from "../../../errors.js";

/** Integers of 64 bits as numbers; `limit` for one that no number holds exactly. */
export function exactNumbers(values: BigInt64Array | BigUint64Array, place: string): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    numbers[i] = Number(values[i]!);
    if (BigInt(numbers[i]!) !== values[i]) {
      throw new KerasProofError(
        "limit",
        place,
        `found the integer ${values[i]}, wanted one that a number holds exactly`,
      );
    }
  }
  return numbers;
}
