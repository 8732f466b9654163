import { describe, expect, it } from "vitest";
import { arrayOf, denseSpec, referenceOf } from "../../fixtures/dense-reference.js";
import type { WeightSpec } from "../import/spec.js";
import type { NdArray } from "../ndarray.js";
import { alignWeights, inOurOrder } from "./align-weights.js";
import { checkWeights } from "./weights-check.js";

const kernel = [3, 0.25, 0, -4, 0.5, 2];
const turned = kernel.toReversed();
/** As the kernel of a convolution, whose numbers an import may move. */
const moved: Partial<WeightSpec> = { spatialAxes: 2 };

function entriesOf(weights: readonly NdArray[]): Record<string, NdArray> {
  return Object.fromEntries(weights.map((array, i) => [`weights/d/${i}`, array]));
}

/** Checks a model with the kernel against a reference with these weights. */
async function check(weights: readonly NdArray[], more: Partial<WeightSpec> = {}, keras1 = false): Promise<void> {
  const spec = await denseSpec(arrayOf(kernel), null, more);
  await checkWeights(keras1 ? { ...spec, generation: "keras1" } : spec, referenceOf(entriesOf(weights)));
}

describe("the weights of a reference", () => {
  it("are those of the model bit for bit", async () => {
    await expect(check([arrayOf(kernel)])).resolves.toBeUndefined();
    const zero = kernel.with(2, -0);
    await expect(check([arrayOf(zero)])).rejects.toMatchObject({
      code: "wrong-weights",
      path: "r!/weights/d/0",
      message: "r!/weights/d/0: found other numbers for kernel, wanted the weights that the model file has",
    });
    await expect(check([arrayOf(kernel, [2, 3])])).rejects.toThrow("found the shape (2, 3) for kernel (3, 2)");
    await expect(check([arrayOf(kernel), arrayOf([1], [1])])).rejects.toThrow(
      "found a weight of shape (1) beyond those of the layer",
    );
  });

  it("may have float32 for the float64 of the model", async () => {
    const double: NdArray = { dtype: "float64", shape: [3, 2], data: Float64Array.from(kernel, (w) => w / 3) };
    const single = arrayOf(Array.from(double.data as Float64Array));
    await expect(check([single], { values: double })).resolves.toBeUndefined();
    await expect(check([arrayOf(kernel)], { values: double })).rejects.toMatchObject({ code: "wrong-weights" });
  });

  it("may stand in another order only where the import moves them", async () => {
    await expect(check([arrayOf(turned)])).rejects.toMatchObject({ code: "wrong-weights" });
    await expect(check([arrayOf(turned)], moved)).resolves.toBeUndefined();
    await expect(check([arrayOf(turned)], {}, true)).resolves.toBeUndefined();
    await expect(check([arrayOf(turned.with(0, 7))], moved)).rejects.toMatchObject({ code: "wrong-weights" });
  });
});

/** Aligns the kernel with the weights of a reference. */
async function align(weights: readonly NdArray[], own: readonly number[] = kernel): ReturnType<typeof alignWeights> {
  return alignWeights(await denseSpec(arrayOf(own)), referenceOf(entriesOf(weights)));
}

describe("alignWeights", () => {
  it("finds a weight at its own place, or by its numbers in any array of the layer", async () => {
    expect(await align([arrayOf(kernel)])).toEqual([{ layer: "d", slot: 0, entry: "d/0", places: null }]);
    const [found] = await align([arrayOf([1], [1]), arrayOf(turned, [2, 3])]);
    expect(found).toMatchObject({ entry: "d/1", places: Uint32Array.of(5, 4, 3, 2, 1, 0) });
    expect([...inOurOrderOf(turned, found!.places)]).toEqual(kernel);
  });

  it("leaves out a moved weight whose order equal numbers hide, and one that is not there", async () => {
    const equal = kernel.with(0, 2);
    expect(await align([arrayOf(equal)], equal)).toHaveLength(1);
    expect(await align([arrayOf(equal.toReversed())], equal)).toEqual([]);
    expect(await align([arrayOf(kernel.with(0, 7))])).toEqual([]);
  });
});

function inOurOrderOf(values: readonly number[], places: Uint32Array | null): number[] {
  return Array.from(inOurOrder(arrayOf(values), places));
}
