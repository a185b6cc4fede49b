// Steps in bursts: tokens, and after any of them logits and state, are those of steps one by one, bit for bit.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";
import { Mamba2LM } from "@x/mamba2";
import { eq, leaves, mul, reshape, type Tensor, webgpuDevice, where } from "@x/tensor";
import { TokenChooser } from "../src/generation/chooser.ts";
import { DecodeQueue } from "../src/generation/decode-queue.ts";
import { smallModel } from "./small-model.ts";

const gpu = await webgpuDevice({ device: await sharedGpu(), poison: true });
afterAll(() => gpu.dispose());

const models: Record<string, ConstructorParameters<typeof Mamba2LM>[0]> = {
  "Mamba-2": smallModel,
  hybrid: { ...smallModel, layers: [["mixer"], ["attention"]], attention: { heads: 2, keyValueHeads: 1, headDim: 8 } },
};
const samplings = {
  greedy: { temperature: 0 },
  sampled: { temperature: 1, topK: 20, presencePenalty: 0.5 },
};
const rows = 2;

interface Run {
  readonly ids: number[][];
  readonly logits: number[];
  readonly state: number[][];
}

/** Reads `count` tokens of each row, then settles. */
async function run(
  model: Mamba2LM,
  options: (typeof samplings)[keyof typeof samplings],
  count: number,
  steps: { ahead: number; fastAhead: number; burst?: number },
  endTokens: readonly number[] = [],
): Promise<Run> {
  const read = model.prefill([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const width = read.logits.shape.at(-1)!;
  const choices = Array.from({ length: rows }, (_, stream) => ({
    options,
    seed: 7,
    stream,
    drawn: 0,
    history: { recent: [], counts: new Map<number, number>(), generated: new Map<number, number>() },
  }));
  const chooser = new TokenChooser(gpu, choices, { vocabSize: smallModel.vocabSize, width, top: -1, endTokens });
  const queue = new DecodeQueue(model, chooser, { constrained: false, ...steps });
  try {
    await queue.begin(read, undefined, {});
    const ids: number[][] = [];
    while (ids.length < count) {
      ids.push((await queue.found()).map(({ id }) => id));
      queue.advance();
      queue.fill(count - ids.length);
    }
    const { logits, state } = queue.settle();
    return {
      ids,
      logits: [...(await logits.data())],
      state: await Promise.all(leaves(state.layers).map(async (one) => [...(await one.data())])),
    };
  } finally {
    await queue.dispose();
  }
}

describe.each(Object.keys(models))("bursts of steps of a %s model", (name) => {
  const model = new Mamba2LM(models[name]!, { device: gpu, seed: 3 });
  const one = { ahead: 2, fastAhead: 2 };
  const three = { ahead: 2, fastAhead: 6, burst: 3 };

  it.each(Object.entries(samplings))("make what single steps make, %s", async (_, options) => {
    await run(model, options, 12, three); // constants stay on the device from the first time on
    const { usedBytes } = gpu.memory;
    for (const count of [4, 9, 10, 11, 12]) {
      const got = await run(model, options, count, three);
      expect(got).toEqual(await run(model, options, count, one));
    }
    expect(gpu.memory.usedBytes).toBe(usedBytes);
  });

  it("feed end tokens to rows that have ended", async () => {
    const free = await run(model, samplings.greedy, 3, one);
    const end = [free.ids[2]![0]!];
    const got = await run(model, samplings.greedy, 11, three, end);
    expect(got).toEqual(await run(model, samplings.greedy, 11, one, end));
  });

  it("can be left within one", async () => {
    const { usedBytes } = gpu.memory;
    const read = model.prefill([[1, 2, 3]]);
    const chooser = new TokenChooser(
      gpu,
      [{ options: samplings.greedy, seed: 1, stream: 0, drawn: 0, history: undefined }],
      {
        vocabSize: smallModel.vocabSize,
        width: read.logits.shape.at(-1)!,
        top: -1,
        endTokens: [],
      },
    );
    const queue = new DecodeQueue(model, chooser, { constrained: false, ...three });
    await queue.begin(read, undefined, {});
    queue.fill(20);
    const { submits } = gpu.runner.stats;
    for (let i = 0; i < 3; i++) {
      await queue.found();
      queue.advance();
    }
    expect(gpu.runner.stats.submits).toBe(submits); // the tokens of a burst came together
    await queue.dispose();
    expect(gpu.memory.usedBytes).toBe(usedBytes);
  });
});

it("says what a step of a burst met", async () => {
  const model = new Mamba2LM(models["Mamba-2"]!, { device: gpu, seed: 3 });
  const normal = model.stepLayers.bind(model);
  const ids: number[] = [];
  for await (const [id] of model.generateIds([[1, 2, 3]], { temperature: 0, maxTokens: 3, eosTokenId: null }))
    ids.push(id!);
  expect(ids).toHaveLength(3);
  const broken = {
    config: model.config,
    device: gpu,
    prefill: model.prefill.bind(model),
    stepLayers: (fed: Tensor, layers: Parameters<typeof normal>[1]) => {
      const next = normal(fed, layers);
      return { ...next, logits: mul(next.logits, where(reshape(eq(fed, ids[1]!), [1, 1]), NaN, next.logits)) };
    },
  };
  const read = model.prefill([[1, 2, 3]]);
  const width = read.logits.shape.at(-1)!;
  const chooser = new TokenChooser(
    gpu,
    [{ options: samplings.greedy, seed: 1, stream: 0, drawn: 0, history: undefined }],
    {
      vocabSize: smallModel.vocabSize,
      width,
      top: -1,
      endTokens: [],
    },
  );
  const queue = new DecodeQueue(broken, chooser, { constrained: false, ahead: 2, fastAhead: 8, burst: 4 });
  await queue.begin(read, undefined, {});
  queue.fill(20);
  const faults: number[] = [];
  for (let i = 0; i < 3; i++) {
    faults.push((await queue.found())[0]!.fault);
    if (i < 2) queue.advance();
  }
  expect(faults.slice(0, 2)).toEqual([-1, -1]);
  expect(faults[2]).not.toBe(-1);
  const logits = await queue.settle().logits.data();
  expect(logits[faults[2]!]).toBeNaN();
  await queue.dispose();
});
