// The GPU device is lost while others wait for it: what waits says so and does not hang. What a run does then is in device-loss.gpu.test.ts; `npm run test:losses` loses it ten times.
import { expect, it } from "vitest";
import { Mamba2LM } from "@x/mamba2";
import { isDeviceLoss, webgpuDevice } from "@x/tensor";

it("reads and generation on a lost device raise", { timeout: 120_000 }, async () => {
  const device = await webgpuDevice({ software: true });
  const model = new Mamba2LM({ dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8 }, { device, seed: 1 });
  let waiting: Promise<PromiseSettledResult<unknown>[]> | undefined;
  const ids = async (): Promise<void> => {
    let count = 0;
    for await (const _ of model.generateIds([[1, 2, 3]], { maxTokens: 40 })) {
      if (++count !== 3) continue;
      const logits = model.forward([1, 2, 3]);
      const reads = [logits.data(), device.sync(), model.save(), model.normF.weight.hostValue(), model.copyToHost()];
      waiting = Promise.allSettled<unknown>(reads);
      device.runner.device.destroy();
    }
  };
  await expect(ids()).rejects.toSatisfy(isDeviceLoss); // in the middle
  const results = await waiting!;
  expect(results).toHaveLength(5);
  for (const one of results) expect(one).toMatchObject({ reason: { kind: "lost" } });
  await expect(ids()).rejects.toSatisfy(isDeviceLoss);
  await expect(model.complete(["a"])).rejects.toSatisfy(isDeviceLoss);
  device.dispose();
});
