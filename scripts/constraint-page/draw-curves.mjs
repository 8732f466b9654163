import { applyConstraint, maxNorm, minMaxNorm, unitNorm } from "../../compiled/constraints/index.js";
import { formatLinePlot } from "./line-plot.mjs";

const panels = [
  { title: ["max_norm(2)"], constraint: maxNorm({ maxValue: 2 }) },
  { title: ["unit_norm()"], constraint: unitNorm() },
  { title: ["min_max_norm", "(1, 2)"], constraint: minMaxNorm({ minValue: 1, maxValue: 2 }) },
  { title: ["min_max_norm", "(1, 2, rate=0.5)"], constraint: minMaxNorm({ minValue: 1, maxValue: 2, rate: 0.5 }) },
];
const ticks = [0, 1, 2, 3, 4];

/** The norm after one step of a constraint over the norm before, from a fiftieth to 4. */
export function drawCurves() {
  const before = Array.from({ length: 200 }, (_, i) => (i + 1) / 50);
  return formatLinePlot({
    panels: panels.map(({ title, constraint }) => {
      const after = before.map((norm) => constrain(norm, constraint));
      return {
        title,
        lines: [
          {
            points: [
              [0, 0],
              [4, 4],
            ],
            look: "plain",
          },
          { points: before.map((norm, i) => [norm, after[i]]), look: "norm" },
        ],
      };
    }),
    x: { label: "norm before", ticks },
    y: { label: "after", ticks },
    height: 110,
    text: {
      id: "curves",
      title: "What each constraint makes of a norm",
      description:
        "max_norm(2) leaves norms up to 2 and makes 2 of larger ones. unit_norm() makes 1 of every norm. min_max_norm(1, 2) makes 1 of smaller and 2 of larger norms; with rate=0.5 it goes half of the way.",
    },
  });
}

/** The norm of a group of one number after its constraint ran. */
function constrain(norm, constraint) {
  const weight = Float64Array.of(norm);
  applyConstraint(constraint, weight, [1]);
  return weight[0];
}
