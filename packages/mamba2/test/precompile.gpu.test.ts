// What is compiled ahead: a first step and a first token compile nothing, and what they give is what they give without.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nextTurn } from "@x/base";
import { generateIds, type Mamba2Fields, Mamba2LM, train } from "@x/mamba2";
import { adamw, chain, clipByGlobalNorm, trainer } from "@x/nn";
import {
  capture,
  type CompileProgress,
  mul,
  precompile,
  type Tensor,
  tensor,
  tidy,
  type WebGPUDevice,
  webgpuDevice,
} from "@x/tensor";

let gpu: WebGPUDevice;
beforeAll(async () => {
  gpu = await webgpuDevice({ device: await sharedGpu() });
});
afterAll(() => gpu.dispose());

const fields: Mamba2Fields = { dModel: 16, nLayer: 1, vocabSize: 61, padVocabSizeMultiple: 16, dState: 8, headDim: 8 };
const hybrid: Mamba2Fields = {
  ...fields,
  nLayer: 2,
  layers: [["mixer"], ["attention"]],
  attention: { heads: 2, headDim: 8 },
};
const pipelines = (): number => gpu.runner.stats.pipelines;

/** What a run of `compile` said; that it compiled something, and `after` nothing. */
async function compiling(
  compile: (onProgress: (progress: CompileProgress) => void) => Promise<unknown>,
  after: () => Promise<unknown>,
): Promise<void> {
  const told: CompileProgress[] = [];
  const before = pipelines();
  await compile((progress) => told.push(progress));
  const ready = pipelines();
  expect(ready).toBeGreaterThan(before);
  expect(told[0]).toEqual({ done: 0, total: expect.any(Number) });
  expect(told.at(-1)).toEqual({ done: told.at(-1)!.total, total: told.at(-1)!.total });
  await after();
  expect(pipelines()).toBe(ready);
}

describe("compiling ahead", () => {
  it("a function that is run as it stands", async () => {
    using x = tensor([1, 2, 3], { device: gpu });
    const f = (x: Tensor): Tensor => mul(mul(x, x), 7.125);
    await compiling(
      (onProgress) => precompile(f, [x], { onProgress }),
      async () => expect(await tidy(() => f(x)).toArray()).toEqual([7.125, 28.5, 64.125]),
    );
  });

  it("a captured function: another kernel, since its ops are fused", async () => {
    using x = tensor([1, 2, 3], { device: gpu });
    const f = capture((x: Tensor) => mul(mul(mul(x, x), x), 3.0625));
    await compiling(
      (onProgress) => f.precompile([x], { onProgress }),
      async () => expect(await f(x).toArray()).toEqual([3.0625, 24.5, 82.6875]),
    );
    expect(f.plans).toBe(1);
    f.dispose();
  });

  // Recording, planning and taking memory have a turn of the event loop each; a call may come between any two.
  it.each([0, 1, 2, 3])("a captured function may be called while it compiles, %i turns later", async (later) => {
    using x = tensor([1, 2], { device: gpu });
    const factor = 5.5 + later;
    const f = capture((x: Tensor) => mul(mul(mul(x, x), x), factor));
    const ready = f.precompile([x]);
    for (let i = 0; i < later; i++) await nextTurn();
    expect(await f(x).toArray()).toEqual([factor, 8 * factor]);
    await ready;
    expect(f.plans).toBe(1);
    expect(await f(x).toArray()).toEqual([factor, 8 * factor]);
    f.dispose();
  });

  it("refuses to be called where other eyes are on the ops", async () => {
    using x = tensor([1], { device: gpu });
    const f = capture((x: Tensor) => mul(x, 2));
    const errors: Promise<unknown>[] = [];
    const outer = capture((x: Tensor) => {
      errors.push(
        f.precompile([x]).catch((error: unknown) => error),
        precompile(f, [x]).catch((error: unknown) => error),
      );
      return mul(x, 3);
    });
    outer(x).dispose();
    for (const error of await Promise.all(errors))
      expect(String(error)).toMatch(/must not be called in a captured function/);
    outer.dispose();
  });

  it("stops for the signal, with its reason", async () => {
    using x = tensor([1, 2], { device: gpu });
    const f = (x: Tensor): Tensor => mul(mul(x, x), 0.40625);
    const reason = new Error("enough");
    await expect(precompile(f, [x], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  for (const [name, config] of Object.entries({ "Mamba-2": fields, "a hybrid": hybrid })) {
    for (const lossScale of [1, "dynamic"] as const) {
      it(`a training step of ${name}, loss scale ${lossScale}`, async () => {
        const batch = { x: Int32Array.of(1, 2, 3, 4, 5, 6), y: Int32Array.of(2, 3, 4, 5, 6, 7), shape: [2, 3] };
        const losses: number[][] = [];
        for (const ahead of [true, false]) {
          const model = new Mamba2LM(config, { device: gpu, seed: 3 });
          using fit = trainer<typeof batch>(
            model,
            chain(clipByGlobalNorm(1), adamw({ lr: 0.01 })),
            ({ x, y }) => model.loss(x, y),
            { lossScale },
          );
          if (ahead) await fit.precompile(batch);
          const ready = pipelines();
          losses.push([(await fit.step(batch)).loss, (await fit.step(batch)).loss]);
          if (ahead) expect(pipelines()).toBe(ready);
          expect(fit.state.step).toBe(2);
          model.dispose();
        }
        expect(losses[0]).toEqual(losses[1]);
      });
    }

    it(`the tokens of ${name}`, async () => {
      const model = new Mamba2LM(config, { device: gpu, seed: 5 });
      const options = { maxTokens: 5, temperature: 0.7, topK: 11, seed: 4, eosTokenId: null };
      const prompts = [[1, 2, 3, 4, 5, 6, 7], [9]];
      const tokens = async (): Promise<unknown[]> => {
        const all: unknown[] = [];
        for await (const ids of generateIds(model, prompts, options)) all.push(ids);
        return all;
      };
      await model.precompile(prompts, options);
      const { usedBytes } = gpu.memory; // with numbers that the device keeps
      await model.precompile(prompts, options);
      expect(gpu.memory.usedBytes).toBe(usedBytes);
      const ready = pipelines();
      const first = await tokens();
      expect(pipelines()).toBe(ready);
      expect(first).toHaveLength(5);
      expect(await tokens()).toEqual(first);
      expect(gpu.memory.usedBytes).toBe(usedBytes);
      model.dispose();
    });
  }

  it("train does so by itself, and tells", async () => {
    const model = new Mamba2LM({ ...fields, dModel: 24 }, { device: gpu, seed: 3 });
    const told: CompileProgress[] = [];
    let ready = 0;
    for await (const { step } of train(model, {
      tokens: Uint8Array.from({ length: 400 }, (_, i) => i % 61),
      steps: 2,
      batch: 2,
      length: 16,
      heldOut: 0,
      onCompile: (progress) => told.push(progress),
    })) {
      if (step === 1) ready = pipelines();
    }
    expect(pipelines()).toBe(ready);
    expect(told.length === 0 || told.at(-1)!.done === told.at(-1)!.total).toBe(true);
    model.dispose();
  });
});
