// Several batches in one step are one batch: loss, norm of the gradients and weights are those of the whole, whatever each part's share of what counts. The oracle is the one whole batch.
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import {
  adamw,
  type BatchLoss,
  Builder,
  chain,
  clipByGlobalNorm,
  crossEntropy,
  Embedding,
  IGNORE_INDEX,
  Linear,
  Module,
  mseLoss,
  type OnDevice,
  trainer,
  type TokenBatch,
} from "@x/nn";
import { cpuDevice, type Device, mul, type Tensor, webgpuDevice } from "@x/tensor";

const v = 12;
const length = 6;

class Model extends Module {
  readonly embedding: Embedding;
  readonly head: Linear;

  constructor(device: Device) {
    super();
    const builder = new Builder({ seed: 3, device });
    this.embedding = new Embedding(v, 8, { builder: builder.at("embedding") });
    this.head = new Linear(8, v, { builder: builder.at("head") });
  }

  forward(x: Tensor): Tensor {
    return this.head.forward(this.embedding.forward(x));
  }
}

/** Rows of tokens; the first rows have fewer targets that count. */
function batchOf(first: number, last: number, counted: (row: number) => number): TokenBatch {
  const rows = Array.from({ length: last - first }, (_, i) => first + i);
  const x = rows.flatMap((row) => Array.from({ length }, (_, i) => (7 * row + 5 * i) % v));
  const y = rows.flatMap((row) =>
    Array.from({ length }, (_, i) => (i < counted(row) ? (3 * row + i * i) % v : IGNORE_INDEX)),
  );
  return { x: Int32Array.from(x), y: Int32Array.from(y), shape: [rows.length, length] };
}

interface Outcome {
  readonly loss: number;
  readonly gradNorm: number;
  readonly weights: readonly number[];
}

type LossFn = (model: Model) => (batch: OnDevice<TokenBatch>) => BatchLoss;

async function twoSteps(
  device: Device,
  batches: readonly TokenBatch[],
  lossFn: LossFn,
  options: { readonly capture: boolean; readonly lossScale?: number },
): Promise<Outcome> {
  const model = new Model(device);
  using fit = trainer<TokenBatch>(
    model,
    chain(clipByGlobalNorm(0.5), adamw({ lr: 0.01, eps: 1e-3, weightDecay: 0.1 })),
    lossFn(model),
    options,
  );
  await fit.step(batches);
  const { loss, gradNorm } = await fit.step(batches);
  return {
    loss,
    gradNorm: gradNorm!,
    weights: [...(await model.head.weight.value.data()), ...(await model.embedding.weight.value.data())],
  };
}

function expectSame(got: Outcome, expected: Outcome): void {
  expect(Math.abs(got.loss - expected.loss)).toBeLessThan(1e-5);
  expect(Math.abs(got.gradNorm - expected.gradNorm)).toBeLessThan(1e-5);
  expect(Math.max(...got.weights.map((w, i) => Math.abs(w - expected.weights[i]!)))).toBeLessThan(2e-6);
}

const mean: LossFn =
  (model) =>
  ({ x, y }) =>
    crossEntropy(model.forward(x), y);
const total: LossFn =
  (model) =>
  ({ x, y, shape }) => ({ sum: crossEntropy(model.forward(x), y, { reduction: "sum" }), count: shape[0] });

const ways: Readonly<Record<string, { readonly cuts: readonly number[]; readonly counted: (row: number) => number }>> =
  {
    "shares that differ": { cuts: [0, 2, 4, 6], counted: (row) => (row < 2 ? 1 : length) },
    "a first part without a target": { cuts: [0, 2, 6], counted: (row) => (row < 2 ? 0 : 3) },
    "shapes that differ": { cuts: [0, 1, 6], counted: () => length },
    "a last part without a target": { cuts: [0, 4, 6], counted: (row) => (row < 4 ? 5 : 0) },
    "equal shares": { cuts: [0, 3, 6], counted: () => 4 },
  };

let gpu: Promise<Device> | undefined; // compiles its kernels once

describe.each([
  ["cpu", true],
  ["cpu", false],
  ["webgpu", true],
  ["webgpu", false],
] as const)("on %s, capture: %s", (kind, capture) => {
  const device = async (): Promise<Device> =>
    kind === "cpu" ? cpuDevice() : (gpu ??= sharedGpu().then((device) => webgpuDevice({ device })));

  it.each(Object.keys(ways).slice(0, kind === "cpu" ? undefined : 2))("the mean over targets with %s", async (way) => {
    const { cuts, counted } = ways[way]!;
    const parts = cuts.slice(1).map((end, i) => batchOf(cuts[i]!, end, counted));
    const whole = await twoSteps(await device(), [batchOf(0, 6, counted)], mean, { capture });
    expectSame(await twoSteps(await device(), parts, mean, { capture }), whole);
    if (kind === "cpu") expectSame(await twoSteps(await device(), parts, mean, { capture, lossScale: 1024 }), whole);
  });

  it("{ sum, count } of a loss that counts rows", async () => {
    const parts = [batchOf(0, 1, () => 2), batchOf(1, 6, () => length)];
    const whole = batchOf(0, 6, (row) => (row < 1 ? 2 : length));
    expectSame(
      await twoSteps(await device(), parts, total, { capture }),
      await twoSteps(await device(), [whole], total, { capture }),
    );
  });

  it("nothing at all that counts is a loss of NaN, which raises, and of which no gradient comes", async () => {
    const [on, none] = [await device(), batchOf(0, 2, () => 0)];
    for (const batches of [[none], [none, none]]) {
      for (const lossFn of [
        mean,
        ((model) =>
          ({ x, y }) => ({ sum: crossEntropy(model.forward(x), y, { reduction: "sum" }), count: 0 })) as LossFn,
      ]) {
        await expect(twoSteps(on, batches, lossFn, { capture })).rejects.toThrow(
          /trainer: the loss must stay finite; it was NaN/,
        );
        const model = new Model(on);
        using fit = trainer<TokenBatch>(model, chain(clipByGlobalNorm(0.5), adamw({ lr: 0.01 })), lossFn(model), {
          capture,
          allowNonFinite: true,
        });
        const { loss, gradNorm } = await fit.step(batches);
        expect([loss, gradNorm]).toEqual([NaN, 0]);
      }
    }
  });

  it("means whose weights cannot be known are refused", async () => {
    const model = new Model(await device());
    using fit = trainer<{ readonly x: readonly number[][]; readonly goal: readonly number[][] }>(
      model,
      adamw({ lr: 0.01 }),
      ({ x, goal }) => mseLoss(model.head.forward(x), goal),
      { capture },
    );
    const rows = (count: number): { x: number[][]; goal: number[][] } => ({
      x: Array.from({ length: count }, (_, i) => Array.from({ length: 8 }, (_, j) => Math.sin(i + j))),
      goal: Array.from({ length: count }, () => Array.from({ length: v }, () => 1)),
    });
    await fit.step([rows(2), rows(2)]);
    await expect(fit.step([rows(2), rows(3)])).rejects.toThrow(
      "trainer: batches of one step must have the same shapes, or targets y of whole numbers, since the mean of several means needs their weights; got [2,8] and [2,12], then [3,8] and [3,12]. Let lossFn return { sum, count }.",
    );
  });
});

it("what a loss function returns is a scalar, or a sum and its count", async () => {
  const model = new Model(cpuDevice());
  const of = (found: (batch: OnDevice<TokenBatch>) => unknown): Promise<unknown> =>
    trainer<TokenBatch>(model, adamw({ lr: 0.01 }), found as () => BatchLoss).step(batchOf(0, 2, () => length));
  await expect(of(({ x }) => model.forward(x))).rejects.toThrow(
    "trainer: lossFn must be a scalar; got shape [2,6,12]. Take its sum() or mean().",
  );
  await expect(of(({ x }) => ({ sum: model.forward(x).sum(), count: -1 }))).rejects.toThrow(
    "trainer: lossFn's count must be a finite number of at least 0; got -1.",
  );
  await expect(of(({ x }) => ({ sum: mul(model.forward(x), 2) }))).rejects.toThrow(
    "trainer: lossFn must return a scalar tensor, or { sum, count }",
  );
  await expect(of(() => undefined)).rejects.toThrow(/got undefined/);
  await expect(of(() => 3)).rejects.toThrow(/got 3/);
});
