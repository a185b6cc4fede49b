// A state keeps its digits over thousands of tokens: a decay of 0.999 that is rounded gathers its rounding token after
// token. A state of f32 under a recurrence in doubles is 1.8e-6 off at the slowest of these.
import { createCpuDevice } from "@x/tensor";
import { expect, test } from "vitest";
import { driftOf, rates } from "./ssd-long.ts";

const devices = { wasm: {}, "wasm without fma": { fma: false }, loops: { wasm: false } };

for (const [name, options] of Object.entries(devices))
  test.each(rates)(`${name}: a rate of %d`, async (rate, { steps, scan }) => {
    const device = createCpuDevice(options);
    const drift = await driftOf(device, rate);
    expect(drift.steps).toBeLessThan(steps);
    expect(drift.scan).toBeLessThan(scan);
    device.dispose();
  });
