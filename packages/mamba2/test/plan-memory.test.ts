// The memory that a step is said to take, against what the device measures while steps are made; and plans that do not fit.
import { estimateMemory, Mamba2LM, type MemoryPlan, planMemory, preset, train, type TrainOptions } from "@x/mamba2";
import { randomBatches } from "@x/nn";
import { createCpuDevice, type Device } from "@x/tensor";
import { expect, it } from "vitest";
import { addAdapter } from "../src/adapters/index.ts";

const plain = { ...preset("tiny", { nLayer: 2 }) };
const [batch, length] = [2, 128];
const batches = randomBatches({ tokens: Uint8Array.from({ length: 3000 }, (_, i) => (i * i) % 251), batch, length });

interface Case {
  readonly fields?: ConstructorParameters<typeof Mamba2LM>[0];
  readonly options?: Partial<TrainOptions>;
  readonly adapter?: boolean;
  readonly checkpointing?: boolean;
}

const cases: Readonly<Record<string, Case>> = {
  plain: {},
  "moments of 8 bits, dynamic scale": { options: { moments: "8bit", lossScale: "dynamic" } },
  adafactor: { options: { optimizer: "adafactor" } },
  checkpointing: { checkpointing: true },
  "a hybrid": {
    fields: {
      ...plain,
      layers: [
        ["mixer", "mlp"],
        ["attention", "mlp"],
      ],
      attention: { heads: 4, keyValueHeads: 2, headDim: 24, rotary: { size: 24 } },
      dIntermediate: 192,
    },
  },
  "an adapter over 4 bits": { fields: { ...plain, dModel: 128 }, adapter: true },
  "an adapter over 4 bits, checkpointing": { fields: { ...plain, dModel: 128 }, adapter: true, checkpointing: true },
};

function made({ fields = plain, adapter = false, checkpointing = false }: Case): {
  model: Mamba2LM;
  device: Device;
} {
  const device = createCpuDevice();
  const model = new Mamba2LM(fields, { device, seed: 1, ...(adapter && { quantize: { bits: 4 as const } }) });
  if (adapter) addAdapter(model, { rank: 4 });
  model.gradientCheckpointing = checkpointing;
  return { model, device };
}

it.each(Object.entries(cases))("of %s is what is measured", async (name, one) => {
  const { model, device } = made(one);
  const options: TrainOptions = { batches, steps: 2, ...one.options };
  const plan = await planMemory(model, options);
  const values = await Promise.all(model.parameters().map(({ value }) => value.data()));
  expect(device.memory.usedBytes).toBeLessThan(1.05 * (plan.parameters + plan.others)); // planning left nothing, and changed nothing
  let used = 0;
  for await (const { step } of train(model, { ...options, onPlan: (again) => expect(again.step).toBe(plan.step) })) {
    used = Math.max(used, device.memory.usedBytes);
    if (step === 1) expect(await Promise.all(model.parameters().map(({ value }) => value.data()))).not.toEqual(values);
  }
  const { peakBytes } = device.memory;
  expect(Math.abs(plan.total / peakBytes - 1), `${name}: planned ${plan.total}, peak ${peakBytes}`).toBeLessThan(0.02);
  expect(plan.holders.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(plan.step);
  if (process.env["SHOW"])
    console.log(
      `| ${name} | ${[plan.parameters + plan.others, plan.gradients, plan.optimizer, plan.step, plan.total, peakBytes].map((bytes) => (bytes / 2 ** 20).toFixed(2)).join(" | ")} | ${(100 * (plan.total / peakBytes - 1)).toFixed(2)} % | ${one.adapter || one.checkpointing ? "" : `${(100 * (estimateMemory(model.config, { batch, length }).bytesToTrain / peakBytes - 1)).toFixed(1)} %`} |`,
    );
  device.dispose();
});

it("refuses a plan that does not fit before any step, with the largest holders and what to change", async () => {
  const { model, device } = made({});
  const before = await model.parameters()[0]!.value.data();
  const whole = await planMemory(model, { batches });
  let plan: MemoryPlan | undefined;
  const tooLittle = train(model, { batches, memoryLimit: whole.total - 1, onPlan: (found) => (plan = found) });
  await expect(tooLittle[Symbol.asyncIterator]().next()).rejects.toThrow(
    /^train: a step must fit in 5\.\d MiB; it needs 5\.\d MiB: the step 3\.\d MiB, .*parameters in training 0\.\d MiB\. The largest in the step: 2 × linear f32\[256,454\] 0\.\d MiB, .* What takes less: a smaller batch or length, gradient checkpointing, moments "8bit", an adapter over a quantized model\.$/,
  );
  expect(plan).toBeUndefined();
  expect(tooLittle.step).toBe(0);
  expect(await model.parameters()[0]!.value.data()).toEqual(before);
  for await (const { step } of train(model, { batches, steps: 1, memoryLimit: whole.total + 4096 }))
    expect(step).toBe(1);
  device.dispose();
});
