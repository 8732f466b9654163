import { brokenBytes, type FilteredBytes } from "./built-in-filter.js";
import { newMemory, type StepMemory } from "./scratch-memory.js";

/**
 * Filter 32000: LZF as h5py writes it (liblzf's `lzf_d.c`). A byte below 32 announces so many literal bytes and one
 * more; another begins a copy of what stands up to 8192 bytes before. `corrupt` where the stream ends early, copies
 * from before the beginning or gives more than `maxSize` bytes.
 */
export function undoLzf(filtered: FilteredBytes, { take }: StepMemory = newMemory): Uint8Array {
  const { bytes, maxSize } = filtered;
  /** Three bytes copy at most 264. */
  const maxGrowth = 88;
  const output = take(Math.min(maxSize, maxGrowth * bytes.length));
  let at = 0;
  let filled = 0;
  while (at < bytes.length) {
    const control = bytes[at++]!;
    if (control < 32) {
      const end = at + control + 1;
      if (end > bytes.length || filled + control + 1 > output.length) throw brokenBytes(filtered, "lzf");
      while (at < end) output[filled++] = bytes[at++]!;
      continue;
    }
    let length = (control >> 5) + 2;
    if (length === 9) length += bytes[at++] ?? 0;
    let from = filled - ((control & 0x1f) << 8) - (bytes[at++] ?? 0) - 1;
    const end = filled + length;
    if (at > bytes.length || from < 0 || end > output.length) throw brokenBytes(filtered, "lzf");
    // What is copied may overlap what is written, as a run does, so byte by byte.
    while (filled < end) output[filled++] = output[from++]!;
  }
  return output.subarray(0, filled);
}
