// A training script of one's own, to be killed: an adapter with dropout, two batches a step, a dynamic loss scale that has to fall first, averages of the weights; saves every few
// steps and goes on from what it finds. Called as: training-script.ts FOLDER.
import { existsSync } from "node:fs";
import { Mamba2LM } from "@x/mamba2";
import { addAdapter, loadAdapter, saveAdapter } from "@x/mamba2/adapters";
import { folderReader, writeFolder } from "@x/mamba2/node";
import { adamw, chain, clipByGlobalNorm, emaOfWeights, randomBatches, trainer } from "@x/nn";
import { mul } from "@x/tensor";

const STEPS = 60;
const SAVE_EVERY = 4;
/** gradients of a loss times this are not finite at the first loss scales */
const LARGE = 1e16;
const STATE = "state.safetensors";

const folder = process.argv[2]!;
const model = new Mamba2LM(
  { dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8, chunkSize: 16 },
  { seed: 1 },
);
const read = existsSync(folder) ? await folderReader(folder) : undefined; // finishes a save that was cut off
const state = await read?.(STATE);
const adapter = read && state ? await loadAdapter(model, read) : addAdapter(model, { rank: 2, dropout: 0.25, seed: 2 });
using fit = trainer(
  model,
  chain(clipByGlobalNorm(1), adamw({ lr: 1e-2 }), emaOfWeights(0.9)),
  ({ x, y }) => mul(model.loss(x, y), LARGE),
  { lossScale: "dynamic" },
);
if (state) fit.restore(state);
const tokens = Uint8Array.from({ length: 2000 }, (_, i) => (i * i + 3 * i) % 251);
const batches = randomBatches({ tokens, batch: 2, length: 16, seed: 5 });
const save = async (): Promise<void> => {
  const { files } = await saveAdapter(adapter, { baseModel: "none" });
  await writeFolder(folder, new Map([...files, [STATE, await fit.serialize()]]));
};
while (fit.state.step < STEPS) {
  const taken = fit.state.step + fit.lossScale!.skipped; // a step that is left out has used its batches
  adapter.dropout.key = { seed: 7, stream: 1000 * taken };
  await fit.step([batches.at(2 * taken), batches.at(2 * taken + 1)]);
  if (fit.state.step % SAVE_EVERY === 0 && fit.state.step < STEPS) await save();
}
await save();
