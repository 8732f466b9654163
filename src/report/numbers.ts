/** With thousands separated by commas; `?` for one that is not known. */
export function formatInteger(value: number | null): string {
  return String(value ?? "?").replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A count and its noun, in the plural where it is not one. */
export function formatCount(value: number | null, noun: string): string {
  return `${formatInteger(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** Three significant digits, no zeros at the end, an exponent from 1e6 and below 1e-4; NaN and Infinity as words. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  return size >= 1e6 || size < 1e-4 ? rounded.toExponential().replace("e+", "e") : String(rounded);
}

/** Two values with as many digits as it takes to tell them apart, at least five; one text each. */
export function formatPair(a: number, b: number): [string, string] {
  for (let digits = 5; digits < 17; digits++) {
    const pair: [string, string] = [formatDigits(a, digits), formatDigits(b, digits)];
    if (pair[0] !== pair[1]) return pair;
  }
  return [String(a), String(b)];
}

function formatDigits(value: number, digits: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : String(value);
}

/** A shape or an index: `[3, 32, 32]`, with `?` for an open extent. */
export function formatShape(shape: readonly (number | null)[]): string {
  return `[${shape.map((extent) => extent ?? "?").join(", ")}]`;
}
