// Generation that goes on, on the CPU: with WebAssembly, and with loops alone.
import { describe } from "vitest";
import { createCpuDevice } from "@x/tensor";
import { testContinued } from "./continued-sampling-cases.ts";

describe.each([true, false])("wasm: %s", (wasm) => {
  const device = createCpuDevice({ wasm });
  testContinued(() => device);
});
