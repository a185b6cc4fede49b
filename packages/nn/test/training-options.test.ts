// Options of what trains: a key that nobody reads, and a value that cannot be, are refused by name, by every function that takes an options object.
import { describe, expect, it } from "vitest";
import {
  adamw,
  byteTokenizer,
  constantSchedule,
  crossEntropy,
  Embedding,
  holdOut,
  linearCrossEntropy,
  linearSchedule,
  mqar,
  mseLoss,
  randomBatches,
  sequentialBatches,
  sgd,
  trainer,
  warmupCosine,
} from "@x/nn";
import { ConfigError, tensor } from "@x/tensor";

const tokens = byteTokenizer.encode("to be or not to be");
const model = new Embedding(4, 4);
const [x, y] = [tensor([[1, 2]]), tensor(Int32Array.of(0))];

/** Each with options that are right. */
const functions: Readonly<Record<string, (more: object) => unknown>> = {
  adamw: (more) => adamw({ lr: 1e-3, betas: [0.9, 0.99], eps: 1e-8, weightDecay: 0, ...more }),
  sgd: (more) => sgd({ lr: 1e-3, momentum: 0.5, nesterov: true, weightDecay: 0, ...more }),
  warmupCosine: (more) => warmupCosine({ peak: 1, steps: 10, warmup: 1, end: 0, ...more }),
  trainer: (more) =>
    trainer(model, sgd({ lr: 1 }), () => x.sum(), { capture: true, lossScale: 1, allowNonFinite: false, ...more }),
  holdOut: (more) => holdOut(100, { blockSize: 10, every: 5, ...more }),
  randomBatches: (more) =>
    randomBatches({ tokens, segments: [{ begin: 0, end: 18 }], batch: 1, length: 4, seed: 1, ...more }),
  sequentialBatches: (more) => sequentialBatches({ tokens, batch: 1, length: 4, ...more }),
  mqar: (more) => mqar({ vocab: 16, length: 16, pairs: 2, batch: 1, seed: 1, power: 1, filler: "zero", ...more }),
  crossEntropy: (more) => crossEntropy(x, y, { reduction: "sum", ...more }),
  linearCrossEntropy: (more) => linearCrossEntropy(x, x, y, { blockRows: 1, ...more }),
  mseLoss: (more) => mseLoss(x, x, { reduction: "sum", ...more }),
};

describe.each(Object.keys(functions))("options of %s", (name) => {
  it("are taken where they are known, and refused by name where not", () => {
    functions[name]!({});
    for (const key of ["sede", "learningRate", "wieghtDecay", "batchSize", ""]) {
      expect(() => functions[name]!({ [key]: 1 })).toThrow(ConfigError);
      expect(() => functions[name]!({ [key]: 1 })).toThrow(
        new RegExp(`^${name}: options must be among .+; got "${key}"\\.`),
      );
    }
  });
});

describe("values that cannot be", () => {
  it.each([
    ["lr that is NaN", () => adamw({ lr: NaN }), "adamw: lr must be a finite number of at least 0; got NaN."],
    ["lr below 0", () => sgd({ lr: -1 }), "sgd: lr must be a finite number of at least 0; got -1."],
    [
      "lr that is missing",
      () => adamw({} as { lr: number }),
      "adamw: lr must be a finite number of at least 0; got undefined.",
    ],
    [
      "lr that is a text",
      () => adamw({ lr: "1e-3" as unknown as number }),
      'adamw: lr must be a finite number of at least 0; got "1e-3".',
    ],
    [
      "a schedule that gives NaN",
      () => adamw({ lr: () => NaN }).hyper(3),
      "adamw: lr at step 3 must be a finite number of at least 0; got NaN.",
    ],
    [
      "one beta",
      () => adamw({ lr: 1, betas: [0.9] as unknown as [number, number] }),
      "adamw: betas must be two numbers; got 1.",
    ],
    [
      "a peak below 0",
      () => warmupCosine({ peak: -1, steps: 3 }),
      "warmupCosine: peak must be a finite number of at least 0; got -1.",
    ],
    [
      "a warm-up beyond the last step",
      () => warmupCosine({ peak: 1, steps: 10, warmup: 11 }),
      "warmupCosine: warmup must be at most steps, 10; got 11.",
    ],
    [
      "a constant that is infinite",
      () => constantSchedule(Infinity),
      "constantSchedule: lr must be a finite number of at least 0; got Infinity.",
    ],
    [
      "a line from NaN",
      () => linearSchedule(NaN, 0, 3),
      "linearSchedule: start must be a finite number of at least 0; got NaN.",
    ],
    [
      "tokens in an array",
      () => randomBatches({ tokens: [1, 2, 3] as unknown as Uint8Array, batch: 1, length: 1 }),
      "randomBatches: tokens must be a typed array of whole numbers, such as Int32Array.from(ids), or { length, read }; got an array of 3.",
    ],
    [
      "tokens that are floats",
      () => sequentialBatches({ tokens: Float32Array.of(1.5) as unknown as Uint8Array, batch: 1, length: 1 }),
      "sequentialBatches: tokens must be a typed array of whole numbers, such as Int32Array.from(ids), or { length, read }; got a Float32Array.",
    ],
    [
      "tokens of 64 bits",
      () => randomBatches({ tokens: BigInt64Array.of(1n) as unknown as Uint8Array, batch: 1, length: 1 }),
      "got a BigInt64Array.",
    ],
    [
      "an unknown filler",
      () => mqar({ batch: 1, filler: "none" as "zero" }),
      'mqar: filler must be "random", "random-without-keys" or "zero"; got "none".',
    ],
  ])("%s", (_, make, sentence) => {
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(sentence);
  });
});
