import { readFileSync, writeFileSync } from "node:fs";

/** Tells how much resident memory this process took at most, with everything that a count of arrays does not see. */
export interface PeakMeter {
  /** Starts anew. */
  restart(): void;
  /** The most bytes since then above those that were taken then; pages that are free but not given back count then. */
  growth(): number;
}

/** Undefined where the system does not tell: Linux does (`clear_refs` and `status` of proc(5)). */
export function openPeakMeter(): PeakMeter | undefined {
  let start = 0;
  const meter: PeakMeter = {
    restart: () => {
      writeFileSync("/proc/self/clear_refs", "5");
      start = readStatus("VmRSS");
    },
    growth: () => readStatus("VmHWM") - start,
  };
  try {
    meter.restart();
    return meter;
  } catch {
    return undefined;
  }
}

/** A number of bytes of `/proc/self/status`, which gives kilobytes. */
function readStatus(name: "VmRSS" | "VmHWM"): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync("/proc/self/status", "utf8"));
  return 1024 * Number(line![1]);
}
