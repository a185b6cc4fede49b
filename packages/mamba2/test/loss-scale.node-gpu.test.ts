// The loss scale that a run, or a trainer of one's own, has by itself: that of its device's products.
import { sharedGpu } from "@x/testing/shared-gpu";
import { expect, it } from "vitest";
import { Mamba2LM, preset, train } from "../src/index.ts";
import { adamw, trainer, defaultLossScale } from "@x/nn";
import { webgpuDevice } from "@x/tensor";

it.each([
  ["f16", "dynamic"],
  ["f32", 1],
] as const)("products in %s: %s", async (matmulPrecision, scale) => {
  const device = await webgpuDevice({ device: await sharedGpu(), matmulPrecision });
  const model = new Mamba2LM(preset("tiny", { nLayer: 1 }), { device });
  const options = { text: "to be or not to be ".repeat(400), steps: 1, batch: 1, length: 16 };
  expect(train(model, options).settings.lossScale).toBe(scale);
  expect(train(model, { ...options, lossScale: 8 }).settings.lossScale).toBe(8);
  using own = trainer(model, adamw({ lr: 1e-3 }), ({ x, y }) => model.loss(x, y));
  expect(own.lossScale?.scale).toBe(scale === "dynamic" ? 65536 : undefined);
  expect(defaultLossScale(device)).toBe(scale);
  device.dispose();
});
