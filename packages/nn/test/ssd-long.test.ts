// A state keeps its digits over thousands of tokens: a decay of 0.999 that is rounded gathers its rounding token after
// token. A state of f32 under a recurrence in doubles is 1.8e-6 off at the slowest of these.
import { createCpuDevice } from "@x/tensor";
import { expect, test } from "vitest";
import { driftsOf, rates } from "./ssd-long.ts";

const devices = { wasm: {}, "wasm without fma": { fma: false }, loops: { wasm: false } };

test.each(Object.entries(devices))("the state of every rate keeps its digits: %s", async (_, options) => {
  const device = createCpuDevice(options);
  const drifts = await driftsOf(device);
  rates.forEach(([rate, { steps, scan }], i) => {
    expect(drifts[i]!.steps, `steps at a rate of ${rate}`).toBeLessThan(steps);
    expect(drifts[i]!.scan, `scan at a rate of ${rate}`).toBeLessThan(scan);
  });
  device.dispose();
});
