import { expect, it } from "vitest";
import { refusalOf } from "../../../fixtures/refusal-of.js";
import { openSource } from "../byte-source.js";
import { checkGaps } from "./gaps.js";

/** Bytes before a directory of no members, all zeros but for a signature. */
function gap(length: number, signatureAt: number, signature = "PK\u0003\u0004"): Promise<void> {
  const bytes = new Uint8Array(length);
  bytes.set(new TextEncoder().encode(signature), signatureAt);
  return checkGaps(openSource(bytes), [], length, "a.zip", undefined);
}

it("finds a local header wherever it begins, at the edges of the blocks that are searched too", async () => {
  const block = 2 ** 20;
  for (const at of [0, 1, block - 4, block - 3, block - 1, block, block + 7, 2 * block + 1, 2 * block + 5]) {
    expect(await refusalOf(gap(2 * block + 9, at))).toMatchObject({ code: "unsafe", path: "a.zip", offset: at });
  }
});

it("leaves other bytes alone", async () => {
  await gap(0, 0, "");
  await gap(3, 0, "PK\u0003");
  await gap(60, 0, "PPK\u0003\u0005 PKPK\u0003 PK\u0005\u0006");
  await gap(9, 6, "PK\u0003");
});
