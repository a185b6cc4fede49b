// Leaves for a cluster and comes back: a Mamba-2 that was begun here goes on under torchrun (continue.py) with the same moments of the optimizer and the same data, and returns.
//
//   node --conditions=@x/source --import=tsx examples/scale-out/handover.ts leave TEXT FOLDER      trains 60 steps here, writes FOLDER, and what 40 more give here
//   torchrun --nproc_per_node=2 examples/scale-out/continue.py FOLDER                               makes these 40 steps there
//   node --conditions=@x/source --import=tsx examples/scale-out/handover.ts return TEXT FOLDER      goes on here from what came back
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Mamba2LM } from "@x/mamba2";
import { loadFolder, saveFolder } from "@x/mamba2/node";
import {
  adamw,
  chain,
  clipByGlobalNorm,
  randomBatches,
  trainer,
  warmupCosine,
  type Batches,
  type Parameter,
  type Trainer,
} from "@x/nn";
import { readSafetensors, writeSafetensors, type TensorBytes } from "@x/tensor";

const [here, there, after] = [60, 40, 20];
const { clip, ...adam } = { clip: 1, weightDecay: 0.1, betas: [0.9, 0.95], eps: 1e-8 } as const;
const schedule = warmupCosine({ peak: 3e-3, warmup: 10, steps: here + there + after });

const batchesOf = (text: string): Batches =>
  randomBatches({ tokens: readFileSync(text), batch: 8, length: 128, seed: 1 });
const trainerOf = (model: Mamba2LM): Trainer<{ x: Int32Array; y: Int32Array; shape: readonly number[] }> =>
  trainer(model, chain(clipByGlobalNorm(clip), adamw({ ...adam, lr: schedule })), ({ x, y }) => model.loss(x, y));

async function steps(
  fit: ReturnType<typeof trainerOf>,
  batches: Batches,
  from: number,
  count: number,
): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step < from + count; step++) losses.push((await fit.step(batches.at(step))).loss);
  return losses;
}

const floats = ({ bytes }: TensorBytes): Float32Array => new Float32Array(bytes.slice().buffer);

/** A model of the same configuration with other numbers for parameters: saved in a layout, they have the names and shapes that the weights have there. */
function withNumbers(model: Mamba2LM, numbersOf: (parameter: Parameter) => Float32Array): Mamba2LM {
  const other = new Mamba2LM(model.config);
  for (const parameter of other.parameters()) parameter.write(numbersOf(parameter));
  return other;
}

/** A slot of the optimizer's state as a model. */
function withSlot(model: Mamba2LM, state: ReadonlyMap<string, TensorBytes>, slot: "m" | "v"): Mamba2LM {
  const other = model.parameters().find(({ path }) => !state.has(`${slot}.${path}`));
  if (other)
    throw new Error(
      `handover: the moments must be f32, one number per weight; the state has none of ${other.path}. Train with adamw({ moments: "f32" }), which reads no moments in 8 bits.`,
    );
  return withNumbers(model, ({ path }) => floats(state.get(`${slot}.${path}`)!));
}

async function leave(text: string, folder: string): Promise<void> {
  const model = new Mamba2LM({ dModel: 64, nLayer: 2, headDim: 16, dState: 32, vocabSize: 256 }, { seed: 0 });
  const batches = batchesOf(text);
  using fit = trainerOf(model);
  const losses = await steps(fit, batches, 0, here);
  await saveFolder(model, join(folder, "model"), "hf");
  const { tensors } = readSafetensors(await fit.serialize());
  for (const slot of ["m", "v"] as const) await saveFolder(withSlot(model, tensors, slot), join(folder, slot), "hf");
  // The updates that each parameter has taken: PyTorch's "step". One without a gradient takes no part in an update.
  const { step: updates, missed = {} } = fit.state;
  const taken = withNumbers(model, ({ path, size }) => new Float32Array(size).fill(updates - (missed[path] ?? 0)));
  await saveFolder(taken, join(folder, "step"), "hf");
  const order = new Map<string, TensorBytes>();
  for (let step = here; step < here + there; step++) {
    const { x, y, shape } = batches.at(step);
    for (const [name, ids] of Object.entries({ x, y })) {
      const data = Int32Array.from(ids as ArrayLike<number>);
      order.set(`${name}.${step}`, {
        dtype: "I32",
        shape: [...shape],
        bytes: new Uint8Array(data.buffer),
      } as TensorBytes);
    }
  }
  writeFileSync(join(folder, "batches.safetensors"), writeSafetensors(order));
  const rates = Array.from({ length: here + there + after }, (_, step) => schedule(step));
  const expected = await steps(fit, batches, here, there);
  writeFileSync(
    join(folder, "run.json"),
    JSON.stringify({ clip, ...adam, rates, from: here, count: there, losses, expected }, null, 1),
  );
  console.log(
    `left after ${here} steps at a loss of ${losses.at(-1)!.toFixed(4)}; ${there} more here end at ${expected.at(-1)!.toFixed(4)}`,
  );
}

async function comeBack(text: string, folder: string): Promise<void> {
  const quiet = { onWarning: () => undefined };
  const [model, m, v, step] = await Promise.all(
    ["returned", "returned-m", "returned-v", "returned-step"].map((name) => loadFolder(join(folder, name), quiet)),
  );
  const missed: Record<string, number> = {};
  for (const { path, value } of step!.parameters()) missed[path] = here + there - (await value.data())[0]!;
  const tensors = new Map<string, TensorBytes>();
  for (const [slot, moments] of Object.entries({ m: m!, v: v! }))
    for (const { path, shape, value } of moments.parameters())
      tensors.set(`${slot}.${path}`, {
        dtype: "F32",
        shape,
        bytes: new Uint8Array(((await value.data()) as Float32Array).slice().buffer),
      } as TensorBytes);
  using fit = trainerOf(model!);
  const metadata = { format: "optimizer-state", step: String(here + there), missed: JSON.stringify(missed) };
  fit.restore(writeSafetensors(tensors, metadata));
  const losses = await steps(fit, batchesOf(text), here + there, after);
  console.log(`went on after ${here + there} steps: ${losses[0]!.toFixed(4)} … ${losses.at(-1)!.toFixed(4)}`);
}

const [way, text, folder] = process.argv.slice(2);
if (!["leave", "return"].includes(way!) || text === undefined || folder === undefined) {
  console.error("usage: handover.ts leave|return TEXT FOLDER");
  process.exitCode = 2;
} else await (way === "leave" ? leave : comeBack)(text, folder);
