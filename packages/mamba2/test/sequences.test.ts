// Sequences on every kind of layer and option on the CPU: steps are one forward, parts are the whole, rows of a batch have the bits that they have alone. With test:full every
// family too, all checks and longer sequences; `npm run check:sequences` prints the figures, on WebGPU too.
import { describe, expect, it } from "vitest";
import { ALL_CHECKS, FEW_CHECKS, measure, SAME_BITS, SHORT, WHOLE } from "./sequences/checks.ts";
import { FAMILY_CASES } from "./sequences/families.ts";
import { drawnModel, OPTION_CASES } from "./sequences/models.ts";

const full = process.env["X_TESTS"] === "full";
const checks = full ? ALL_CHECKS : FEW_CHECKS;

describe.each([...OPTION_CASES, ...(full ? FAMILY_CASES : [])])("%s", (_, one) => {
  const model = drawnModel(one);

  it.each(checks)("%s", async (name) => {
    const { far, same } = await measure(name, model, full ? WHOLE : SHORT);
    expect(far).toBeLessThan(1e-5);
    if (SAME_BITS.has(name)) expect(same).toBe(true);
  });
});
