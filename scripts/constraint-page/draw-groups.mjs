import { formatGroupDiagram } from "../../compiled/report/svg-group-diagram.js";

/** Which numbers of the kernel of `Convolution2D(32, 3, 3)` on 3 channels share a norm. */
export function drawGroups() {
  return formatGroupDiagram(
    [
      { title: "axis=0, the default", axes: [0] },
      { title: "axis=[0, 1, 2]", axes: [0, 1, 2] },
      { title: "axis=None", axes: [0, 1, 2, 3] },
    ],
    [3, 3, 3, 32],
    {
      id: "groups",
      title: "Which numbers of a 3 × 3 × 3 × 32 kernel share a norm",
      description:
        "A block is 3 rows by 3 columns; the 3 input channels stand below each other, the filters side by side. With axis=0 a group is one column of one block; with axis=[0, 1, 2] it is one filter, all blocks below each other; with axis=None it is everything.",
    },
  );
}
