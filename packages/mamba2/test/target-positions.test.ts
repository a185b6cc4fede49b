// Logits only where targets count: the loss and the gradients of all places, from fewer products.
import { describe, expect, it } from "vitest";
import { Mamba2LM, type Mamba2Fields, train } from "@x/mamba2";
import { addAdapter } from "@x/mamba2/adapters";
import { IGNORE_INDEX, type TokenBatch } from "@x/nn";
import { gradientsOf, tensor, type Tensor } from "@x/tensor";
import { targetPositions } from "../src/train/target-positions.ts";

const small: Mamba2Fields = { dModel: 16, nLayer: 1, vocabSize: 40, dState: 8, headDim: 8, chunkSize: 8 };

/** Targets of 2 × `length` places of which `counted` count. */
function batch(counted: readonly number[], length: number = 12): TokenBatch {
  const x = Int32Array.from({ length: 2 * length }, (_, i) => (7 * i) % 40);
  const y = new Int32Array(2 * length).fill(IGNORE_INDEX);
  for (const place of counted) y[place] = (3 * place) % 40;
  return { x, y, shape: [2, length] };
}

it("takes the places that count, and others up to a quarter of all", () => {
  expect([...targetPositions(batch([5, 9, 20]).y)!]).toEqual([5, 9, 20, 0, 0, 0]);
  expect(targetPositions(batch([0, 1, 2, 3, 4, 5, 6]).y)!).toHaveLength(12);
  expect(targetPositions(batch([]).y)).toBeUndefined();
  expect(targetPositions(batch(Array.from({ length: 19 }, (_, i) => i)).y)).toBeUndefined();
});

describe.each([
  ["a tied head", small, false],
  ["a head of its own with an adapter", { ...small, tieEmbeddings: false }, true],
  ["a head in blocks", { ...small, vocabSize: 2 ** 16 }, false],
] as const)("%s", (_, fields, adapted) => {
  it("has the same loss and gradients", async () => {
    const model = new Mamba2LM(fields, { seed: 1 });
    if (adapted) addAdapter(model, { rank: 2, targets: ["lm_head", "in_proj"] });
    const { x, y, shape } = batch([3, 4, 17], fields.vocabSize === 40 ? 12 : 136); // more than 2^24 logits in all
    const [ids, targets] = [x, y].map((flat) => tensor(flat, { shape })) as [Tensor, Tensor];
    const places = tensor(targetPositions(y)!);
    const parameters = model.parameters().map(({ value }) => value);
    const of = async (options: object): Promise<number[]> => {
      const { value, grads } = gradientsOf(() => model.loss(ids, targets, options), parameters);
      const parts = await Promise.all([value, ...grads].map((one) => one!.data()));
      const sums = parts.flatMap((part) => Array.from(part.subarray(0, 1e4)));
      for (const one of [value, ...grads]) one?.dispose();
      return sums.map(Number);
    };
    const [all, few] = [await of({}), await of({ places })];
    const largest = all.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    expect(largest).toBeGreaterThan(0.1);
    const error = few.reduce((most, one, i) => Math.max(most, Math.abs(one - all[i]!)), 0);
    expect(error).toBeLessThan(1e-6 * largest);
    model.dispose();
  });
});

it("train() makes logits of these alone", async () => {
  const model = new Mamba2LM(small, { seed: 1 });
  const seen: (number | undefined)[] = [];
  const loss = model.loss.bind(model);
  model.loss = (ids, following, options = {}) => {
    seen.push(options.places?.size);
    return loss(ids, following, options);
  };
  const batches = { at: (step: number) => batch(step === 0 ? [3, 17] : Array.from({ length: 24 }, (_, i) => i)) };
  for await (const { loss: value } of train(model, { batches, steps: 2 })) expect(value).toBeGreaterThan(0);
  expect(new Set(seen)).toEqual(new Set([6, undefined]));
});

it("refuses places that are none", () => {
  const model = new Mamba2LM(small, { seed: 1 });
  const { x, y, shape } = batch([3]);
  const [ids, targets] = [x, y].map((flat) => tensor(flat, { shape })) as [Tensor, Tensor];
  expect(() => model.loss(ids, targets, { places: tensor([1, 2]) })).toThrow(/places must be i32/);
  expect(() => model.loss(ids, targets, { places: tensor(Int32Array.of(1, 2), { shape: [1, 2] }) })).toThrow(
    "loss: places must be [k] with k of at least 1; got [1,2]",
  );
});
