import { type Corpus, createCorpus } from "./corpus.js";
import { type Coverage, openCoverage } from "./coverage.js";
import { allowedMemory, execute, type Execution, type Violation } from "./execute.js";
import type { PeakMeter } from "./peak-memory.js";
import { seededRandom } from "./random.js";
import type { Target } from "./target.js";

/** What a run of executions found. */
export interface Findings {
  readonly executions: number;
  /** Inputs that showed something new, seeds among them. */
  readonly corpus: number;
  /** Different codes and messages of errors. */
  readonly messages: number;
  /** One input for each violation of another kind. */
  readonly violations: ReadonlyMap<string, Finding>;
  readonly coverage: Coverage;
}

/** An input that broke a law. */
export interface Finding {
  readonly violation: Violation;
  readonly bytes: Uint8Array;
  readonly execution: number;
}

/** How a run goes, and whom it tells. */
export interface FuzzOptions {
  readonly executions: number;
  readonly seed: number;
  /** Told before each input is read, so that another thread can save one that never ends. */
  readonly onInput?: (bytes: Uint8Array, execution: number) => void;
  /** Measures the resident memory of each execution. */
  readonly meter?: PeakMeter | undefined;
  /** Measures what an input takes in a process of its own; asked where the meter tells of nearly too much. */
  readonly measureAlone?: (bytes: Uint8Array) => number;
  readonly onFinding?: (finding: Finding) => void;
  /** Told after each execution, and waited for. */
  readonly onProgress?: (execution: number, findings: Omit<Findings, "executions">) => Promise<void>;
}

/** The share of the allowed memory from which on an input is measured alone. */
const nearlyAll = 0.75;
/** Executions of which one is read a second time from a source that is not in memory. */
const sourcesEvery = 16;
/** Inputs that take more milliseconds are not built upon: their descendants would take all the time. */
const slow = 20;

/**
 * Reads the seeds of a target and then damaged copies of them and of each other. A copy that takes a new branch, or is
 * refused with new words, is kept and damaged further. The same seed gives the same executions, as long as neither
 * the readers nor the fixtures change and none is slow.
 */
export async function fuzz(target: Target, options: FuzzOptions): Promise<Findings> {
  const random = seededRandom(options.seed);
  const coverage = openCoverage();
  const messages = new Set<string>();
  const violations = new Map<string, Finding>();
  const seeds = target.seeds();
  const corpus: Corpus = createCorpus(seeds);

  for (let execution = 0; execution < options.executions; execution++) {
    const seed = seeds[execution];
    const bytes = seed ?? target.mutate(corpus.choose(random), corpus.choose(random), random);
    options.onInput?.(bytes, execution);
    coverage.reset();
    const compare = execution % sourcesEvery === 0;
    const { violations: broken, messages: said, time, peak } = await execute(target, bytes, compare, options.meter);
    const isNew = learn({ coverage, messages }, said);
    if (isNew && seed === undefined && time < slow) corpus.add(bytes);
    for (const violation of [...broken, ...judgePeak(target, bytes, peak, options)]) {
      if (violations.has(violation.key)) continue;
      const finding = { violation, bytes, execution };
      violations.set(violation.key, finding);
      options.onFinding?.(finding);
    }
    await options.onProgress?.(execution, { corpus: corpus.size, messages: messages.size, violations, coverage });
  }
  return { executions: options.executions, corpus: corpus.size, messages: messages.size, violations, coverage };
}

/** The violation that the resident memory of a reading is; none where it is not measured, or takes little. */
function judgePeak(target: Target, bytes: Uint8Array, peak: number, { measureAlone }: FuzzOptions): Violation[] {
  const allowed = allowedMemory(bytes.length);
  if (peak < nearlyAll * allowed || measureAlone === undefined) return [];
  const alone = measureAlone(bytes);
  const message = `took ${alone} bytes of resident memory, wanted at most ${allowed}`;
  return alone > allowed ? [{ law: "memory", message, key: `${target.name} memory resident` }] : [];
}

function learn(known: { readonly coverage: Coverage; readonly messages: Set<string> }, said: Execution["messages"]) {
  const before = known.messages.size;
  for (const message of said) known.messages.add(message);
  return known.coverage.learn() || known.messages.size > before;
}
