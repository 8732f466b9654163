import { nearestWord } from "../nearest-word.js";
import { constraintClasses } from "./classes.js";

/** The known spelling of a constraint that is nearest to `name`; of equals, one that is cased like it. */
export function nearestSpelling(name: string): string | undefined {
  const known = constraintClasses.flatMap(({ spellings }) => [...spellings.keys()]);
  const alike = known.filter((one) => styleOf(one) === styleOf(name));
  return nearestWord(name, [...alike, ...known]);
}

/** `MaxNorm`, `max_norm` and `maxnorm` are of three styles. */
function styleOf(name: string): string {
  return `${/[A-Z]/.test(name)} ${name.includes("_")}`;
}
