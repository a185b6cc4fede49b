// Zoology's associative recall: its vocabulary, its mixture of lengths in training and its seven tests, two of them longer than anything trained on.
import { Mamba2LM, train } from "@x/mamba2";
import { accuracy, type Batches, mqar, type TokenBatch } from "@x/nn";
import type { Row } from "../row.ts";

interface Part {
  readonly length: number;
  readonly pairs: number;
}

/** Of nine batches five are of the first, as zoology has 100,000 such sequences and 20,000 of each other. */
const TRAINED: readonly Part[] = [
  ...Array.from({ length: 5 }, () => ({ length: 64, pairs: 4 })),
  { length: 128, pairs: 8 },
  { length: 256, pairs: 16 },
  { length: 256, pairs: 32 },
  { length: 256, pairs: 64 },
];
const TESTED: readonly Part[] = [
  { length: 64, pairs: 4 },
  { length: 64, pairs: 8 },
  { length: 64, pairs: 16 },
  { length: 128, pairs: 32 },
  { length: 256, pairs: 64 },
  { length: 512, pairs: 128 },
  { length: 1024, pairs: 256 },
];
const BATCH = 256;
/** six of its 32 epochs of 180,000 sequences */
const STEPS = 4218;
/** sequences of a test */
const TEST = 1000;

/** Of every step another part of the mixture, new sequences each time; the next step's are drawn while the device is at work. */
function mixture(seed: number): Batches {
  const parts = TRAINED.map((part, i) => mqar({ ...part, batch: BATCH, seed: 16 * seed + i }));
  const drawn = (step: number): TokenBatch => parts[step % parts.length]!.at(Math.floor(step / parts.length));
  let next: { readonly step: number; readonly batch: TokenBatch } | undefined;
  return {
    at(step) {
      const batch = next?.step === step ? next.batch : drawn(step);
      setImmediate(() => (next = { step: step + 1, batch: drawn(step + 1) }));
      return batch;
    },
  };
}

function* test({ length, pairs }: Part, seed: number): Generator<TokenBatch, void> {
  const batch = Math.max(5, Math.min(50, 5 * Math.floor(2048 / length))); // logits of all places are made
  const batches = mqar({ length, pairs, batch, seed: 16 * seed + 1000 });
  for (let i = 0; i * batch < TEST; i++) yield batches.at(i);
}

export const zoologyRow: Row = {
  name: "zoology's associative recall, six epochs",
  tier: "gpu",
  published: "plots only: Mamba-2 about 0.52 on average at the smallest state, 0.845 at the largest, read by eye",
  source: "zoology (vocabulary 8,192, width 64 – 256, state 8 – 24, the best of four learning rates, 32 epochs)",
  claim: "≥ 52 % on average of the seven tests",
  deviations: "width 64, state 16, heads of 8 with slow decays, an embedding of 0.25, 6 epochs, one learning rate",
  seeds: [0, 1, 2],
  async run(seed, { device, progress }) {
    const mixer = { dModel: 64, nLayer: 2, dState: 16, headDim: 8, aInitRange: [0.01, 0.1] as const };
    const model = new Mamba2LM({ ...mixer, initializerRange: 0.25, vocabSize: 8192 }, { seed, device });
    const options = { steps: STEPS, batch: BATCH, lr: 1e-2, minLr: 0, seed };
    {
      using run = train(model, { ...options, batches: mixture(seed) });
      for await (const { step, steps } of run) progress(step, steps);
    }
    const shares: number[] = [];
    for (const part of TESTED) shares.push(100 * (await accuracy(model, test(part, seed))));
    model.dispose();
    const value = shares.reduce((sum, share) => sum + share) / shares.length;
    const detail = TESTED.map(({ length, pairs }, i) => `${pairs} pairs in ${length}: ${shares[i]!.toFixed(1)}`);
    return { value, holds: value >= 52, detail: detail.join(", ") };
  },
};
