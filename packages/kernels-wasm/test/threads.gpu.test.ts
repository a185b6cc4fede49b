// Several threads where JavaScript runs: this file goes to Node, to a page (where there is one thread, and a reason) and to Deno.
import { afterEach, expect, it } from "vitest";
import {
  chooseThreads,
  createWasmRunner,
  elementwiseWasm,
  gemm,
  type WasmProgram,
  type WasmRunner,
} from "../src/index.ts";

const page = typeof document !== "undefined";
const runners: WasmRunner[] = [];

function runnerOf(threads: number): WasmRunner {
  const runner = createWasmRunner({ threads, shareAboveMs: 0, headStartMs: 500 });
  runners.push(runner);
  return runner;
}

afterEach(() => {
  for (const runner of runners.splice(0)) runner.dispose();
});

function wave(length: number, step: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(step * i));
}

/** The bits that a program leaves in `c`, on each number of threads. */
async function bitsOf(
  program: WasmProgram,
  inputs: Readonly<Record<string, Float32Array>>,
  length: number,
): Promise<Uint32Array[]> {
  const results: Uint32Array[] = [];
  for (const threads of [1, 2, 3]) {
    const runner = runnerOf(threads);
    await runner.startThreads();
    expect(runner.threads).toBe(page ? 1 : threads);
    const addresses = Object.fromEntries(Object.entries(inputs).map(([name, data]) => [name, runner.upload(data)]));
    const c = runner.heap.allocate(4 * length);
    const run = runner.prepare(program);
    for (let i = 0; i < 3; i++) run({ ...addresses, c });
    if (!page && threads > 1) expect(runner.sharedItems).toBeGreaterThan(0);
    results.push(new Uint32Array(runner.read(c, length).buffer));
  }
  return results;
}

it.each([
  { m: 67, n: 200, k: 300 },
  { m: 300, n: 19, k: 70, transposeB: true },
  { m: 130, n: 140, k: 70, transposeA: true },
  { m: 1, n: 700, k: 530, transposeB: true },
  { m: 1, n: 700, k: 530 },
  { m: 40, n: 40, k: 40, batch: { count: 9, strideA: 1600, strideB: 1600 } },
])("gives a product %o the same bits on 1, 2 and 3 threads", async (spec) => {
  const count = spec.batch?.count ?? 1;
  const inputs = { a: wave(count * spec.m * spec.k, 0.37), b: wave(count * spec.k * spec.n, 0.53) };
  const [one, two, three] = await bitsOf(gemm.program(spec), inputs, count * spec.m * spec.n);
  expect(two).toEqual(one);
  expect(three).toEqual(one);
});

it("gives a chain the same bits, after its memory has grown too", async () => {
  const program = elementwiseWasm.program({
    shape: [70, 1001],
    inputs: { x: {}, y: { shape: [70, 1] } },
    output: { name: "c" },
    result: "softplus(x) * y",
  })!;
  const [one, two, three] = await bitsOf(
    program,
    { x: wave(70_070, 0.1), y: wave(70, 0.2), far: new Float32Array(6_000_000) },
    70_070,
  );
  expect(two).toEqual(one);
  expect(three).toEqual(one);
});

it("lets workers reach memory that has grown since they started", async () => {
  const runner = runnerOf(2);
  await runner.startThreads();
  const program = elementwiseWasm.program({ shape: [200_000], inputs: { x: {} }, result: "x + 1.0" })!;
  for (let round = 0; round < 4; round++) {
    const x = runner.upload(new Float32Array(200_000).fill(round));
    const y = runner.heap.allocate(2 ** 25);
    for (let i = 0; i < 5; i++) runner.run(program, { x, y });
    expect(runner.read(y, 200_000).every((value) => value === round + 1)).toBe(true);
  }
});

it("says why there is one thread in a page", () => {
  const runner = runnerOf(4);
  if (page) expect(runner.oneThreadReason).toMatch(/cross-origin isolated|main thread/);
  else expect(runner.oneThreadReason).toBeUndefined();
  expect(() => createWasmRunner({ threads: 0 })).toThrow(
    "runner: threads must be a whole number from 1 to 256; got 0.",
  );
});

it("computes on after its workers have ended", () => {
  const runner = runnerOf(2);
  const program = elementwiseWasm.program({ shape: [10_000], inputs: { x: {} }, result: "x * 2.0" })!;
  const [x, y] = [runner.upload(wave(10_000, 0.1)), runner.heap.allocate(40_000)];
  runner.run(program, { x, y });
  const before = runner.read(y, 10_000);
  runner.dispose();
  runner.run(program, { x, y });
  expect(runner.read(y, 10_000)).toEqual(before);
});

it("chooses a number of threads by measuring", async () => {
  expect(await chooseThreads(1)).toEqual({ threads: 1, reason: "there is one processor" });
  const { threads, speedup, reason } = await chooseThreads(2);
  if (page)
    expect({ threads, reason }).toMatchObject({
      threads: 1,
      reason: expect.stringMatching(/isolated|main thread/) as string,
    });
  else expect(reason).toBe(`a matrix product ran ${speedup!.toFixed(2)} times as fast on 2 threads as on one`);
});
