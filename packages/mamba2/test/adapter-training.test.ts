// Training adapters: the base stays as it is, memory stays flat, captured steps see which adapter is in use, dropout draws anew.
import { adamw, chain, clipByGlobalNorm, crossEntropy, randomBatches, trainer, watchModule } from "@x/nn";
import { capture, createCpuDevice, type Device, gradientsOf, type Tensor, tensor } from "@x/tensor";
import { describe, expect, it, test } from "vitest";
import { addAdapter, removeAdapter, useAdapter } from "../src/adapters/index.ts";
import { type Mamba2Fields, Mamba2LM, type Mamba2LMOptions, preset, train } from "../src/index.ts";

const fields = { ...preset("tiny"), nLayer: 2, tieEmbeddings: false };
const tokens = Uint8Array.from({ length: 400 }, (_, i) => (i * i) % 32);
const batches = randomBatches({ tokens, batch: 2, length: 16 });
const modelOn = (device: Device, options: Mamba2LMOptions = {}): Mamba2LM =>
  new Mamba2LM(fields, { device, seed: 1, ...options });

/** Everything that the base holds, as bytes. */
async function bitsOf(model: Mamba2LM): Promise<Buffer> {
  const parts: ArrayBufferView[] = [];
  for (const { value } of model.baseParameters()) parts.push(await value.data());
  for (const { value } of model.quantizedParameters()) parts.push(await value.packed.data(), await value.scales.data());
  return Buffer.concat(
    parts.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  );
}

describe.each<[string, Mamba2LMOptions, Pick<Mamba2Fields, "experts">?]>([
  ["f32", {}],
  ["bf16", { dtype: "bf16" }],
  ["f16 and 8 bits", { dtype: "f16", quantize: { bits: 8 } }],
  ["4 bits", { quantize: { bits: 4 } }],
  ["4 bits, experts", { quantize: { bits: 4 } }, { experts: { count: 4, perToken: 2, width: 32 } }],
])("a base of %s", (_, options, experts) => {
  it("is not changed, while its adapter learns in flat memory", async () => {
    const device = createCpuDevice();
    const model = experts
      ? new Mamba2LM(
          { ...fields, ...experts, nLayer: 1, layers: [["mixer", "experts"]] },
          { device, seed: 1, ...options },
        )
      : modelOn(device, options);
    const before = await bitsOf(model);
    const adapter = addAdapter(model, { rank: 4, ...(experts && { targets: ".*(?:in_proj|router|up|down)" }) });
    expect(model.parameters()).toHaveLength(adapter.modules.length * 2);
    const fit = trainer(model, chain(clipByGlobalNorm(1), adamw({ lr: 0.01 })), ({ x, y }) => model.loss(x, y), {
      stamp: watchModule(model),
    });
    const held = Object.values(fit.state.tensors).reduce((sum, { size }) => sum + size, 0);
    expect(held).toBe(2 * adapter.numParameters);
    const losses: number[] = [];
    const used: number[] = [];
    for (let i = 0; i < 24; i++) {
      losses.push((await fit.step(batches.at(i))).loss);
      used.push(device.memory.usedBytes);
    }
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.05);
    expect(new Set(used.slice(2)).size).toBe(1);
    expect(Buffer.compare(await bitsOf(model), before)).toBe(0);
    fit.dispose();
    removeAdapter(model, adapter);
    expect(model.parameters()).toEqual(model.baseParameters());
    model.dispose();
    expect(device.memory.usedBytes).toBeLessThan(1024); // numbers that ops keep
    device.dispose();
  });
});

test("train() trains what is in use, and says so where that is nothing", async () => {
  const model = modelOn(createCpuDevice(), { quantize: { bits: 4 } });
  const adapter = addAdapter(model, { rank: 2 });
  const losses: number[] = [];
  for await (const { loss } of train(model, { tokens, steps: 12, batch: 2, length: 16, lr: 0.02 })) losses.push(loss);
  expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  useAdapter(model, null);
  expect(() => train(model, { tokens, steps: 1 })).toThrow(/all are frozen and no adapter is in use/);
  useAdapter(model, adapter);
  model.dispose();
});

test("blocks that are computed again give the same gradients of the adapter", async () => {
  const model = modelOn(createCpuDevice());
  const adapter = addAdapter(model, { rank: 2, dora: true });
  for (const { pair } of adapter.modules)
    pair.b.write(pair.b.value.size > 0 ? new Float32Array(pair.b.size).fill(0.01) : new Float32Array());
  const wrt = model.parameters().map(({ value }) => value);
  const [plain, again] = [false, true].map((checkpointing) => {
    model.gradientCheckpointing = checkpointing;
    return gradientsOf(() => model.loss([[1, 2, 3, 4]], [[2, 3, 4, 5]]), wrt).grads;
  });
  for (const [i, grad] of plain!.entries()) expect(await again![i]!.data()).toEqual(await grad!.data());
  model.dispose();
});

describe.each<[string, Mamba2LMOptions & { tied: boolean; target: string }]>([
  ["a head with an adapter", { tied: false, target: "lm_head" }],
  ["a head of bf16", { tied: false, target: "in_proj", dtype: "bf16" }],
  ["an embedding of f16 for a head", { tied: true, target: "in_proj", dtype: "f16" }],
])("%s", (_, { tied, target, ...options }) => {
  it("gives one loss and gradient, block by block or at once", async () => {
    const device = createCpuDevice();
    const model = new Mamba2LM(
      { dModel: 8, nLayer: 1, headDim: 8, dState: 4, vocabSize: 70_000, tieEmbeddings: tied },
      { device, ...options },
    );
    const adapter = addAdapter(model, { rank: 2, targets: [target] });
    for (const { pair } of adapter.modules)
      pair.b.write(Float32Array.from({ length: pair.b.size }, (_, i) => Math.sin(i)));
    const [x, y] = [0, 1].map((shift) =>
      tensor(
        Int32Array.from({ length: 256 }, (_, i) => (i % 9 === 0 && shift ? -100 : i * 7 + shift)),
        { shape: [1, 256], device },
      ),
    );
    const wrt = model.parameters().map(({ value }) => value);
    const blocked = gradientsOf(() => model.loss(x!, y!), wrt);
    const whole = gradientsOf(() => crossEntropy(model.forward(x!), y!), wrt);
    expect(Math.abs((await blocked.value.item()) - (await whole.value.item()))).toBeLessThan(1e-5);
    for (const [i, grad] of whole.grads.entries()) {
      const [got, want] = [await blocked.grads[i]!.data(), await grad!.data()].map((values) => [...values]) as [
        number[],
        number[],
      ];
      expect(want.some((v) => Math.abs(v) > 1e-6)).toBe(true);
      expect(got.reduce((most, v, j) => Math.max(most, Math.abs(v - want[j]!)), 0)).toBeLessThan(1e-6);
    }
    model.dispose();
  });
});

test("a captured step that a stamp guards sees which adapter is in use", async () => {
  const device = createCpuDevice();
  const model = modelOn(device);
  const adapters = ["one", "other"].map((name, i) => {
    const adapter = addAdapter(model, { name, rank: 2 });
    for (const { pair } of adapter.modules) pair.b.write(new Float32Array(pair.b.size).fill(0.1 * (i + 1)));
    return adapter;
  });
  const ids = tensor([[1, 2, 3]], { dtype: "i32", device });
  const step = capture((x: Tensor) => model.forward(x), { stamp: watchModule(model) });
  const bytes = device.memory.usedBytes;
  for (const adapter of [null, ...adapters, adapters[0]!, null]) {
    useAdapter(model, adapter);
    const [got, want] = [step(ids), model.forward(ids)];
    expect(await got.data()).toEqual(await want.data());
    for (const one of [got, want]) one.dispose();
  }
  expect(device.memory.usedBytes - step.plannedBytes - bytes).toBeLessThan(1024);
  const completed = async (): Promise<unknown> =>
    (await model.complete([[5, 6, 7]], { maxTokens: 6, temperature: 0 })).completions[0]![0]!.ids;
  const texts = [];
  for (const adapter of [null, ...adapters, null]) {
    useAdapter(model, adapter);
    texts.push(await completed());
  }
  expect(texts[3]).toEqual(texts[0]);
  expect(new Set(texts.map((one) => JSON.stringify(one))).size).toBe(3);
  model.dispose();
});

test("dropout is drawn by the key of a step, in recorded steps too", async () => {
  const model = modelOn(createCpuDevice());
  const adapter = addAdapter(model, { rank: 2, dropout: 0.5 });
  for (const { pair } of adapter.modules) pair.b.write(new Float32Array(pair.b.size).fill(0.05));
  const { x, y, shape } = batches.at(0);
  const [ids, targets] = [x, y].map((values) => tensor(values, { shape, device: model.device }));
  const lossOf = capture(() => model.loss(ids!, targets!), { stamp: watchModule(model) });
  const lossAt = async (stream: number | undefined): Promise<number> => {
    adapter.dropout.key = stream === undefined ? undefined : { seed: 1, stream };
    return (await lossOf().data())[0]!;
  };
  const [off, first, second] = [await lossAt(undefined), await lossAt(1), await lossAt(2)];
  expect(new Set([off, first, second]).size).toBe(3);
  expect([await lossAt(1), await lossAt(2), await lossAt(undefined)]).toEqual([first, second, off]);
  expect(lossOf.plans).toBeLessThanOrEqual(2);
  model.dispose();
});
