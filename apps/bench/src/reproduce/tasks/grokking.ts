// Grokking: the sums that were not trained on are learnt long after those that were. Two ways that make it come, and a control without.
import { Mamba2LM } from "@x/mamba2";
import { accuracy, adamw, chain, clipByValue, groups, modularAddition, type Optimizer, sgd } from "@x/nn";
import { add, mul, slice, square, sum, type Tensor } from "@x/tensor/core";
import { fit } from "../fit.ts";
import type { Outcome, Place, Row } from "../row.ts";

/** beside the root, in the update and in the norms: the source's for f32 */
const EPS = 8.16e-8;

/** How a run of the task learns. */
interface Arm {
  readonly optimizer: Optimizer;
  /** factor of the sum of squares of the matrices in the loss; default none */
  readonly penalty?: number;
}

/**
 * a + b mod 97 on half of all sums, updates on all of them at once. The embedding is drawn from N(0, 1), as in the source: from a small one, sums are learnt without being memorized
 * first, and the control learns them too. As there, weight decay takes every parameter, vectors too, the penalty leaves the row of the step sizes out, and a seed draws the weights,
 * not the sums.
 *
 * @returns per cent of the other half, after each of `marks` steps
 */
async function grokking(
  seed: number,
  { optimizer, penalty }: Arm,
  marks: readonly number[],
  { device, progress }: Place,
): Promise<number[]> {
  const { train, test } = modularAddition({ modulus: 97, share: 0.5 });
  const mixer = { dModel: 64, nLayer: 1, expand: 1, headDim: 64, dState: 32, dConv: 1, chunkSize: 2 };
  const words = { vocabSize: 97, padVocabSizeMultiple: 1, tieEmbeddings: false, initializerRange: 1 };
  const model = new Mamba2LM({ ...mixer, ...words, normEps: EPS }, { seed, device, init: "unscaled" });
  const shares: number[] = [];
  const measured = async (step: number): Promise<void> => {
    progress(step, marks.at(-1)!);
    if (marks.includes(step)) shares.push(100 * (await accuracy(model, [test])));
  };
  const all = chain(clipByValue(1), groups([{ optimizer, decay: true }]));
  const norms = penalty === undefined ? undefined : (): Tensor => mul(sumOfSquares(model), penalty);
  await fit(model, all, { at: () => train }, marks.at(-1)!, measured, norms);
  model.dispose();
  return shares;
}

/** Of the matrices, without the row of in_proj that makes step sizes. */
function sumOfSquares(model: Mamba2LM): Tensor {
  return model
    .parameters()
    .filter(({ shape }) => shape.length === 2)
    .map(({ path, value }) => (path.endsWith("in_proj.weight") ? slice(value, 0, 0, value.shape[0]! - 1) : value))
    .map((matrix) => sum(square(matrix)))
    .reduce((a, b) => add(a, b));
}

/** What holds of an arm that is to have learnt the sums after 2,000 steps. @param least per cent */
async function after2000(seed: number, arm: Arm, place: Place, least = 99): Promise<Outcome> {
  const [early, value] = (await grokking(seed, arm, [1000, 2000], place)) as [number, number];
  return { value, holds: value >= least, detail: `after 1,000 steps ${early.toFixed(2)}` };
}

/** Per cent after 2,000 steps in PyTorch from the weights of these seeds, on the same sums, f32 (docs/reproduce.md). */
const IN_PYTORCH: readonly number[] = [
  100.0, 100.0, 13.8, 89.1, 96.7, 90.1, 71.2, 100.0, 99.8, 77.5, 96.5, 99.7, 83.8, 100.0, 83.4, 82.7, 100.0, 91.0, 99.4,
  100.0, 92.5, 84.1, 60.4, 99.2,
];
/** points that PyTorch's f32 and f64 are apart at most, from the same weights */
const ROUNDING = 10;

const decay = (): Optimizer => adamw({ lr: 1e-3, betas: [0.9, 0.999], eps: EPS, weightDecay: 1 });

const facts = {
  tier: "cpu",
  source: "burn-mamba, examples/grokking",
  deviations: "29,315 parameters and every setting as there; other draws of the weights and of the sums",
  seeds: [0, 1, 2],
} as const;

export const grokkingRow: Row = {
  ...facts,
  name: "grokking a + b mod 97, weight decay 1 and L2 3.3e-4",
  published: "of the sums not trained on 99.3 % after 1,000 steps, 99.5 % after 2,000",
  claim: `after 2,000 steps what PyTorch has from the same weights, less ${ROUNDING} points; the published 99 % where that is not known`,
  seeds: [0, 1, 2, 3, 4], // the source has one; in PyTorch 10 of 24 seeds have 99 %, one 13.8
  async run(seed, place): Promise<Outcome> {
    const reference = IN_PYTORCH[seed];
    const least = reference === undefined ? 99 : reference - ROUNDING;
    const { detail, ...found } = await after2000(seed, { optimizer: decay(), penalty: 0.00033 }, place, least);
    return { ...found, detail: `${detail}, PyTorch ${reference ?? "unknown"}` };
  },
};

export const decayAloneRow: Row = {
  ...facts,
  name: "control: the same with weight decay alone, 1,000 steps",
  published: "1.1 %",
  claim: "does not: ≤ 5 %",
  async run(seed, place): Promise<Outcome> {
    const [value] = (await grokking(seed, { optimizer: decay() }, [1000], place)) as [number];
    return { value, holds: value <= 5 };
  },
};

export const descentRow: Row = {
  ...facts,
  name: "grokking a + b mod 97 by plain descent, no penalty",
  published: "of the sums not trained on 86.9 % after 1,000 steps, 100 % after 2,000",
  claim: "≥ 99 % after 2,000 steps",
  async run(seed, place): Promise<Outcome> {
    const optimizer = sgd({ lr: 0.05, momentum: 0.9, dampening: 0.1, weightDecay: 0.002 });
    return after2000(seed, { optimizer }, place);
  },
};
