// As ssd-long.test.ts, on a GPU. One without fused multiply-add rounds twice a step: hence the factor.
import { sharedGpu } from "@x/testing/shared-gpu";
import { webgpuDevice } from "@x/tensor";
import { expect, test } from "vitest";
import { driftOf, rates } from "./ssd-long.ts";

test.each(rates)("a rate of %d", async (rate, { steps, scan }) => {
  const device = await webgpuDevice({ device: await sharedGpu() });
  const drift = await driftOf(device, rate);
  expect(drift.steps).toBeLessThan(1.6 * steps);
  expect(drift.scan).toBeLessThan(scan);
});
