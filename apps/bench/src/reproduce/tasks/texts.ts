// Rows of language models on bytes: TypeScript's declarations of the DOM, which every machine has, and tiny Shakespeare, whose file must be given.
import { readFileSync } from "node:fs";
import { Mamba2LM, type Mamba2Fields, meanLoss, preset, train, type TrainOptions } from "@x/mamba2";
import { byteTokenizer, sequentialBatches, type TokenArray } from "@x/nn";
import { declarations } from "../declarations.ts";
import type { Outcome, Place, Row } from "../row.ts";

/** Nats a byte of what training has not seen, after training on the rest. */
async function learnt(
  fields: Mamba2Fields,
  tokens: { readonly train: TokenArray; readonly test?: TokenArray },
  options: TrainOptions,
  { device, progress }: Place,
): Promise<number> {
  const { seed = 0 } = options;
  using model = new Mamba2LM(preset("tiny", fields), { seed, device });
  const heldOut = tokens.test ? { heldOut: 0 } : {};
  using run = train(model, { ...options, ...heldOut, tokens: tokens.train });
  for await (const { step, steps } of run) progress(step, steps);
  if (!tokens.test) return (await run.validationLoss())!;
  return (await meanLoss(model, sequentialBatches({ tokens: tokens.test, batch: 16, length: 256 }))).loss;
}

const unit = " nats/byte";

export const domRow: Row = {
  name: "lib.dom.d.ts, 819 k bytes of training",
  tier: "cpu",
  published: "1.57, 1.08, 0.949, 0.930",
  source: "n-grams of 3, 4, 5, 7 bytes, Witten-Bell, of the same bytes on the same split",
  claim: "below the 4-grams: ≤ 1.08",
  deviations: "no one else's result: 279 k parameters, 400 steps of 8 × 256 bytes",
  seeds: [0, 1, 2],
  unit,
  async run(seed, place): Promise<Outcome> {
    const text = declarations((name) => name === "lib.dom.d.ts");
    const settings = { steps: 400, batch: 8, length: 256, lr: 6e-3, validateEvery: 400, seed };
    const value = await learnt({}, { train: text }, settings, place);
    return { value, holds: value <= 1.08 };
  },
};

export const shakespeareRow: Row = {
  name: "tiny Shakespeare, nanoGPT's recipe for a CPU",
  tier: "cpu",
  published: "1.88 of a Transformer of 0.8 M parameters",
  source: "nanoGPT's README (2,000 steps of 12 × 64 characters)",
  claim: "≤ 1.88",
  deviations: "the same text, split, steps and batch; bytes for characters, which are the same; 0.5 M parameters",
  seeds: [0, 1, 2],
  unit,
  needs: "--shakespeare FILE, the text",
  async run(seed, place): Promise<Outcome> {
    const tokens = byteTokenizer.encode(readFileSync(place.file!, "utf8"));
    const cut = Math.floor(0.9 * tokens.length);
    const settings = { steps: 2000, batch: 12, length: 64, lr: 4e-3, validateEvery: 2000, seed };
    const parts = { train: tokens.subarray(0, cut), test: tokens.subarray(cut) };
    const value = await learnt({ dModel: 128 }, parts, settings, place);
    return { value, holds: value <= 1.88 };
  },
};
