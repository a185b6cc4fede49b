// Weights larger than a binding: with a low limit, a model whose table of the vocabulary is beyond it computes, learns and writes what it does without the limit.
import { chain, clipByGlobalNorm, adamw, trainer } from "@x/nn";
import { gradientsOf, tensor, webgpuDevice, type WebGPUDevice } from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";
import { Mamba2LM } from "../src/index.ts";

const limit = 36864;
/** As large as gradients here: with the usual one, AdamW makes a whole step of the rounding of a gradient that is almost 0, and sums by parts round otherwise than whole ones. */
const eps = 1e-3;
const free = await webgpuDevice({ device: await sharedGpu(), poison: true });
const low = await webgpuDevice({
  device: await sharedGpu(),
  poison: true,
  caps: { maxStorageBufferBindingSize: limit },
});
afterAll(() => [free, low].forEach((device) => device.dispose()));

const [batch, length, vocabulary] = [2, 8, 561];
const ids = Int32Array.from({ length: batch * length }, (_, i) => (i * 97 + 13) % vocabulary);
const next = Int32Array.from({ length: batch * length }, (_, i) => (i % 7 === 3 ? -100 : (i * 89 + 480) % vocabulary));

function modelOn(device: WebGPUDevice, tieEmbeddings: boolean): Mamba2LM {
  return new Mamba2LM(
    {
      dModel: 32,
      nLayer: 2,
      headDim: 16,
      dState: 8,
      vocabSize: vocabulary,
      padVocabSizeMultiple: 1,
      tieEmbeddings,
      chunkSize: 8,
    },
    { device, seed: 3 },
  );
}

function expectClose(what: string, got: ArrayLike<number>, want: ArrayLike<number>, ratio = 2e-5): void {
  let [error, scale] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    error += (got[i]! - want[i]!) ** 2;
    scale += want[i]! ** 2;
  }
  expect(got.length).toBe(want.length);
  expect(Math.sqrt(error / scale), what).toBeLessThan(ratio);
}

describe.each([
  ["tied", true],
  ["untied", false],
] as const)("a model whose table is beyond the limit, %s", (_, tied) => {
  it("has logits, gradients and losses as without the limit", async () => {
    const [a, b] = [modelOn(low, tied), modelOn(free, tied)];
    expect(a.parameters().filter(({ value }) => value.storage.sizeBytes > limit).length).toBe(tied ? 1 : 2);
    const [x, y] = [low, free].map((device) => tensor(ids, { shape: [batch, length], device }));
    const [p, q] = [low, free].map((device) => tensor(next, { shape: [batch, length], device }));
    expectClose("logits", await a.forward(x!).data(), await b.forward(y!).data());
    expectClose("logits of one position", await a.prefill(x!).logits.data(), await b.prefill(y!).logits.data());
    const [got, want] = [
      gradientsOf(
        () => a.loss(x!, p!),
        a.parameters().map(({ value }) => value),
      ),
      gradientsOf(
        () => b.loss(y!, q!),
        b.parameters().map(({ value }) => value),
      ),
    ];
    expect(await got.value.item()).toBeCloseTo(await want.value.item(), 5);
    for (const [i, { path }] of a.parameters().entries())
      expectClose(path, await got.grads[i]!.data(), await want.grads[i]!.data(), 1e-4);
  });

  it("takes the same training steps, recorded and not, and writes the same tokens", async () => {
    for (const capture of [true, false]) {
      const models = [modelOn(low, tied), modelOn(free, tied)];
      const fits = models.map((model) =>
        trainer<{ x: Int32Array; y: Int32Array; shape: readonly number[] }>(
          model,
          chain(clipByGlobalNorm(1), adamw({ lr: 1e-2, weightDecay: 0.1, eps })),
          ({ x, y }) => model.loss(x, y),
          { capture },
        ),
      );
      for (let i = 0; i < 3; i++) {
        const [got, want] = await Promise.all(fits.map((fit) => fit.step({ x: ids, y: next, shape: [batch, length] })));
        expect(got!.loss).toBeCloseTo(want!.loss, 4);
        expect(got!.gradNorm! / want!.gradNorm!).toBeCloseTo(1, 5);
      }
      const texts = await Promise.all(
        models.map(async (model) => {
          const tokens: (number | null)[] = [];
          for await (const column of model.generateIds(
            [
              [5, 530, 33],
              [320, 7, 560],
            ],
            { maxTokens: 12, temperature: 0 },
          ))
            tokens.push(...column);
          return tokens;
        }),
      );
      expect(texts[0]).toEqual(texts[1]);
      for (const made of [...fits, ...models]) made.dispose();
    }
  });
});

it("refuses what has no way around the limit, with the numbers", () => {
  const large = tensor(new Float32Array(limit / 4 + 64), { shape: [2, limit / 8 + 32], device: low });
  expect(() => large.transpose()).toThrow(
    new RegExp(`the buffer of "x" has \\d+ bytes; maxStorageBufferBindingSize of this device is ${limit}`),
  );
});
