// Whether a CPU device runs WebAssembly kernels or plain loops, and what it says of it.
import { KernelError, type WasmRunner, type WasmRunnerOptions, wasmSupport } from "@x/kernels-wasm";

let warned = false;

/** Loops that nobody asked for are said once, on the console: nothing else would show why all is slow. */
export function warnOfLoops(reason: string): void {
  if (warned) return;
  warned = true;
  console.warn(
    `cpu: kernels run as plain loops, several times slower than WebAssembly, because ${reason}. createCpuDevice({ wasm: false }) does not warn.`,
  );
}

/** A runner of kernels, or why there is none here. */
export function runnerOrReason(
  runnerOf: (options: WasmRunnerOptions) => WasmRunner,
  options: WasmRunnerOptions,
): WasmRunner | string {
  const { simd, reason = "" } = wasmSupport();
  if (!simd) return reason;
  try {
    return runnerOf(options);
  } catch (error) {
    if (error instanceof KernelError && error.kind === "memory") return error.message;
    throw error;
  }
}
