// The memory that training is estimated to take on a GPU, against what is planned there for each kind of model.
import { webgpuDevice } from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, expect, it } from "vitest";
import { estimatedOverPlanned, planCases } from "./estimated-plans.ts";

const device = await webgpuDevice({ device: await sharedGpu() });
afterAll(() => device.dispose());

it.each(planCases)("of %s is what is planned, up to a fifth more", async (_, fields, batch, length) => {
  const share = await estimatedOverPlanned(device, fields, batch, length);
  expect(share).toBeGreaterThanOrEqual(1);
  expect(share).toBeLessThan(1.2);
});
