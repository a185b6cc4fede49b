// A saved run is known again: by its data, its settings and its model; what differs is refused, or allowed by an option of that name. And what a run is given is checked at the door.
import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { Mamba2LM, savedSettings, train, type TrainEvent, type TrainingRun, type TrainOptions } from "@x/mamba2";
import { IGNORE_INDEX, randomBatches, type TokenBatch } from "@x/nn";
import { CheckpointError, ConfigError, readSafetensors, writeSafetensors } from "@x/tensor";

const fields = { dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8 };
const text = "All happy families are alike; every unhappy family is unhappy in its own way. ".repeat(8);
const settings: TrainOptions = { text, steps: 4, batch: 2, length: 12, validateEvery: 10 };
const model = (): Mamba2LM => new Mamba2LM(fields, { seed: 1 });
const { text: _, ...withoutText } = settings;

async function halfOf(options: TrainOptions): Promise<Uint8Array> {
  const run = train(model(), options);
  for await (const { step } of run) if (step === 2) break;
  return run.serialize();
}

async function events(run: TrainingRun): Promise<TrainEvent[]> {
  const seen: TrainEvent[] = [];
  for await (const event of run) seen.push(event);
  return seen;
}

const resume = (file: Uint8Array, options: TrainOptions, restore = {}, of = model()): TrainingRun => {
  const run = train(of, options);
  run.restore(file, restore);
  return run;
};

describe("a resumed run", () => {
  it("goes on with the same data, however they are held", async () => {
    const file = await halfOf(settings);
    const bytes = new TextEncoder().encode(text);
    expect(resume(file, settings).step).toBe(2);
    for (const tokens of [bytes, Int32Array.from(bytes), Uint16Array.from(bytes)])
      expect(resume(file, { ...withoutText, tokens }).step).toBe(2);
  });

  it("knows its data by a SHA-256, each token as four bytes", async () => {
    for (const length of [13, 624, 2 ** 14 - 1, 2 ** 14, 2 ** 14 + 1, 40_000]) {
      // around the pieces that are hashed at a time
      const tokens = Uint8Array.from({ length: Math.max(length, 200) }, (_, i) => (i * i) % 256);
      const { metadata } = readSafetensors(await train(model(), { ...withoutText, tokens }).serialize());
      const digest = createHash("sha256")
        .update(new Uint8Array(Int32Array.from(tokens).buffer))
        .digest("hex");
      expect(metadata["data"]).toBe(`${tokens.length} tokens, SHA-256 ${digest}`);
    }
  });

  it("refuses other data, unless otherData allows them", async () => {
    const file = await halfOf(settings);
    for (const other of [text.replace("happy", "sappy"), `${text} `, text.slice(1)]) {
      expect(() => resume(file, { ...settings, text: other })).toThrow(CheckpointError);
      expect(() => resume(file, { ...settings, text: other })).toThrow(
        /^train: the data must be those of the saved run, 624 tokens, SHA-256 [0-9a-f]{12}…; got \d+ tokens, SHA-256 [0-9a-f]{12}…\. Another text or another tokenizer makes it another run: restore\(file, \{ otherData: true \}\)/,
      );
      expect(resume(file, { ...settings, text: other }, { otherData: true }).step).toBe(2);
    }
  });

  it("refuses a run that does not say what it was trained on", async () => {
    const {
      tensors,
      metadata: { data: _data, ...metadata },
    } = readSafetensors(await halfOf(settings));
    const old = writeSafetensors(tensors, metadata);
    expect(() => resume(old, settings)).toThrow(
      "train: the data must be those of the saved run, which does not say what they were; got 624 tokens",
    );
    expect(resume(old, settings, { otherData: true }).step).toBe(2);
  });

  it("refuses a model of other values, when it is iterated and when it is saved, unless otherModel allows it", async () => {
    const trained = model();
    const run = train(trained, settings);
    for await (const { step } of run) if (step === 2) break;
    const file = await run.serialize();
    const { files } = await trained.save("hf"); // whatever the layout, the values are the same
    const resumed = train(await Mamba2LM.load(files), settings);
    resumed.restore(file);
    expect((await events(resumed)).at(-1)!.step).toBe(4);

    const sentence =
      /^train: the model must have the values that it had when the run was saved, SHA-256 [0-9a-f]{12}…; got SHA-256 [0-9a-f]{12}…\. The files of model and run are of two saves/;
    for (const change of [
      (other: Mamba2LM) =>
        other.normF.weight.write(Float32Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 + 2 ** -23 : 1))), // one bit
      (other: Mamba2LM) => other.layers[0]!.mixer!.d.write(new Float32Array(other.layers[0]!.mixer!.d.size)),
      () => undefined, // that of the first step
    ]) {
      const other = model();
      change(other);
      await expect(events(resume(file, settings, {}, other))).rejects.toThrow(sentence);
      await expect(events(resume(file, settings, {}, other))).rejects.toThrow(CheckpointError);
      await expect(resume(file, settings, {}, other).serialize()).rejects.toThrow(sentence);
      expect((await events(resume(file, settings, { otherModel: true }, other))).at(-1)!.step).toBe(4);
    }
    const {
      tensors,
      metadata: { model: _model, ...metadata },
    } = readSafetensors(file);
    await expect(events(resume(writeSafetensors(tensors, metadata), settings))).rejects.toThrow(
      "when the run was saved, which does not say what they were; got SHA-256",
    );
  });

  it("goes with the model as it is when it is saved", async () => {
    const changed = model();
    const run = train(changed, settings);
    for await (const { step } of run) if (step === 2) break;
    changed.normF.weight.write(new Float32Array(16).fill(2));
    const file = await run.serialize();
    expect((await events(resume(file, settings, {}, changed))).at(-1)!.step).toBe(4);
  });

  it("refuses other settings, each by name, unless otherSettings allows them", async () => {
    const file = await halfOf(settings);
    const others: TrainOptions = {
      steps: 5,
      batch: 3,
      length: 13,
      lr: 1e-3,
      warmup: 1,
      weightDecay: 0,
      clip: 2,
      lossScale: 2,
      seed: 1,
    };
    for (const [name, value] of Object.entries(others)) {
      const was = savedSettings(file)[name as "steps"];
      expect(() => resume(file, { ...settings, [name]: value })).toThrow(ConfigError);
      expect(() => resume(file, { ...settings, warmup: 0, [name]: value })).toThrow(
        `train: the settings must be those of the saved run; ${name} is ${String(value)}, was ${was}. restore(file, { otherSettings: true }) goes on all the same.`,
      );
      expect(resume(file, { ...settings, [name]: value }, { otherSettings: true }).step).toBe(2);
    }
    expect(resume(file, { ...settings, validateEvery: 1, validationTokens: 24 }).step).toBe(2); // when and how much is measured is another matter
    expect(() => train(model(), settings).restore(file, { otherdata: true } as object)).toThrow(
      'train: restore: options must be among otherData, otherModel, otherSettings; got "otherdata".',
    );
  });

  it("knows batches of one's own by the last of them", async () => {
    const own = (seed: number): TrainOptions => ({
      ...withoutText,
      batches: randomBatches({ tokens: new TextEncoder().encode(text), batch: 2, length: 12, seed }),
    });
    const file = await halfOf(own(1));
    expect(resume(file, { ...own(1), batch: 7 }).step).toBe(2); // their sizes are their own
    expect(() => resume(file, own(2))).toThrow(/a last batch of \[2,12\], SHA-256/);
  });
});

describe("what a run is given", () => {
  const batch = (more: object): TokenBatch => ({ x: new Int32Array(6), y: new Int32Array(6), shape: [2, 3], ...more });
  const own = (more: object): TrainingRun => train(model(), { ...withoutText, batches: { at: () => batch(more) } });

  it("counts the tokens of its real batches", async () => {
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 10)); // every step takes as long
    const rates = async (run: TrainingRun): Promise<number[]> =>
      (await events(run)).map(({ tokensPerSecond }) => tokensPerSecond);
    try {
      const [six, ...more] = await rates(own({}));
      expect(more).toEqual(more.map(() => six));
      for (const rate of await rates(train(model(), settings))) expect(rate).toBeCloseTo(4 * six!, 6); // of 24 tokens
    } finally {
      clock.mockRestore();
    }
  });

  it.each([
    [
      { y: Int32Array.of(0, 1, 2, 3, 256, 5) },
      "train: batches.at(0).y must be whole numbers in [0, 256), the vocabulary, or -100, which is ignored; got 256 at position 4.",
    ],
    [{ y: Int32Array.of(-1, 1, 2, 3, 4, 5) }, "got -1 at position 0."],
    [{ y: Float32Array.of(0.5, 1, 2, 3, 4, 5) }, "got 0.5 at position 0."],
    [
      { x: Int32Array.of(0, 1, 2, -100, 4, 5) },
      "train: batches.at(0).x must be whole numbers in [0, 256), the vocabulary; got -100 at position 3.",
    ],
    [{ y: new Int32Array(5) }, "train: batches.at(0).y must have 6 ids for shape [2,3]; got 5."],
    [{ x: [0, 1, 2, 3, 4, 5] }, "train: batches.at(0).x must be a typed array of token ids; got an array of 6."],
    [{ x: new BigInt64Array(6) }, "train: batches.at(0).x must be a typed array of token ids; got a BigInt64Array."],
    [{ shape: undefined }, "train: batches.at(0).shape must be [batch, length]; got undefined."],
    [{ shape: [6] }, "train: batches.at(0).shape must be [batch, length]; got [6]."],
  ])("has batches that are some: %#", async (more, sentence) => {
    await expect(events(own(more))).rejects.toThrow(sentence);
    expect(() => train(model(), { ...settings, validation: [batch(more)] })).toThrow(
      sentence.replace("batches.at(0)", "validation[0]"),
    );
  });

  it("may hold ids in bytes, and ignore targets", async () => {
    const ids = [1, 2, 3, 4, 5, 6];
    const lossOf = async (more: object): Promise<number> => (await events(own(more)))[3]!.loss;
    expect(await lossOf({ x: Uint8Array.from(ids), y: Uint16Array.from(ids) })).toBe(
      await lossOf({ x: Int32Array.from(ids), y: Int32Array.from(ids) }),
    );
    const half = Int32Array.from(ids).fill(IGNORE_INDEX, 3);
    expect(
      (await events(train(model(), { ...settings, steps: 1, validation: [batch({ y: half })] })))[0]!.validationLoss,
    ).toBeGreaterThan(0);
    await expect(
      events(train(model(), { ...settings, steps: 1, validation: [batch({ y: half.map(() => IGNORE_INDEX) })] })),
    ).rejects.toThrow("meanLoss: there must be at least one target that is not -100; got none.");
  });

  it("is known by name, and comes from one source", () => {
    for (const [key, near] of [
      ["step", "steps"],
      ["batchSize", undefined],
      ["maxSteps", undefined],
      ["learningRate", undefined],
      ["weight_decay", "weightDecay"],
    ] as const) {
      expect(() => train(model(), { ...settings, [key]: 1 })).toThrow(
        new RegExp(
          `^train: options must be among steps, batch, .+; got "${key}"\\.${near ? ` Did you mean "${near}"\\?` : ""}`,
        ),
      );
    }
    expect(() => train(model(), { ...settings, tokens: new Uint8Array(99) })).toThrow(
      "train: there must be one source of data, text, tokens or batches; got text and tokens.",
    );
    expect(() => train(model(), { batches: new Map() as unknown as { at(): TokenBatch } })).toThrow(
      "train: batches must have at(step), as randomBatches gives; got a Map.",
    );
  });
});
