// The model on WebGPU against the same model on the CPU: logits, states, gradients, ten steps of training, decoding. Small: software adapters are slow.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arenaPadding } from "@x/testing";
import { Mamba2LM, type Mamba2Config } from "@x/mamba2";
import { adamw, chain, clipByGlobalNorm, type TokenBatch, trainer } from "@x/nn";
import { capture, type Device, gradientsOf, hostUniform, tensor, webgpuDevice } from "@x/tensor";

let gpu: Device;
beforeAll(async () => {
  gpu = await webgpuDevice({ device: await sharedGpu() });
});
afterAll(() => gpu.dispose());

const base: Partial<Mamba2Config> = { dModel: 16, nLayer: 2, vocabSize: 29, dState: 8, headDim: 8 };

function batchAt(step: number): TokenBatch {
  const u = hostUniform({ seed: 6, stream: step }, 2 * 20);
  const ids = Int32Array.from(u, (v) => Math.floor(v * 29));
  const row = (from: number, to: number): Int32Array =>
    Int32Array.from([...ids.slice(from, to), ...ids.slice(20 + from, 20 + to)]);
  return { x: row(0, 19), y: row(1, 20), shape: [2, 19] };
}

function rms(got: ArrayLike<number>, want: ArrayLike<number>): number {
  const total = (at: (i: number) => number): number =>
    Math.sqrt(Array.from(want, (_, i) => at(i) ** 2).reduce((a, b) => a + b, 0));
  return total((i) => got[i]! - want[i]!) / total((i) => want[i]!);
}

describe.each<[string, Partial<Mamba2Config>]>([
  ["defaults", {}],
  [
    "groups, MLP beside and after, biases, D per channel",
    { nGroups: 2, dSsm: 16, dIntermediate: 8, bias: true, dHasHeadDim: true, tieEmbeddings: false },
  ],
  ["gate without norm, limits, LayerNorm", { gatedNorm: false, dtLimit: [0.01, 0.05], rmsNorm: false }],
])("%s", { timeout: 180_000 }, (_, change) => {
  const modelOn = (device?: Device): Mamba2LM =>
    new Mamba2LM({ ...base, ...change }, { seed: 3, ...(device && { device }) });
  const { x, y, shape } = batchAt(0);

  it("gives the logits and gradients of the CPU", async () => {
    const [cpu, other] = [modelOn(), modelOn(gpu)];
    const gradsOf = (model: Mamba2LM) => {
      const [ids, targets] = [x, y].map((data) => tensor(data, { shape, device: model.device })) as [
        ReturnType<typeof tensor>,
        ReturnType<typeof tensor>,
      ];
      return {
        logits: model.forward(ids),
        ...gradientsOf(
          () => model.loss(ids, targets),
          model.parameters().map(({ value }) => value),
        ),
      };
    };
    const [want, got] = [gradsOf(cpu), gradsOf(other)];
    expect(rms(await got.logits.data(), await want.logits.data())).toBeLessThan(1e-5);
    for (const [i, { path }] of cpu.parameters().entries())
      expect(rms(await got.grads[i]!.data(), await want.grads[i]!.data()), path).toBeLessThan(1e-4);
  });

  it("leaves zeros between its parameters and their moments while it learns", async () => {
    for (const model of [modelOn(), modelOn(gpu)]) {
      const fit = trainer<TokenBatch>(model, chain(clipByGlobalNorm(1), adamw({ lr: 1e-2 })), ({ x, y }) =>
        model.loss(x, y),
      );
      for (let i = 0; i < 2; i++) await fit.step(batchAt(i));
      for (const tensors of [
        model.parameters().map(({ value }) => value),
        model.parameters().map(({ path }) => fit.state.tensors[`m.${path}`]!),
      ]) {
        const padding = await arenaPadding(tensors);
        expect(padding.length).toBeGreaterThan(100);
        expect(padding.every((value) => value === 0)).toBe(true);
      }
      fit.dispose();
    }
  });

  it("decodes like the CPU, on a warm state too", async () => {
    const [cpu, other] = [modelOn(), modelOn(gpu)];
    const rows = [Array.from(x.subarray(0, 19)), Array.from(x.subarray(19))];
    const part = (from: number, to: number): number[][] => rows.map((row) => row.slice(from, to));
    let [a, b] = [cpu, other].map((model) => model.prefill(part(0, 7))) as [
      ReturnType<Mamba2LM["prefill"]>,
      ReturnType<Mamba2LM["prefill"]>,
    ];
    [a, b] = [cpu.prefill(part(7, 12), { state: a.state }), other.prefill(part(7, 12), { state: b.state })];
    for (let t = 12; t < 15; t++) {
      const ids = rows.map((row) => row[t]!);
      [a, b] = [cpu.step(ids, a.state), other.step(ids, b.state)];
      expect(rms(await b.logits.data(), await a.logits.data())).toBeLessThan(1e-4);
    }
    expect(rms(await b.state.layers[1]!.ssm!.data(), await a.state.layers[1]!.ssm!.data())).toBeLessThan(1e-4);
  });
});

it("steps a layer of the standard structure in 5 dispatches, recorded in 3", async () => {
  const dispatchesOf = async (nLayer: number): Promise<[eager: number, recorded: number]> => {
    const device = await webgpuDevice({ device: await sharedGpu() });
    const model = new Mamba2LM({ ...base, nLayer }, { device });
    const { layers } = model.prefill([[1, 2, 3]]).state;
    const step = (): unknown => model.stepLayers(tensor([4], { dtype: "i32", device }), layers);
    const counts = [step, capture(step)].map((run) => {
      const before = device.runner.stats.dispatches;
      run();
      return device.runner.stats.dispatches - before;
    });
    device.dispose();
    return counts as [number, number];
  };
  const [three, two] = [await dispatchesOf(3), await dispatchesOf(2)];
  expect(three[0] - two[0]).toBe(5); // add + norm, in_proj, convolution + scan + gate, norm, out_proj
  expect(three[1] - two[1]).toBe(3); // add + norm + in_proj, convolution + scan + gate, norm + out_proj
});

describe("training", { timeout: 180_000 }, () => {
  it("follows the CPU, repeats bit for bit and does not grow in memory", async () => {
    const losses = async (device?: Device): Promise<number[]> => {
      const model = new Mamba2LM(base, { seed: 3, ...(device && { device }) });
      const fit = trainer<TokenBatch>(
        model,
        chain(clipByGlobalNorm(1), adamw({ lr: 3e-3, weightDecay: 0.1 })),
        (batch) => model.loss(batch.x, batch.y),
      );
      const seen: number[] = [];
      const used: number[] = [];
      for (let i = 0; i < 10; i++) {
        seen.push((await fit.step(batchAt(i))).loss);
        used.push(model.device.memory.usedBytes);
      }
      expect(new Set(used.slice(2)).size).toBe(1);
      fit.dispose();
      model.dispose();
      return seen;
    };
    const got = await losses(gpu);
    for (const [i, want] of (await losses()).entries()) expect(Math.abs(got[i]! - want)).toBeLessThan(1e-4 * want);
    expect(await losses(gpu)).toEqual(got);
  });
});

describe("generation", { timeout: 180_000 }, () => {
  it("gives the greedy tokens of the CPU", async () => {
    const collect = async (model: Mamba2LM): Promise<(number | null)[][]> => {
      const all: (number | null)[][] = [];
      for await (const ids of model.generateIds(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        { maxTokens: 6, temperature: 0 },
      ))
        all.push(ids);
      return all;
    };
    expect(await collect(new Mamba2LM(base, { seed: 3, device: gpu }))).toEqual(
      await collect(new Mamba2LM(base, { seed: 3 })),
    );
  });
});
