// Whether several threads pay here and now: a busy processor turns them into a loss, so it is measured.
import { gemm } from "../matmul/kernel.ts";
import { createWasmRunner } from "../create-runner.ts";
import type { WasmRunner } from "../runner.ts";

/** What {@link chooseThreads} found. */
export interface ThreadChoice {
  /** how many to use: all that were offered, or 1 */
  readonly threads: number;
  /** how many times as fast a matrix product was on all of them as on one; absent where only one can be had */
  readonly speedup?: number;
  /** for people */
  readonly reason: string;
}

const size = 256;
const rounds = 9;
/** Less than this is within what a machine's other work changes from one second to the next. */
const leastSpeedup = 1.2;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function timer(runner: WasmRunner): () => number {
  const product = runner.prepare(gemm.program({ m: size, n: 2 * size, k: size }));
  const [a, b, c] = [size * size, 2 * size * size, 2 * size * size].map((length) =>
    runner.upload(new Float32Array(length).fill(0.5)),
  );
  return () => {
    const start = performance.now();
    product({ a: a!, b: b!, c: c! });
    return performance.now() - start;
  };
}

/**
 * Measures a matrix product of about a millisecond on one thread and on `upTo`, by turns, for some 20 ms, and chooses.
 *
 * @example
 * const { threads, reason } = await chooseThreads(4);
 * const runner = createWasmRunner({ threads });
 * console.log(threads, reason);
 * runner.dispose();
 */
export async function chooseThreads(upTo: number): Promise<ThreadChoice> {
  if (upTo < 2) return { threads: 1, reason: "there is one processor" };
  const several = createWasmRunner({ threads: upTo, shareAboveMs: 0 });
  try {
    await several.startThreads();
    if (several.threads === 1) return { threads: 1, reason: several.oneThreadReason ?? "workers could not be started" };
    const [one, all] = [timer(createWasmRunner()), timer(several)];
    for (let i = 0; i < 3; i++) {
      one();
      all();
    }
    const times = Array.from({ length: rounds }, () => [one(), all()] as const);
    const speedup = median(times.map(([alone]) => alone)) / median(times.map(([, shared]) => shared));
    const measured = `a matrix product ran ${speedup.toFixed(2)} times as fast on ${upTo} threads as on one`;
    return { threads: speedup >= leastSpeedup ? upTo : 1, speedup, reason: measured };
  } finally {
    several.dispose();
  }
}
