import { readFileSync } from "node:fs";

const names = ["keras1", "keras2", "tfkeras", "keras3"];
const recorded = names.map((name) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/constraints/calls-${name}.json`, import.meta.url), "utf8")),
);

/** How each Keras takes what people write; the calls that the table leaves out say the same as others. */
const shown = [
  "Convolution2D(32, 3, 3, border_mode='same', kernel_constraint=max_norm(3))",
  "Convolution2D(32, 3, 3, kernel_constraint=max_norm(3))",
  "Convolution2D(32, 3, 3, border_mode='same', W_constraint=maxnorm(3))",
  "Convolution2D(32, 3, 3, border_mode='same', dim_ordering='th', W_constraint=maxnorm(3))",
  "Conv2D(32, (3, 3), padding='same', kernel_constraint=max_norm(3))",
  "Conv2D(32, (3, 3), padding='same', kernel_constraint=max_norm(3, axis=[0, 1, 2]))",
];

/** A Markdown table: what each Keras makes of each call. */
export function formatCalls() {
  const rows = shown.map((source) => {
    const found = recorded.map(({ calls }) => formatCall(calls.find((call) => call.source === source)));
    return `| \`${source}\` | ${found.join(" | ")} |`;
  });
  const head = recorded.map(({ keras }, i) => `${names[i] === "tfkeras" ? "tf.keras" : "Keras"} ${keras}`);
  return [`| | ${head.join(" | ")} |`, "|---|---|---|---|---|", ...rows].join("\n");
}

function formatCall({ error, kernel, strides, limited }) {
  if (error !== undefined) return "refused";
  const words = kernel[0] === 32 ? ["out", "in", "rows", "columns"] : ["rows", "columns", "in", "out"];
  const count = kernel.reduce((product, extent, axis) => (limited.includes(axis) ? product : product * extent), 1);
  const stride = String(strides) === "1,1" ? "" : `, **with a stride of ${strides[0]}**`;
  return `${count} norms over ${limited.map((axis) => words[axis]).join(", ")}${stride}`;
}

/** A Markdown table: how large the norms of a kernel of fours may stay, by the axis of the constraint. */
export function formatFours() {
  const { keras, calls } = recorded.at(-1);
  const choices = [
    ["`axis=0`, the default", "max_norm(3)"],
    ["`axis=[0, 1, 2]`", "max_norm(3, axis=[0, 1, 2])"],
    ["`axis=None`", "max_norm(3, axis=None)"],
  ];
  const rows = choices.map(([title, call]) => {
    const { kernel, limited, norms } = calls.find(
      ({ source }) => source.startsWith("Conv2D") && source.includes(`${call})`),
    );
    const size = limited.reduce((product, axis) => product * kernel[axis], 1);
    const count = kernel.reduce((product, extent) => product * extent) / size;
    const found = ["0", "0, 1, 2", "0, 1, 2, 3"].map((axes) => {
      const norm = String(Number(norms[axes].toPrecision(3)));
      return axes === limited.join(", ") ? `**${norm}**` : norm;
    });
    return `| ${title} | ${count} of ${size} | ${found.join(" | ")} |`;
  });
  const head = `| Keras ${keras} on a kernel of fours | groups | norm of a column | norm of a filter | norm of the kernel |`;
  return [head, "|---|---|--:|--:|--:|", ...rows].join("\n");
}
