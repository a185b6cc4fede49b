// precompile(fn): what a plain call of a function will run is compiled before it runs.
import { type PrecompileOptions, precompileOptions } from "@x/kernels-wgsl";
import { checkOptions, ConfigError, DeviceError } from "../errors.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { requireSynchronous, runSynchronous, tidy } from "../memory/scope.ts";
import { tracers, withRecorder } from "../autograd/tracers.ts";
import { leaves, mapTree, type Tree } from "../tree.ts";
import { Recorder } from "./recorder.ts";
import type { Recording } from "./recording.ts";
import { requireArity } from "../arguments/require.ts";

/**
 * Compiles what a call of a function runs, op by op as it stands, in parallel and without blocking. The function runs
 * once, on placeholders: nothing is computed. What `capture` made has a `precompile` of its own, since its plan runs
 * other kernels.
 *
 * @param fn synchronous function of tensors, or of trees of them and of plain data; must not read values
 * @param args what it is to be called with
 * @returns resolves once all is compiled, on the CPU at once
 * @throws TypeError when `fn` is async; ConfigError when `args` is no array; DeviceError when it reads a value; KernelError for a kernel that the device
 *   refuses; the signal's reason
 * @example
 * const x = tensor([1, 2]);
 * const f = (x: Tensor) => silu(x).sum();
 * await precompile(f, [x], { onProgress: ({ done, total }) => console.log(done, total) });
 * console.log(await f(x).item()); // compiles nothing
 */
export async function precompile<A extends Tree[]>(
  fn: (...args: A) => unknown,
  args: A,
  options: PrecompileOptions = {},
): Promise<void> {
  requireArity("precompile", arguments, 3);
  requireSynchronous("precompile", fn);
  checkOptions<PrecompileOptions>("precompile", options, precompileOptions);
  requireUntraced("precompile()");
  requireArgs("precompile", args);
  for (const tensor of leaves(args)) requireTensors("precompile", { "a tensor among the arguments": tensor });
  const recorder = new Recorder();
  let recording: Recording | undefined;
  try {
    tidy(() => {
      const placeholders = mapTree(args, (tensor) => recorder.placeholder(tensor));
      withRecorder(recorder, () => runSynchronous("precompile", () => fn(...placeholders)));
      recording = recorder.finish([]);
    });
  } finally {
    recorder.release();
  }
  await recording!.device?.precompile?.(recording!.nodes, options);
}

/** Raises where other eyes are on the ops of a call. */
export function requireUntraced(what: string): void {
  if (!tracers.recorder && !tracers.tapes.at(-1)) return;
  throw new DeviceError(
    `${what} must not be called in a captured function or while a gradient is taken, which would note its ops. Call it before.`,
    {},
  );
}

/** Raises unless `args` is the list of what a function is called with. */
export function requireArgs(op: string, args: unknown): void {
  if (Array.isArray(args)) return;
  throw ConfigError.must(op, "args", "be an array of what fn is to be called with", args);
}
