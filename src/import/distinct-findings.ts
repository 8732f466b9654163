import type { Note, Problem } from "../errors.js";

/**
 * The findings of several readings in their order, each once: two readings may report the same. No text is made of a
 * place that only one finding has: a file may have tens of thousands, below places of a thousand characters.
 */
export function distinctFindings<Finding extends Note | Problem>(
  ...readings: readonly (readonly Finding[])[]
): Finding[] {
  const firsts = new Map<string, Finding>();
  /** What else is found at a place. */
  const others = new Map<string, Set<string>>();
  return readings.flat().filter((finding) => {
    const first = firsts.get(finding.path);
    if (first === undefined) {
      firsts.set(finding.path, finding);
      return true;
    }
    const text = textOf(finding);
    const known = others.get(finding.path) ?? new Set([textOf(first)]);
    others.set(finding.path, known);
    const isNew = !known.has(text);
    known.add(text);
    return isNew;
  });
}

function textOf({ code, message }: Note | Problem): string {
  return `${code} ${message}`;
}

/** The findings at places where nothing else was found. */
export function elsewhere<Finding extends Note | Problem>(
  findings: readonly Finding[],
  others: readonly Problem[],
): readonly Finding[] {
  if (findings.length === 0) return findings;
  const places = new Set(others.map(({ path }) => path));
  return findings.filter(({ path }) => !places.has(path));
}
