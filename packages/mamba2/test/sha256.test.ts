// The hash that saved runs are compared by, against Node's.
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { Sha256, sha256 } from "../src/sha256.ts";

it("SHA-256 is that of another implementation, for every length around a block and any cut", () => {
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * i + length) % 256);
    const expected = createHash("sha256").update(bytes).digest("hex");
    expect(sha256(bytes)).toBe(expected);
    expect(new Sha256().update(bytes.subarray(0, length >> 1)).update(bytes.subarray(length >> 1)).digest()).toBe(expected);
  }
  const long = new Uint8Array(3_000_000).fill(7);
  expect(sha256(long)).toBe(createHash("sha256").update(long).digest("hex"));
});
