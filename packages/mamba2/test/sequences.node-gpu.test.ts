// Sequences on WebGPU: a hybrid of mixers, attention, experts and MLPs; with test:full every family and option, and all checks.
import { type Device, webgpuDevice } from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALL_CHECKS, FEW_CHECKS, measure, SHORT } from "./sequences/checks.ts";
import { FAMILY_CASES } from "./sequences/families.ts";
import { drawnModel, OPTION_CASES } from "./sequences/models.ts";

let gpu: Device;
beforeAll(async () => {
  gpu = await webgpuDevice({ device: await sharedGpu() });
});
afterAll(() => gpu.dispose());

const full = process.env["X_TESTS"] === "full";
const checks = full ? ALL_CHECKS : FEW_CHECKS;
const cases = [...FAMILY_CASES, ...OPTION_CASES].filter(([name]) => full || name === "nemotron_h_experts");

describe.each(cases)("%s", (_, one) => {
  it.each(checks)("%s", async (name) => {
    const model = drawnModel(one, { device: gpu });
    expect((await measure(name, model, SHORT)).far).toBeLessThan(1e-5);
    model.dispose();
  });
});
