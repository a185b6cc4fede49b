// Greedy generation on the CPU: with WebAssembly, and with loops alone.
import { describe } from "vitest";
import { createCpuDevice } from "@x/tensor";
import { testGreedy } from "./greedy-cases.ts";

describe.each([true, false])("wasm: %s", (wasm) => {
  const device = createCpuDevice({ wasm });
  testGreedy(() => device);
});
