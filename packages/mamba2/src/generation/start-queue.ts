// Where the queue of decoding steps begins: prompts read, and all compiled that a step takes.
import { type PrecompileOptions, tensor } from "@x/tensor/core";
import type { State } from "../state/state.ts";
import { type RowChoice, TokenChooser } from "./chooser.ts";
import { compileReading } from "./compile.ts";
import { DecodeQueue } from "./decode-queue.ts";
import type { GeneratingModel } from "./generating-model.ts";
import { readPrompts } from "./start.ts";

/** Steps that a GPU is handed beyond the token that is waited for, unless told otherwise. */
export const STEPS_AHEAD = 2;
/** The same where tokens come fast, so that two bursts of steps are on their way. */
const FAST_STEPS_AHEAD = 16;

interface QueueStart {
  readonly start: State | undefined;
  readonly samples: number;
  readonly top: number;
  readonly endTokens: readonly number[];
  readonly last: readonly (number | undefined)[] | undefined;
  readonly constrained: boolean;
  readonly vocabSize: number;
  readonly stepsAhead: number | undefined;
  readonly compiling: PrecompileOptions;
}

/** Reads the prompts and begins the steps, each once the device has compiled what it takes. */
export async function startQueue(
  model: GeneratingModel,
  read: readonly (readonly number[])[],
  rows: readonly RowChoice[],
  { start, samples, top, endTokens, last, constrained, vocabSize, stepsAhead, compiling }: QueueStart,
): Promise<DecodeQueue> {
  const { device } = model;
  if (!start) await compileReading(model, read, samples, compiling);
  const standing = readPrompts(model, read, start, samples);
  const width = standing.logits.shape.at(-1)!;
  const chooser = new TokenChooser(device, rows, { vocabSize, width, top, endTokens });
  const fed = last && !last.includes(undefined) ? tensor(Int32Array.from(last as number[]), { device }) : undefined;
  // the CPU computes at once: a step beyond the end would cost its time
  const allowed = device.kind === "webgpu" && !constrained;
  const [ahead, fastAhead] = allowed ? [stepsAhead ?? STEPS_AHEAD, stepsAhead ?? FAST_STEPS_AHEAD] : [0, 0];
  const queue = new DecodeQueue(model, chooser, { constrained, ahead, fastAhead });
  try {
    await queue.begin(standing, fed, compiling);
    return queue;
  } catch (error) {
    await queue.dispose();
    throw error;
  } finally {
    fed?.dispose();
  }
}
