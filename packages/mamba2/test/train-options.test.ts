// Options and data of a training run: for every option that there is, a value that it cannot have is refused by name before the first step; so is a batch of which a part would be ignored.
import { describe, expect, it } from "vitest";
import { Mamba2LM, train, type TrainOptions } from "@x/mamba2";
import { XError } from "@x/base";
import { TRAIN_RULES } from "../src/train/train.ts";

const fields = { dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8 };
const model = (options = {}): Mamba2LM => new Mamba2LM(fields, { seed: 1, ...options });
const text = "to be or not to be ".repeat(20);
const small = { steps: 2, batch: 2, length: 8 };
const odd: readonly unknown[] = [
  NaN,
  Infinity,
  -Infinity,
  -1,
  1.5,
  1e20,
  "",
  "x",
  "1",
  2n,
  null,
  {},
  [{}],
  [1],
  true,
  Symbol("x"),
  () => undefined,
  new Map(),
  new Date(0),
];
/** of these, what each option means something by */
const meant: { readonly [option: string]: readonly unknown[] } = {
  lr: [1.5, 1e20],
  weightDecay: [1.5, 1e20],
  clip: [1.5, 1e20],
  clipValue: [1.5, 1e20],
  eps: [1.5, 1e20],
  lossScale: [1.5, 1e20],
  notes: [odd[11]],
  onPlan: [odd[16]],
  onCompile: [odd[16]],
  carryState: [true],
  newDevice: [odd[16]],
};
const sources = ["text", "tokens", "batches"];

describe("options of train", () => {
  it.each(Object.keys(TRAIN_RULES))("%s is what it must be, or is refused by name", (option) => {
    for (const value of odd) {
      const options = { ...small, ...(!sources.includes(option) && { text }), [option]: value } as TrainOptions;
      if ((meant[option] ?? []).includes(value)) {
        train(model(), options).dispose();
        continue;
      }
      let error: unknown;
      try {
        train(model(), options);
      } catch (raised) {
        error = raised;
      }
      expect(error, String(value)).toBeInstanceOf(XError);
      if (!sources.includes(option))
        expect((error as Error).message, String(value)).toMatch(
          new RegExp(`^train: ${option}(\\[0\\](\\.shape)?)?(:| must) `),
        );
    }
  });

  it("says what came, and takes no number for a text of one", () => {
    for (const option of ["steps", "lr", "clip", "lossScale"])
      expect(() => train(model(), { ...small, text, [option]: "1" })).toThrow(/^train: .* must be a .*; got "1"\.$/);
    expect(() => train(model(), { ...small, text: 5 as never })).toThrow("train: text must be a text; got 5.");
    expect(() => train(model(), { ...small, tokens: [1, 2, 3] as never })).toThrow(
      "train: tokens must be a typed array of token ids, or { length, read }; got an array of 3.",
    );
    expect(() => train(model(), undefined as never)).toThrow("train: options must be an object");
  });

  it("has a model whose values it can update and save", () => {
    for (const dtype of ["f64", "bf16", "f16"] as const) {
      expect(() => train(model({ dtype }), { ...small, text })).toThrow(
        `train: model must hold its values as f32; got ${dtype}. Make or load it without the option dtype, or add an adapter.`,
      );
    }
    for (const [wrong, got] of [
      [{}, "an object"],
      [null, "null"],
      ["tiny", '"tiny"'],
    ])
      expect(() => train(wrong as never, { text })).toThrow(`train: model must be a Mamba2LM; got ${got as string}.`);
  });
});

describe("batches of one's own", () => {
  const batch = { x: Int32Array.of(1, 2, 3, 4), y: Int32Array.of(2, 3, 4, 5), shape: [2, 2] };
  const first = async (one: unknown): Promise<unknown> =>
    train(model(), { steps: 1, batches: { at: () => one as never } })
      [Symbol.asyncIterator]()
      .next();

  it.each<[string, unknown, string]>([
    ["nothing", undefined, "train: batches.at(0) must be an object { x, y, shape }; got undefined."],
    ["a promise", Promise.resolve(batch), "train: batches.at(0) must be an object { x, y, shape }; got a Promise."],
    [
      "a field that nobody reads",
      { ...batch, weights: new Int32Array(4) },
      'train: batches.at(0): options must be among x, y, seqIdx, shape; got "weights".',
    ],
    [
      "no rows",
      { x: new Int32Array(0), y: new Int32Array(0), shape: [0, 2] },
      "train: batches.at(0).shape must be [batch, length]; got [0,2].",
    ],
    [
      "negative sizes",
      { ...batch, shape: [-2, -2] },
      "train: batches.at(0).shape must be [batch, length]; got [-2,-2].",
    ],
    [
      "sizes as texts",
      { ...batch, shape: ["2", "2"] },
      'train: batches.at(0).shape must be [batch, length]; got ["2","2"].',
    ],
    [
      "no target that counts",
      { ...batch, y: new Int32Array(4).fill(-100) },
      "train: batches.at(0).y must have at least one target that counts; all 4 are -100.",
    ],
  ])("refuses %s", async (_, one, message) => {
    await expect(first(one)).rejects.toThrow(message);
  });

  it("lets what the caller's own function throws through as it is", async () => {
    const own = new Error("the disk is gone");
    await expect(
      train(model(), {
        steps: 1,
        batches: {
          at: () => {
            throw own;
          },
        },
      })
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toBe(own);
  });
});
