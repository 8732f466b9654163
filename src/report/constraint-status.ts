import type { ConstraintStatus } from "../constraints/index.js";

/** How a constraint stands, in words that follow its name. */
export const statusWords: Readonly<Record<ConstraintStatus, string>> = {
  holds: "holds",
  violated: "does not hold yet",
  broken: "makes training fail",
  dead: "never runs",
  unknown: "is not judged",
};
