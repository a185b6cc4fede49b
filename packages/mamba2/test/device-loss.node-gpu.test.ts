// The GPU device is lost in the middle of work: a run goes on on a new one, with the bits that it would have had; what else waits for the device says so and does not hang.
// `npm run test:losses` loses it ten times.
import { expect, it } from "vitest";
import { Mamba2LM, train, type TrainEvent, type TrainOptions } from "@x/mamba2";
import { isDeviceLoss, readSafetensors, type WebGPUDevice, webgpuDevice } from "@x/tensor";

const fields = { dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8 };
const tokens = Uint8Array.from({ length: 900 }, (_, i) => (i * i + 3 * i) % 251);
const settings: TrainOptions = { tokens, steps: 6, batch: 2, length: 8, validateEvery: 3, validationTokens: 32 };
const make = (): Promise<WebGPUDevice> => webgpuDevice({ software: true });
const lose = (device: WebGPUDevice): void => device.runner.device.destroy();

it(
  "a run ends with the same bits on a new device; reads and generation on a lost one raise",
  { timeout: 120_000 },
  async () => {
    const [first, second] = [await make(), await make()]; // each compiles its kernels, which takes most of the time
    const trained = async (losses: boolean): Promise<{ file: unknown; events: TrainEvent[]; model: Mamba2LM }> => {
      const model = new Mamba2LM(fields, { device: first, seed: 1 });
      const run = train(model, { ...settings, newDevice: () => second });
      const events: TrainEvent[] = [];
      for await (const event of run) {
        events.push(event);
        if (losses && event.step === 4 && !event.recovered) setTimeout(() => lose(first), 2); // in the step that follows
      }
      const { tensors, metadata } = readSafetensors(await run.serialize());
      return {
        file: { metadata, moments: [...tensors].map(([name, { bytes }]) => [name, [...bytes]]) },
        events,
        model,
      };
    };
    const [alone, lost] = [await trained(false), await trained(true)];
    expect(lost.file).toEqual(alone.file);
    const [recovered, ...more] = lost.events.flatMap((event) => event.recovered ?? []);
    expect(more).toEqual([]);
    expect(recovered).toMatchObject({ step: 3, device: second.description });
    expect(recovered!.reason).toContain("the GPU device was lost");
    expect(lost.model.device).toBe(second);

    const { model } = lost;
    let waiting: Promise<PromiseSettledResult<unknown>[]> | undefined;
    const ids = async (): Promise<void> => {
      let count = 0;
      for await (const _ of model.generateIds([[1, 2, 3]], { maxTokens: 40 })) {
        if (++count !== 3) continue;
        const logits = model.forward([1, 2, 3]);
        const reads = [logits.data(), second.sync(), model.save(), model.normF.weight.hostValue(), model.copyToHost()];
        waiting = Promise.allSettled<unknown>(reads);
        lose(second);
      }
    };
    await expect(ids()).rejects.toSatisfy(isDeviceLoss); // in the middle
    const results = await waiting!;
    expect(results).toHaveLength(5);
    for (const one of results) expect(one).toMatchObject({ reason: { kind: "lost" } });
    await expect(ids()).rejects.toSatisfy(isDeviceLoss);
    await expect(model.complete(["a"])).rejects.toSatisfy(isDeviceLoss);
    for (const device of [first, second]) device.dispose();
  },
);
