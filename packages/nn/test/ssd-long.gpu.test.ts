// As ssd-long.test.ts, on a GPU. One without fused multiply-add rounds twice a step: hence the factor.
import { sharedGpu } from "@x/testing/shared-gpu";
import { webgpuDevice } from "@x/tensor";
import { expect, test } from "vitest";
import { driftsOf, rates } from "./ssd-long.ts";

test("the state of every rate keeps its digits", async () => {
  const drifts = await driftsOf(await webgpuDevice({ device: await sharedGpu() }));
  rates.forEach(([rate, { steps, scan }], i) => {
    expect(drifts[i]!.steps, `steps at a rate of ${rate}`).toBeLessThan(1.6 * steps);
    expect(drifts[i]!.scan, `scan at a rate of ${rate}`).toBeLessThan(scan);
  });
});
