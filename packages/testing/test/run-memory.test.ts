// Memory of a run does not grow with its steps, and nothing is left of it: see src/run-memory. `npm run test:run-memory` makes 2000 steps.
import { expect, it } from "vitest";
import { createCpuDevice } from "@x/tensor";
import { growth, measureRun } from "../src/run-memory/measure.ts";

it("memory stays flat over 100 steps with accumulation, averages and an adapter; nothing is left", async () => {
  const memory = await measureRun(createCpuDevice(), [50, 100]);
  expect(growth(memory, 1e6)).toEqual([]);
  expect(memory.marks[0]!.usedBytes).toBeGreaterThan(memory.before);
});
