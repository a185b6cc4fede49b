// The pool when things go wrong: a worker that cannot compile, one that never comes back, a process that ends with the pool alive.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, expect, it } from "vitest";
import { KernelError, WasmHeap } from "../src/index.ts";
import { reserveMemory } from "../src/heap.ts";
import { compile } from "../src/language/compile.ts";
import { type Job, ThreadPool } from "../src/threads/pool.ts";

let pool: ThreadPool | undefined;
afterEach(() => pool?.dispose());

async function poolOf(threads: number, patienceMs = 10_000): Promise<ThreadPool> {
  pool = new ThreadPool(new WasmHeap(reserveMemory(true)), threads, { patienceMs, headStartMs: 0 });
  await pool.started();
  expect(pool.ready).toBe(threads - 1);
  return pool;
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** A job of which the calling thread does nothing, slowly: workers get their share. */
function jobOf(code: Uint8Array, count = 8): Job {
  return {
    kernel: 0,
    code,
    name: "tested",
    main: () => void Atomics.wait(sleeper, 0, 0, 50),
    args: [0, 0],
    beginAt: 0,
    endAt: 1,
    count,
    grain: 1,
    own: [],
  };
}

const text = (body: string): Uint8Array =>
  compile(`@call fn main(begin: u32, end: u32) { ${body} }`, { fma: false, shared: true });

it("counts what workers do", async () => {
  const { run, sharedItems } = { run: (await poolOf(3)).run.bind(pool), sharedItems: () => pool!.sharedItems };
  run(jobOf(text("")));
  expect(sharedItems()).toBeGreaterThan(0);
});

it("raises an error that says what happened in a worker, and goes on", async () => {
  const threads = await poolOf(2);
  expect(() => threads.run(jobOf(text("store(4294967280 + begin * 0, 1.0);")))).toThrow(
    /tested: every thread must do its part; a worker failed: memory access out of bounds\./,
  );
  threads.run({ ...jobOf(text("")), kernel: 1 });
  expect(() => threads.run({ ...jobOf(new Uint8Array([1, 2, 3])), kernel: 2 })).toThrow(
    /a worker failed: WebAssembly\.Module\(\)/,
  );
});

it("raises an error, rather than hanging, when a worker does not come back", async () => {
  const threads = await poolOf(2, 300);
  const endless = jobOf(text("while (begin < 4294967295) { store(64, 1.0); }"));
  expect(() => threads.run(endless)).toThrow(/it has not finished its part within 300 ms after the others/);
  expect(() => threads.run({ ...jobOf(text("")), kernel: 1 })).toThrow(KernelError);
});

it("lets a process end that never disposed of it", async () => {
  const script = `
    import { createWasmRunner, gemm } from "@x/kernels-wasm";
    const runner = createWasmRunner({ threads: 3, shareAboveMs: 0 });
    await runner.startThreads();
    const [a, b, c] = [1, 2, 3].map(() => runner.upload(new Float32Array(256 * 256).fill(1)));
    for (let i = 0; i < 5; i++) runner.run(gemm.program({ m: 256, n: 256, k: 256 }), { a, b, c });
    console.log(runner.threads, runner.read(c, 1)[0]);`;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const child = spawn(
    process.execPath,
    ["--conditions=@x/source", `--import=${tsx}`, "--input-type=module", "-e", script],
    { cwd: join(import.meta.dirname, "..") },
  );
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (chunk: string) => (output[name] += chunk));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect({ code, ...output }).toEqual({ code: 0, stdout: "3 256\n", stderr: "" });
});
