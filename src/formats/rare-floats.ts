import { widen } from "./small-floats.js";

/** Small floats that NPY and safetensors files may have. */
export type RareFloat = "float8_e4m3fnuz" | "float8_e5m2fnuz" | "float8_e8m0fnu";

/**
 * As `widenedBits`: the fnuz types have no infinities, one NaN and no -0, e8m0fnu has powers of two alone.
 */
export const rareBits: Readonly<Record<RareFloat, (bits: number) => number>> = {
  float8_e4m3fnuz: (bits) => (bits === 0x80 ? 0x7fc00000 : widen(bits >> 7, (bits >> 3) & 0x0f, bits & 7, 3, 8)),
  float8_e5m2fnuz: (bits) => (bits === 0x80 ? 0x7fc00000 : widen(bits >> 7, (bits >> 2) & 0x1f, bits & 3, 2, 16)),
  float8_e8m0fnu: (bits) => {
    if (bits === 0xff) return 0x7fc00000;
    return bits === 0 ? 0x00400000 : bits << 23;
  },
};

/** Whether a type is none that files of all formats have. */
export function isRare(dtype: string): dtype is RareFloat {
  return dtype in rareBits;
}
