// The memory that a step of a training run would take, without making one.
import type { Mamba2LM } from "../model/model.ts";
import { train, type TrainOptions } from "../train/train.ts";
import type { MemoryPlan } from "../train/memory.ts";
import { requireArity, requireFunction } from "@x/tensor/core";

/**
 * Begins a run, learns from its recorded step what memory that would take, and ends it: no value of the model changes.
 *
 * @throws what {@link train} would, and ConfigError for a plan that does not fit
 * @example
 * const model = new Mamba2LM({ dModel: 16, nLayer: 1, headDim: 8, dState: 8, vocabSize: 256 });
 * const { step, holders } = await planMemory(model, { text: "to be or not to be ".repeat(20), batch: 2, length: 16 });
 * console.log(step, holders[0]!.op);
 */
export async function planMemory(model: Mamba2LM, options: TrainOptions): Promise<MemoryPlan> {
  requireArity("planMemory", arguments, 2);
  let plan: MemoryPlan | undefined;
  const enough = new Error("planMemory: the step is planned.");
  const { onPlan } = options ?? {};
  if (onPlan !== undefined) requireFunction("planMemory", "onPlan", onPlan);
  using run = train(model, {
    ...options,
    onPlan(found) {
      onPlan?.(found);
      plan = found;
      throw enough;
    },
  });
  try {
    for await (const _ of run) break;
  } catch (error) {
    if (error !== enough) throw error;
  }
  return plan!;
}
