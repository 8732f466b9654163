import { range } from "./range.js";
import { counted, countsIn, type Extent, type WeightFacts } from "./weight-facts.js";
import {
  type AxisMeaning,
  firstAxes,
  fixed,
  type LayerWeight,
  meaningOf,
  noUnit,
  type WeightAxis,
} from "./weight-layout.js";

/** How many heads each of the layers inside has, and how long a head is. */
interface Heads {
  readonly queries: Extent;
  readonly keys: Extent;
  readonly keySize: WeightAxis;
  readonly valueSize: WeightAxis;
}

const keySize = counted("key_dim");
const valueSize: Extent = (facts) =>
  ((facts.config["value_dim"] ?? null) === null ? keySize : counted("value_dim"))(facts);
const heads = counted("num_heads");
const headSize = counted("head_dim");

/** keras/src/layers/attention/multi_head_attention.py, the same in tf.keras. */
export const multiHead: readonly LayerWeight[] = attention({
  queries: heads,
  keys: heads,
  keySize: ["key size", keySize],
  valueSize: ["value size", valueSize],
});

/** keras/src/layers/attention/grouped_query_attention.py: several queries share a head of keys and values. */
export const groupedQuery: readonly LayerWeight[] = attention({
  queries: counted("num_query_heads"),
  keys: counted("num_key_value_heads"),
  keySize: ["head size", headSize],
  valueSize: ["value size", headSize],
});

/** One option for kernels of two shapes: no single axis is one unit's in both. */
function attention({ queries, keys, keySize: key, valueSize: value }: Heads): LayerWeight[] {
  const incoming: readonly (readonly [string, Extent, WeightAxis, Extent])[] = [
    ["query", queries, key, lastOf("query_shape")],
    ["key", keys, key, keyFeatures],
    ["value", keys, value, lastOf("value_shape")],
    ["gate", queries, value, lastOf("query_shape")],
  ];
  return [
    ...incoming.flatMap(([name, count, size, features]) => [
      fixed(
        `${name}/kernel`,
        "kernel_constraint",
        [["features", features], ["heads", count], size],
        firstAxes(1, "number of a head"),
      ),
      fixed(`${name}/bias`, "bias_constraint", [["heads", count], size], noUnit),
    ]),
    {
      weight: "attention_output/kernel",
      option: "kernel_constraint",
      axes: (facts) => outgoing([["heads", queries], value], firstAxes(2, "output number"), facts),
    },
    { weight: "attention_output/bias", option: "bias_constraint", axes: (facts) => outgoing([], noUnit, facts) },
  ];
}

/** The weights that bring the heads together, in the shape of `output_shape` or else of the query's features. */
function outgoing(
  before: readonly WeightAxis[],
  units: Parameters<typeof meaningOf>[1],
  facts: WeightFacts,
): AxisMeaning | null {
  const told = facts.config["output_shape"] ?? null;
  const sizes = told === null ? [lastOf("query_shape")(facts)] : (countsIn(told) ?? []);
  const rank = facts.rank ?? before.length + sizes.length;
  const count = rank - before.length;
  if (count < 1) return null;
  const out = range(count).map((axis): WeightAxis => {
    const extent = sizes.length === count ? (sizes[axis] ?? null) : null;
    return [axis === 0 ? "out" : `out ${axis}`, () => extent];
  });
  return meaningOf([...before, ...out], units, facts);
}

/** tf.keras has the shapes of the inputs among the options. */
function lastOf(input: string): Extent {
  return ({ config, inputs }) => countsIn(config[input])?.at(-1) ?? inputs?.get(input)?.at(-1) ?? null;
}

/** Where there is no key, the value is also the key. */
function keyFeatures(facts: WeightFacts): number | null {
  return lastOf("key_shape")(facts) ?? lastOf("value_shape")(facts);
}
