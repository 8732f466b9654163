import { describe, expect, it } from "vitest";
import { startCpuClock } from "../../fixtures/cpu-clock.js";
import { tfjsNames } from "./tfjs-name.js";

describe("the names of layers in tfjs", () => {
  it("are those of Keras where tfjs takes them", () => {
    const names = ["dense_1", "a/b", "1st", "x.y-z"];
    expect([...tfjsNames(names).values()]).toEqual(names);
  });

  it("are made of what tfjs takes, each once", () => {
    const names = tfjsNames(["a b", "a_b", "a:b", "__proto__", "Ünïcode", "😀", "", "constructor"]);
    expect(Object.fromEntries([...names].map(([keras, tfjs]) => [`<${keras}>`, tfjs]))).toEqual({
      "<a_b>": "a_b",
      "<a b>": "a_b_1",
      "<a:b>": "a_b_2",
      "<__proto__>": "layer___proto__",
      "<Ünïcode>": "layer__n_code",
      "<😀>": "layer__",
      "<>": "layer_",
      "<constructor>": "layer_constructor",
    });
  });

  it("are found at once where thousands become the same", () => {
    const names = Array.from({ length: 20_000 }, (_, i) => String.fromCodePoint(0x4e00 + i));
    const spent = startCpuClock();
    expect(new Set(tfjsNames([...names, "layer___7"]).values()).size).toBe(20_001);
    expect(spent()).toBeLessThan(1000);
  });
});
