// A runner with all that its options may ask for.
import { WasmRunner, type WasmRunnerOptions } from "./runner.ts";
import { threads } from "./threads/threads.ts";

/**
 * A runner over a memory of its own, or over your heap.
 *
 * @throws KernelError where WebAssembly SIMD is missing or forbidden, or for a number of threads that is none
 */
export function createWasmRunner(options: WasmRunnerOptions = {}): WasmRunner {
  return new WasmRunner(options, threads);
}
