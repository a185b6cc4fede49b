// What generation runs, compiled before it runs: on a GPU that takes seconds the first time, and would stop a page meanwhile.
import { BoundedCache } from "@x/base";
import { Module } from "@x/nn/core";
import { precompile, type PrecompileOptions } from "@x/tensor/core";
import type { GeneratingModel } from "./generating-model.ts";
import { type Prompts, readPrompts } from "./start.ts";

/** Shapes of prompts whose reading is compiled, by model: those of a kind need not be looked at again. */
const compiled = new WeakMap<GeneratingModel, BoundedCache<string, true>>();
const mostShapes = 64;

/** Compiles what reading such prompts from nothing takes. */
export async function compileReading(
  model: GeneratingModel,
  prompts: Prompts,
  samples: number,
  options: PrecompileOptions,
): Promise<void> {
  // Only a Module is known to compute what can be looked at without running it.
  if (!model.device.precompile || !(model instanceof Module)) return;
  const shapes = compiled.get(model) ?? new BoundedCache<string, true>(mostShapes);
  compiled.set(model, shapes);
  const shape = `${prompts.map(({ length }) => length).join()} × ${samples}`;
  if (shapes.peek(shape)) return;
  await precompile(() => readPrompts(model, prompts, undefined, samples), [], options);
  shapes.get(shape, () => true);
}
