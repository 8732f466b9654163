import { expect, test } from "vitest";
import { checkNames } from "./check-names.js";

interface Layer {
  readonly name: string;
  readonly path: string;
  readonly inner: readonly Layer[];
}

function layer(length: number, ...inner: readonly Layer[]): Layer {
  return { name: "n".repeat(length), path: `$.${length}`, inner };
}

const check = (layers: readonly Layer[]) => (): void => checkNames(layers, ({ inner }) => inner);

test("names of 1000 characters with those around them and a slash after each are the longest", () => {
  expect(check([layer(1000), layer(600, layer(200, layer(198)), layer(399))])).not.toThrow();
  expect(check([layer(1001)])).toThrow(expect.objectContaining({ code: "limit", path: "$.1001" }));
  expect(check([layer(600, layer(200, layer(199)))])).toThrow(expect.objectContaining({ path: "$.199" }));
  expect(check([layer(600, layer(1), layer(400))])).toThrow(expect.objectContaining({ path: "$.400" }));
});
