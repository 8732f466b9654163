import { nearestWord } from "../nearest-word.js";
import { constraintClasses } from "./classes.js";

/** The known spelling of a constraint that is nearest to `name`. */
export function nearestSpelling(name: string): string | undefined {
  return nearestWord(
    name,
    constraintClasses.flatMap(({ spellings }) => [...spellings.keys()]),
  );
}
