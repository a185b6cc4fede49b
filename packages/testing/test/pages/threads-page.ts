// What the test of threads in pages runs, in a page and in its worker: a chain of products on one thread and on two.
import { createWasmRunner, gemm } from "@x/kernels-wasm";

export interface Outcome {
  readonly threads: number;
  readonly reason: string | undefined;
  readonly sharedItems: number;
  readonly sameBits: boolean;
}

async function outcome(): Promise<Outcome> {
  const size = 160;
  const x = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
  const runners = [1, 2].map((threads) => createWasmRunner({ threads, shareAboveMs: 0, headStartMs: 500 }));
  const results: Uint32Array[] = [];
  for (const runner of runners) {
    await runner.startThreads();
    const [a, c] = [runner.upload(x), runner.heap.allocate(4 * size * size)];
    for (let i = 0; i < 3; i++) runner.run(gemm.program({ m: size, n: size, k: size }), { a, b: a, c });
    results.push(new Uint32Array(runner.read(c, size * size).buffer));
  }
  const { threads, oneThreadReason: reason, sharedItems } = runners[1]!;
  for (const runner of runners) runner.dispose();
  return { threads, reason, sharedItems, sameBits: results[0]!.every((bits, i) => bits === results[1]![i]) };
}

const inPage = typeof document !== "undefined";
const own = await outcome();
if (inPage) {
  const worker = new Worker(import.meta.url, { type: "module" });
  worker.onmessage = ({ data }) => Object.assign(globalThis, { outcomes: { page: own, worker: data as Outcome } });
} else postMessage(own);
