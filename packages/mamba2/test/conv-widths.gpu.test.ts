// A convolution of one token on WebGPU: its state has no column that a later token sees.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Device, gradientsOf, webgpuDevice } from "@x/tensor";
import { Mamba2LM } from "@x/mamba2";

let gpu: Device;
beforeAll(async () => {
  gpu = await webgpuDevice({ device: await sharedGpu() });
});
afterAll(() => gpu.dispose());

const config = { dModel: 16, nLayer: 2, vocabSize: 23, dState: 8, headDim: 8, dConv: 1 };
const ids = [11, 4, 20, 1, 8];

test("at once, in parts, token by token, and as on the CPU", async () => {
  const [model, cpu] = [new Mamba2LM(config, { seed: 4, device: gpu }), new Mamba2LM(config, { seed: 4 })];
  const want = await cpu.forward(ids, { logitsToKeep: 1 }).data();
  const { state } = model.prefill(ids.slice(0, 3));
  const rest = model.prefill(ids.slice(3), { state });
  const stepped = model.step([ids[4]!], model.step([ids[3]!], state).state);
  for (const got of [model.forward(ids, { logitsToKeep: 1 }), rest.logits, stepped.logits]) {
    const data = await got.data();
    for (const [i, value] of want.entries()) expect(Math.abs(data[i]! - value)).toBeLessThan(1e-4);
  }
  const gradientOf = async (of: Mamba2LM): Promise<ArrayLike<number>> => {
    const weight = of.namedParameters().get("backbone.layers.0.mixer.conv1d.weight")!.value;
    return gradientsOf(() => of.loss(ids.slice(0, 4), ids.slice(1)), [weight]).grads[0]!.data();
  };
  const [got, expected] = [await gradientOf(model), await gradientOf(cpu)];
  for (let i = 0; i < expected.length; i++) expect(Math.abs(got[i]! - expected[i]!)).toBeLessThan(1e-4);
});
