// Part "learn": whole trainings on one text, in the precision of the session, to lay the validation losses of f32 and of rounded products side by side.
import { readFileSync } from "node:fs";
import { Mamba2LM, mamba2Config, type Mamba2Config, preset, train, type TrainOptions } from "@x/mamba2";
import type { Session } from "./session.ts";

interface Run {
  readonly name: string;
  readonly config: Partial<Mamba2Config>;
  readonly options: TrainOptions;
}

const runs: Readonly<Record<Session["scale"], readonly Run[]>> = {
  full: [
    // What `npm start` trains, and a model whose products are all large enough for subgroup matrices.
    {
      name: "tiny, 1500 × b4 l256",
      config: preset("tiny"),
      options: { steps: 1500, batch: 4, length: 256, lr: 6e-3, validateEvery: 500 },
    },
    {
      name: "d512 L8, 600 × b8 l512",
      config: mamba2Config({ dModel: 512, nLayer: 8, vocabSize: 256, dState: 128, headDim: 64 }),
      options: { steps: 600, batch: 8, length: 512, lr: 2e-3, validateEvery: 200 },
    },
  ],
  tiny: [
    {
      name: "tiny, 4 × b1 l32",
      config: preset("tiny"),
      options: { steps: 4, batch: 1, length: 32, validateEvery: 2, validationTokens: 256 },
    },
  ],
};

export async function measureLearning({ device, report, scale, text: file }: Session): Promise<void> {
  const text = readFileSync(file, "utf8");
  const rounded = device.runner.caps.matmulPrecision === "f16";
  for (const { name, config, options } of runs[scale]) {
    using model = new Mamba2LM(config, { device, seed: 0 });
    using run = train(model, { ...options, text, lossScale: rounded ? 2 ** 16 : 1 });
    for await (const { step, validationLoss, tokensPerSecond } of run) {
      if (validationLoss === undefined) continue;
      const note = `${rounded ? "f16" : "f32"}, ${Math.round(tokensPerSecond)} tokens/s`;
      report.part("learn").add(`${name} · validation loss after ${step}`, validationLoss, "nats", note);
    }
    report.save();
  }
}
