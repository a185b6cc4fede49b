// The GPU device is lost in the middle of a run, in Node and in a page: the run goes on on a new device from its last saved step, says so, and ends with the bits that it would have had.
import { expect, it } from "vitest";
import { Mamba2LM, train, type TrainEvent, type TrainOptions } from "@x/mamba2";
import { readSafetensors, type WebGPUDevice, webgpuDevice } from "@x/tensor";

const fields = { dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8 };
const tokens = Uint8Array.from({ length: 900 }, (_, i) => (i * i + 3 * i) % 251);
const settings: TrainOptions = { tokens, steps: 6, batch: 2, length: 8, validateEvery: 3, validationTokens: 32 };
const make = (): Promise<WebGPUDevice> => webgpuDevice({ software: true });

it("a run ends with the same bits on a new device, and says that it went there", { timeout: 120_000 }, async () => {
  const [first, second] = [await make(), await make()]; // made alike: what other tests measured or set on a device chooses other kernels
  const trained = async (losses: boolean): Promise<{ file: unknown; events: TrainEvent[]; model: Mamba2LM }> => {
    const model = new Mamba2LM(fields, { device: first, seed: 1 });
    const run = train(model, { ...settings, newDevice: () => second });
    const events: TrainEvent[] = [];
    for await (const event of run) {
      events.push(event);
      if (losses && event.step === 4 && !event.recovered) setTimeout(() => first.runner.device.destroy(), 2); // in the step that follows
    }
    const { tensors, metadata } = readSafetensors(await run.serialize());
    return { file: { metadata, moments: [...tensors].map(([name, { bytes }]) => [name, [...bytes]]) }, events, model };
  };
  const [alone, lost] = [await trained(false), await trained(true)];
  expect(lost.file).toEqual(alone.file);
  const [recovered, ...more] = lost.events.flatMap((event) => event.recovered ?? []);
  expect(more).toEqual([]);
  expect(recovered).toMatchObject({ step: 3, device: second.description });
  expect(recovered!.reason).toContain("the GPU device was lost");
  const recoveredAt = lost.events.findIndex((event) => event.recovered !== undefined);
  expect(lost.events.slice(recoveredAt).map(({ step }) => step)).toEqual([4, 5, 6]);
  expect(lost.model.device).toBe(second);
  second.dispose();
});
