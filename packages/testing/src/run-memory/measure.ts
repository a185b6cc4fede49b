// What a long run takes: an adapter over a frozen base, two batches a step, averages of the weights, evaluation and saves on the way; and what is left of it in the end.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Mamba2LM, meanLoss } from "@x/mamba2";
import { addAdapter, saveAdapter } from "@x/mamba2/adapters";
import { adamw, chain, clipByGlobalNorm, emaOfWeights, randomBatches, swapAverages, trainer } from "@x/nn";
import type { Device } from "@x/tensor";

/** Memory after so many steps. */
export interface Mark {
  readonly step: number;
  readonly usedBytes: number;
  readonly pooledBytes: number;
  /** JavaScript objects, after a garbage collection */
  readonly heapBytes: number;
  /** of the process */
  readonly rssBytes: number;
}

export interface RunMemory {
  readonly marks: readonly Mark[];
  /** `usedBytes` of the device before the model was made, and after all was disposed of */
  readonly before: number;
  readonly after: number;
}

const fields = { dModel: 32, nLayer: 2, vocabSize: 256, dState: 8, headDim: 8, chunkSize: 16 };
const tokens = Uint8Array.from({ length: 4000 }, (_, i) => (i * i + 3 * i) % 251);
const batches = randomBatches({ tokens, batch: 2, length: 32, seed: 5 });
/** steps between evaluations by the averages, with a save after each */
const SAVE_EVERY = 50;

let collect: (() => void) | undefined;
function collected(): NodeJS.MemoryUsage {
  setFlagsFromString("--expose-gc");
  collect ??= runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage();
}

/** Trains so many steps and measures after some of them. A short run goes before: what is kept for later ones, such as constants, counts as there before. */
export async function measureRun(device: Device, at: readonly number[]): Promise<RunMemory> {
  await trained(device, [2]);
  const before = device.memory.usedBytes;
  const marks = await trained(device, at);
  return { marks, before, after: device.memory.usedBytes };
}

async function trained(device: Device, at: readonly number[]): Promise<Mark[]> {
  using model = new Mamba2LM(fields, { device, seed: 1 });
  const adapter = addAdapter(model, { rank: 4, seed: 2 });
  using fit = trainer(model, chain(clipByGlobalNorm(1), adamw({ lr: 1e-3 }), emaOfWeights(0.99)), ({ x, y }) =>
    model.loss(x, y),
  );
  const marks: Mark[] = [];
  for (let step = 1; step <= at.at(-1)!; step++) {
    await fit.step([batches.at(2 * step), batches.at(2 * step + 1)]);
    if (step === 2 || step % SAVE_EVERY === 0) {
      swapAverages(model.parameters(), fit.state);
      await meanLoss(model, [batches.at(0)]);
      swapAverages(model.parameters(), fit.state);
      await Promise.all([fit.serialize(), saveAdapter(adapter, { baseModel: "none" })]);
    }
    if (!at.includes(step)) continue;
    const { heapUsed, rss } = collected();
    const { usedBytes, pooledBytes } = device.memory;
    marks.push({ step, usedBytes, pooledBytes, heapBytes: heapUsed, rssBytes: rss });
  }
  return marks;
}

/** What is not flat, in words. @param heapBytes by how much the heap may grow from the first mark to the last */
export function growth({ marks, before, after }: RunMemory, heapBytes: number): string[] {
  const [first, last] = [marks[0]!, marks.at(-1)!];
  const found: string[] = [];
  for (const { step, usedBytes, pooledBytes } of marks) {
    if (usedBytes !== first.usedBytes)
      found.push(
        `usedBytes must stay ${first.usedBytes}, as after step ${first.step}; got ${usedBytes} after step ${step}`,
      );
    if (pooledBytes > first.pooledBytes)
      found.push(
        `pooledBytes must stay at most ${first.pooledBytes}, as after step ${first.step}; got ${pooledBytes} after step ${step}`,
      );
  }
  if (last.heapBytes - first.heapBytes > heapBytes)
    found.push(
      `the heap must grow by at most ${heapBytes} bytes from step ${first.step} to ${last.step}; got ${last.heapBytes - first.heapBytes}`,
    );
  if (after !== before)
    found.push(`usedBytes must be ${before} after dispose, as before the model was made; got ${after}`);
  return found;
}
