// Low-rank adapters against full fine-tuning: a small hybrid learns the declarations of the DOM, then those of ECMAScript, which it has not seen, once as a whole and once by an
// adapter. Learning rates and rank are chosen on validation blocks with the first seed; the gain is measured once a seed, on test blocks.
import { Mamba2LM, mamba2Config, type Mamba2Config, meanLoss, train } from "@x/mamba2";
import { addAdapter } from "@x/mamba2/adapters";
import { randomBatches, type Segment, sequentialBatches, type TokenArray } from "@x/nn";
import type { Device } from "@x/tensor/core";
import { declarations } from "../declarations.ts";
import type { Outcome, Place, Row } from "../row.ts";
import { bestByFactorsOfTwo } from "../settings-search.ts";

/** Mixers, one layer of attention in the place of the third, an MLP in each. */
const config: Mamba2Config = mamba2Config({
  dModel: 96,
  layers: [
    ["mixer", "mlp"],
    ["mixer", "mlp"],
    ["attention", "mlp"],
    ["mixer", "mlp"],
  ],
  vocabSize: 256,
  headDim: 32,
  dState: 32,
  chunkSize: 64,
  dIntermediate: 192,
  mlp: { multipleOf: 1 },
  attention: { heads: 4, keyValueHeads: 2, headDim: 24, rotary: { size: 24, theta: 10_000, interleaved: false } },
});

const LENGTH = 256;
const PRETRAINING = { steps: 600, batch: 8, lr: 6e-3 };
const TUNING = { steps: 200, batch: 4 };
const RANKS = [16, 32];
const BLOCK = 4096;

/** A text and which blocks of it are for what. */
interface Text {
  readonly tokens: TokenArray;
  readonly train: readonly Segment[];
  readonly validation: readonly Segment[];
  readonly test: readonly Segment[];
}

/** Of every ten blocks one is for validation and one for the test. */
function split(tokens: TokenArray): Text {
  const parts = { train: [] as Segment[], validation: [] as Segment[], test: [] as Segment[] };
  for (let begin = 0, i = 0; begin < tokens.length; begin += BLOCK, i++) {
    const part = i % 10 === 4 ? "validation" : i % 10 === 9 ? "test" : "train";
    parts[part].push({ begin, end: Math.min(begin + BLOCK, tokens.length) });
  }
  return { tokens, ...parts };
}

interface Tuning {
  readonly lr: number;
  /** of the adapter; without it the whole model is trained */
  readonly rank?: number;
}

type Files = ReadonlyMap<string, Uint8Array>;

/** The loss of the base after it was tuned on the train blocks. */
async function lossAfter(
  base: Files,
  text: Text,
  { lr, rank }: Tuning,
  part: "validation" | "test",
  seed: number,
  device: Device,
): Promise<number> {
  using model = await Mamba2LM.load(base, { device });
  if (rank !== undefined) addAdapter(model, { rank, seed });
  await learn(model, text, { ...TUNING, lr }, seed);
  return await lossOn(model, text, part);
}

async function learn(
  model: Mamba2LM,
  { tokens, train: segments }: Text,
  { steps, batch, lr }: { readonly steps: number; readonly batch: number; readonly lr: number },
  seed: number,
): Promise<void> {
  const batches = randomBatches({ tokens, segments, batch, length: LENGTH, seed });
  using run = train(model, { batches, batch, length: LENGTH, steps, lr, seed });
  for await (const _ of run);
}

async function lossOn(model: Mamba2LM, text: Text, part: "validation" | "test"): Promise<number> {
  const { tokens, [part]: segments } = text;
  return (await meanLoss(model, sequentialBatches({ tokens, segments, batch: 8, length: LENGTH }))).loss;
}

/** A model that has learnt the declarations of the DOM. */
async function pretrained(seed: number, device: Device): Promise<Mamba2LM> {
  const model = new Mamba2LM(config, { seed, device });
  await learn(model, split(declarations((name) => name === "lib.dom.d.ts")), PRETRAINING, seed);
  return model;
}

interface Choice {
  readonly full: Tuning;
  readonly adapter: Tuning;
}

/** Rates and rank by the loss on validation blocks of this one base; each of both ways gets its own best rate. */
async function chooseOn(base: Files, text: Text, { device, progress }: Place): Promise<Choice> {
  let runs = 0;
  const losses = new Map<string, number>();
  const validated = async (tuning: Tuning): Promise<number> => {
    const loss = await lossAfter(base, text, tuning, "validation", 0, device);
    losses.set(JSON.stringify(tuning), loss);
    progress(++runs, 9);
    return loss;
  };
  const full = { lr: await bestByFactorsOfTwo(4e-3, (lr) => validated({ lr })) };
  const adapters: Tuning[] = [];
  for (const rank of RANKS)
    adapters.push({ rank, lr: await bestByFactorsOfTwo(8e-3, (lr) => validated({ rank, lr })) });
  const lossOf = (tuning: Tuning): number => losses.get(JSON.stringify(tuning))!;
  const adapter = adapters.reduce((best, one) => (lossOf(one) < lossOf(best) ? one : best));
  console.log(`  validation ${[...losses].map(([tuning, loss]) => `${tuning} ${loss.toFixed(4)}`).join(", ")}`);
  return { full, adapter };
}

let chosen: Choice | undefined;

async function compare(seed: number, place: Place): Promise<Outcome> {
  const { device } = place;
  const text = split(declarations((name) => name.startsWith("lib.es")));
  const model = await pretrained(seed, device);
  const before = await lossOn(model, text, "test");
  const { files } = await model.save("own");
  model.dispose();
  chosen ??= await chooseOn(files, text, place); // with the first seed
  const { full, adapter } = chosen;
  const [whole, low] = [
    await lossAfter(files, text, full, "test", seed, device),
    await lossAfter(files, text, adapter, "test", seed, device),
  ];
  const share = (before - low) / (before - whole);
  return {
    value: 100 * share,
    holds: share >= 0.8,
    detail: `test loss ${before.toFixed(4)} before, ${whole.toFixed(4)} after full fine-tuning at ${full.lr}, ${low.toFixed(4)} with an adapter of rank ${adapter.rank} at ${adapter.lr}`,
  };
}

/** What LoRA keeps of full fine-tuning's gain. */
export const adapterRow: Row = {
  name: "adapters against full fine-tuning",
  tier: "cpu",
  published: "on par with full fine-tuning, which a low rank suffices for",
  source: "LoRA paper, tables 2 to 4 (GPT-2, GPT-3, RoBERTa)",
  claim: "≥ 80 % of full fine-tuning's gain in test loss",
  deviations:
    "a hybrid of 0.4 M parameters that learnt lib.dom.d.ts, tuned on lib.es*.d.ts for 200 steps of 4 × 256 bytes; rates, and rank 16 or 32, chosen on validation blocks with the first seed",
  seeds: [0, 1, 2],
  run: compare,
};
