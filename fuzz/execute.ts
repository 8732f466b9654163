import { performance } from "node:perf_hooks";
import type { KerasProofError } from "../src/errors.js";
import { type ByteSource, checkRange } from "../src/formats/byte-source.js";
import { measureMemory } from "./allocation-meter.js";
import type { PeakMeter } from "./peak-memory.js";
import type { Outcome, Target } from "./target.js";

/** Something that no reader may do. */
export interface Violation {
  readonly law: "exception" | "error" | "values" | "sources" | "time" | "memory";
  /** What was done. */
  readonly message: string;
  /** Equal for two violations that have, most likely, one cause. */
  readonly key: string;
}

/** What came of reading an input. */
export interface Execution {
  readonly violations: readonly Violation[];
  /** The codes and messages of the errors, without the numbers and names in them. */
  readonly messages: readonly string[];
  /** Milliseconds that the first reading worked. */
  readonly time: number;
  /** The resident memory that the first reading took, where somebody measured it; garbage of earlier ones hides some. */
  readonly peak: number;
}

/** The most milliseconds that a file may take, and the memory above four times its size. */
const mostTime = 1000;
const mostMemory = 64 * 2 ** 20;

/** The memory that reading a file of so many bytes may take. */
export function allowedMemory(bytes: number): number {
  return 4 * bytes + mostMemory;
}

/**
 * Reads an input and holds the reading to the laws: no exception but a `KerasProofError`, each of them with what it
 * must say; parts that agree with the whole; at most a second; memory of at most four times the file and 64 MB in
 * each step (garbage counts, so one that is broken here must be measured in a process of its own). With
 * `compareSources` it reads again from a source that is not in memory, which must come to the same.
 */
export async function execute(
  target: Target,
  bytes: Uint8Array,
  compareSources: boolean,
  meter?: PeakMeter,
): Promise<Execution> {
  const violations = new Map<string, Violation>();
  const violate = (law: Violation["law"], message: string, cause = message): void => {
    const key = `${target.name} ${law} ${withoutDetails(cause)}`;
    if (!violations.has(key)) violations.set(key, { law, message, key });
  };
  const allowed = allowedMemory(bytes.length);
  let { heap } = measureMemory();
  const onStep = (step: string): void => {
    const now = measureMemory();
    const bytes = now.allocated + Math.max(0, now.heap - heap);
    if (bytes > allowed) violate("memory", `${step} took ${bytes} bytes, wanted at most ${allowed}`, step);
    heap = now.heap;
  };
  meter?.restart();
  const started = performance.now();
  const used = process.cpuUsage();
  const outcome = await readOnce(target, bytes, onStep, violate);
  // On a busy machine the clock runs while others work.
  const { user, system } = process.cpuUsage(used);
  const time = Math.min(performance.now() - started, (user + system) / 1000);
  const peak = meter?.growth() ?? 0;
  if (time > mostTime) violate("time", `took ${Math.round(time)} ms, wanted at most ${mostTime}`, "time");
  for (const error of outcome?.errors ?? []) {
    const wrong = judgeError(target, error);
    if (wrong !== undefined)
      violate("error", `${wrong}: ${error.message}`, `${wrong} ${error.code} ${messageOf(error)}`);
  }
  for (const wrong of outcome?.broken ?? []) violate("values", wrong);
  if (compareSources && outcome !== undefined) {
    const again = await readOnce(target, slowSource(bytes, target.fileName), () => undefined, violate);
    if (again !== undefined && again.digest !== outcome.digest) {
      const at = again.errors.findIndex((error, i) => error.message !== outcome.errors[i]?.message);
      const difference =
        at === -1 ? "values" : `${again.errors[at]!.message}; in memory ${outcome.errors[at]?.message}`;
      violate("sources", `a source that is not in memory reads otherwise: ${difference}`, "sources");
    }
  }
  const messages = (outcome?.errors ?? []).map((error) => `${error.code} ${messageOf(error)}`);
  return { violations: [...violations.values()], messages, time, peak };
}

async function readOnce(
  target: Target,
  input: Uint8Array | ByteSource,
  onStep: (step: string) => void,
  violate: (law: Violation["law"], message: string, cause?: string) => void,
): Promise<Outcome | undefined> {
  try {
    return await target.read(input, onStep);
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const frame = /\n\s+at ([^\n(]+)/.exec(stack)?.[1] ?? "";
    violate("exception", stack, `${error instanceof Error ? `${error.name} ${error.message}` : "no Error"} ${frame}`);
    return undefined;
  }
}

/** A source that hands out memory of its own, each time a moment later. */
function slowSource(bytes: Uint8Array, name: string): ByteSource {
  return {
    size: bytes.length,
    fresh: true,
    read: async (offset, length) => {
      await Promise.resolve();
      checkRange(offset, length, bytes.length, name);
      return bytes.slice(offset, offset + length);
    },
  };
}

/** What an error must not be, or lacks. One that lists several findings has a place for each in its text. */
function judgeError(target: Target, error: KerasProofError): string | undefined {
  if (!error.path.startsWith(target.fileName)) return "a path that does not begin with the file's name";
  if (error.code === "usage" || error.code === "missing-entry") return "a mistake of the caller, who made none";
  const placeless = target.wantsOffsets && error.offset === undefined && error.problems.length === 1;
  return placeless ? "no byte offset" : undefined;
}

function messageOf(error: { readonly path: string; readonly message: string }): string {
  return withoutDetails(error.message.slice(error.path.length));
}

/** A message without quoted names, numbers and positions. */
function withoutDetails(message: string): string {
  return message
    .replace(/"(?:[^"\\]|\\.)*"?/g, '""')
    .replace(/\\.*?(?=, wanted|$)/g, "\\")
    .replace(/\b[0-9a-f]{8}\b/g, "#")
    .replace(/\$[^\s:]*|\/\S*/g, "")
    .replace(/0x[0-9a-f]+|-?\d[\d.,e+-]*(?:\s*,\s*\d+)*/g, "#")
    .replace(/#[#\s]*#/g, "#")
    .slice(0, 120);
}
