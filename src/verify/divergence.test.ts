import { describe, expect, test } from "vitest";
import { findDivergence } from "./divergence.js";
import type { TensorVerdict } from "./verdict.js";

const call: TensorVerdict = {
  name: "layers/dense/0/0",
  layer: "dense",
  className: "Dense",
  call: 0,
  question: "import",
  agrees: true,
  maxAbs: 0,
  maxRel: 0,
  maxUlp: 0,
  errorRatio: null,
  budget: 1,
  share: 0,
  basis: "float64",
  resolution: 1,
  worst: null,
  failure: null,
};
const output: TensorVerdict = { ...call, name: "outputs/0", layer: null, className: null, call: null, agrees: false };
const worst = { index: [0, 1], actual: 2, expected: 3 };

describe("the first divergence", () => {
  test("is a layer call before the output it leads to", () => {
    const found = findDivergence([{ ...call, agrees: false, worst }], [{ ...output, worst }]);
    expect(found).toMatchObject({ layer: "dense", tensor: "layers/dense/0/0", index: [0, 1], actual: 2, expected: 3 });
  });

  test("is the wiring where every call agrees alone and the output does not", () => {
    expect(findDivergence([call], [{ ...output, worst }])?.message).toContain("wired in another way");
  });

  test("does not blame the wiring where Keras's float32 alone has overflowed", () => {
    const overflowed = { ...output, basis: "derived", worst: { ...worst, expected: Number.NaN } } as const;
    expect(findDivergence([call], [overflowed])?.message).toContain("Keras's float32 has no finite number there");
  });

  test("is what the import makes of a later tensor before what the backend makes of an earlier one", () => {
    const early = { ...call, name: "layers/early/0/0", layer: "early", question: "backend", agrees: false } as const;
    expect(findDivergence([early], [{ ...output, worst }])).toMatchObject({ tensor: "outputs/0", question: "import" });
    const late = { ...call, name: "layers/late/0/0", layer: "late", agrees: false };
    expect(findDivergence([early, late], [])).toMatchObject({ layer: "late", question: "import" });
    expect(findDivergence([early, call], [])).toMatchObject({ layer: "early", question: "backend" });
  });

  test("is none where all agree", () => {
    expect(findDivergence([call], [{ ...output, agrees: true }])).toBeNull();
  });
});
