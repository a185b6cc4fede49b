// Averages of the weights in a run: what they are, that the run is measured by them, and that weights, averages and run come back bit for bit.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Mamba2LM, meanLoss, train, type TrainingRun, type TrainOptions } from "@x/mamba2";
import { sequentialBatches } from "@x/nn";
import { readSafetensors } from "@x/tensor";
import { cliIn, shortTraining } from "./cli-run.ts";

const model = (): Mamba2LM =>
  new Mamba2LM({ dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8 }, { seed: 1 });
const tokens = new TextEncoder().encode(
  "All happy families are alike; every unhappy family is unhappy in its own way. ".repeat(8),
);
const validation = [...sequentialBatches({ tokens, batch: 2, length: 32 })].slice(0, 1); // one batch, so that no measurement takes a part of them
const ema = 0.75;
const options: TrainOptions = {
  tokens,
  heldOut: 0,
  validation,
  steps: 6,
  batch: 2,
  length: 12,
  validateEvery: 2,
  lr: 0.01,
  ema,
};

const valuesOf = async (of: Mamba2LM): Promise<number[]> =>
  (await Promise.all(of.parameters().map(({ value }) => value.data()))).flatMap((data) => [...data]);

async function finish(run: TrainingRun): Promise<void> {
  for await (const _ of run);
}

describe("a run with averages", () => {
  it("averages the weights of every update, from those before the first on", async () => {
    const of = model();
    let expected = await valuesOf(of);
    const run = train(of, options);
    for await (const { step } of run) {
      const weights = await valuesOf(of);
      expected = expected.map((average, i) => average + (1 - ema) * (weights[i]! - average));
      const averages = await run.withAverages(() => valuesOf(of));
      averages.forEach((got, i) => expect(Math.abs(got - expected[i]!), `step ${step}`).toBeLessThan(1e-6));
      expect(await valuesOf(of)).toEqual(weights);
    }
    const weights = await valuesOf(of);
    const averages = await run.withAverages(() => valuesOf(of)); // between loops, from the state on the host
    averages.forEach((got, i) => expect(Math.abs(got - expected[i]!)).toBeLessThan(1e-6));
    expect(averages).not.toEqual(weights);
    expect(await valuesOf(of)).toEqual(weights);
  });

  it("is measured by them, and makes the same updates as without", async () => {
    const [of, without] = [model(), model()];
    const run = train(of, options);
    for await (const { validationLoss } of run)
      if (validationLoss !== undefined) {
        const { loss } = await run.withAverages(() => meanLoss(of, validation));
        expect(validationLoss).toBeCloseTo(loss, 12);
        expect(validationLoss).not.toBe((await meanLoss(of, validation)).loss);
      }
    const { ema: _, ...others } = options;
    await finish(train(without, others));
    expect(await valuesOf(of)).toEqual(await valuesOf(without));
  });

  it("resumes bit for bit", async () => {
    const whole = model();
    const uncut = train(whole, options);
    await finish(uncut);
    const of = model();
    const first = train(of, options);
    for await (const { step } of first) if (step === 3) break;
    const run = train(of, options);
    run.restore(await first.serialize());
    await finish(run);
    expect(readSafetensors(await run.serialize())).toEqual(readSafetensors(await uncut.serialize()));
    expect(await run.withAverages(() => valuesOf(of))).toEqual(await uncut.withAverages(() => valuesOf(whole)));
  });

  it("refuses averages within averages, and a decay that is none", async () => {
    const run = train(model(), options);
    await expect(run.withAverages(() => run.validationLoss())).rejects.toThrow(
      "train: withAverages() must not be called within another call of it.",
    );
    expect(() => train(model(), { ...options, ema: 1 })).toThrow(
      "train: ema must be a number of at least 0 and below 1",
    );
    const of = model();
    const weights = await valuesOf(of);
    await expect(
      train(of, options).withAverages(() => {
        throw new Error("of its own");
      }),
    ).rejects.toThrow("of its own");
    expect(await valuesOf(of)).toEqual(weights);
  });
});

describe("mamba2 train --ema", () => {
  const folder = mkdtempSync(join(tmpdir(), "ema-"));
  const cli = cliIn(() => folder);
  const weightsIn = (...place: string[]): string =>
    createHash("sha256")
      .update(readFileSync(join(folder, ...place, "model.safetensors")))
      .digest("hex");
  beforeAll(() => writeFileSync(join(folder, "a.txt"), "to be, or not to be, that is the question. ".repeat(30)));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("saves the averages as a model of their own, with every save that is kept", { timeout: 240_000 }, async () => {
    await cli.json(...shortTraining, "--ema", "0.9", "--steps", "4", "--keep", "2", "--keep-best", "--out", "run");
    const places = [[], ["step-2"], ["step-4"], ["best"]];
    for (const place of places) {
      expect(readdirSync(join(folder, "run", ...place, "ema"))).toEqual(["config.json", "model.safetensors"]);
      expect(weightsIn("run", ...place, "ema")).not.toBe(weightsIn("run", ...place));
    }
    expect(weightsIn("run", "step-4", "ema")).toBe(weightsIn("run", "ema"));
    expect(weightsIn("run", "step-2", "ema")).not.toBe(weightsIn("run", "ema"));
    expect(
      (await cli.run("generate", "--model", "run/ema", "--prompt", "to", "--tokens", "4", "--device", "cpu")).code,
    ).toBe(0);
  });

  it(
    "goes on with the averages of the saved run, bit for bit, and adds none to a run without",
    { timeout: 240_000 },
    async () => {
      const resume = ["train", "--text", "a.txt", "--device", "cpu", "--resume"];
      await cli.json(...resume, "run/step-2", "--out", "again");
      expect(weightsIn("again", "ema")).toBe(weightsIn("run", "ema"));
      await cli.json(...shortTraining, "--steps", "2", "--out", "plain");
      expect(await cli.failure(...resume, "plain", "--steps", "4", "--ema", "0.9")).toMatchObject({
        code: 2,
        message: "train: --ema must be given from a run's first step on; the resumed run has no averages, got 0.9.",
      });
    },
  );
});
