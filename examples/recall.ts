// Multi-query associative recall: keys with values are shown once, then keys alone, and the model must say the values. No table of frequencies can do it; a state can.
//
//   node --conditions=@x/source --import=tsx examples/recall.ts      (about a minute on one core)
//
//   step 80: loss 0.9
//   step 160: loss 0.0
//   step 240: loss 0.0
//   recalled: 100 %
import { Mamba2LM, train } from "@x/mamba2";
import { mqar } from "@x/nn";
import { tensor } from "@x/tensor";

const task = { vocab: 32, length: 32, pairs: 4, filler: "random-without-keys" } as const;

// What helps here: an embedding wider than 0.02, decays slow enough to keep a pair for the whole sequence, many small heads, a high learning rate.
const model = new Mamba2LM(
  { dModel: 64, nLayer: 2, vocabSize: 32, dState: 64, headDim: 8, initializerRange: 0.25, aInitRange: [0.01, 0.1] },
  { seed: 0 },
);
// Batches may be any function of the step; -100 in their targets counts for nothing, so only the asked values are learnt.
const batches = mqar({ ...task, batch: 32, seed: 1 });
for await (const { step, loss } of train(model, { batches, steps: 240, batch: 32, length: 32, lr: 1e-2 }))
  if (step % 80 === 0) console.log(`step ${step}: loss ${loss.toFixed(1)}`);

const { x, y, shape } = mqar({ ...task, batch: 256, seed: 2 }).at(0); // sequences that it has not seen
const best = await model.forward(tensor(x, { shape })).argmax(-1).data();
const asked = [...y.keys()].filter((i) => y[i]! >= 0);
console.log(`recalled: ${Math.round((100 * asked.filter((i) => best[i] === y[i]).length) / asked.length)} %`);
