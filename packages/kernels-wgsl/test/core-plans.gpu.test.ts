// Reductions, softmax, running sums, sums by index and transposes with the plans for hardware adapters as well as the one for the adapter at hand: a software
// adapter would otherwise never run the kernels that share a row. Against loops in f64.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  baseCaps,
  type Caps,
  copy,
  cumsum,
  gather,
  type Program,
  reduce,
  type ReduceOp,
  createRunner,
  softmax,
  type SoftmaxResult,
  type WebGPURunner,
} from "../src/index.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await createRunner(await sharedGpu(), { poison: true });
});
afterAll(() => runner.destroy());

const plans: readonly (readonly [string, Caps])[] = [
  ["hardware", baseCaps],
  ["software", { ...baseCaps, adapter: "software" }],
];

async function run(
  program: Program,
  x: Float32Array,
  outputs: Readonly<Record<string, number>>,
  more: Readonly<Record<string, GPUBuffer>> = {},
): Promise<Record<string, ArrayBuffer>> {
  const buffers: Record<string, GPUBuffer> = { x: runner.createBuffer(x.byteLength) };
  runner.write(buffers["x"]!, x);
  for (const [name, count] of Object.entries(outputs)) buffers[name] = runner.createBuffer(4 * count);
  runner.run(program, { ...buffers, ...more });
  const results: Record<string, ArrayBuffer> = {};
  for (const [name, count] of Object.entries(outputs)) results[name] = await runner.read(buffers[name]!, 4 * count);
  for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  return results;
}

/** Numbers in [-2, 2) that repeat only after 1009, so that rows differ. */
const numbers = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * 367) % 1009) / 252.25 - 2);

interface Blocks {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/** The rows of [outer, n, inner], in the order of the results. */
function rowsOf(x: Float32Array, { outer, n, inner }: Blocks): number[][] {
  return Array.from({ length: outer * inner }, (_, row) => {
    const base = Math.floor(row / inner) * n * inner + (row % inner);
    return Array.from({ length: n }, (_unused, r) => x[base + r * inner]!);
  });
}

/** Shapes whose plans differ: short and long rows, vectors, columns, many segments. */
const shapes: readonly Blocks[] = [
  { outer: 1, n: 1, inner: 1 },
  { outer: 300, n: 7, inner: 1 },
  { outer: 3, n: 255, inner: 1 },
  { outer: 2, n: 256, inner: 1 },
  { outer: 2, n: 1031, inner: 1 },
  { outer: 1, n: 16384, inner: 1 },
  { outer: 1, n: 8209, inner: 1 },
  { outer: 2, n: 129, inner: 8 },
  { outer: 1, n: 1031, inner: 3 },
  { outer: 1, n: 3, inner: 257 },
];

describe.each(plans)("the plan for %s", (_name, caps) => {
  describe.each(["sum", "max", "min"] as readonly ReduceOp[])("%s", (op) => {
    test.each(shapes)("over $n of [$outer, $n, $inner]", async (blocks) => {
      const x = numbers(blocks.outer * blocks.n * blocks.inner);
      const count = blocks.outer * blocks.inner;
      const { y } = await run(reduce.program({ op, type: "f32", steps: [blocks] }, caps), x, { y: count });
      const want = rowsOf(x, blocks).map((row) =>
        op === "sum" ? row.reduce((a, b) => a + b, 0) : row.reduce((a, b) => Math[op](a, b)),
      );
      const got = new Float32Array(y!);
      want.forEach((value, i) =>
        expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(op === "sum" ? 2e-7 * 2 * blocks.n : 0),
      );
    });
  });

  test.each(shapes)("where the largest is first, over $n of [$outer, $n, $inner]", async (blocks) => {
    const x = numbers(blocks.outer * blocks.n * blocks.inner).map((value) => Math.round(value)); // full of ties
    const count = blocks.outer * blocks.inner;
    const { y, index } = await run(reduce.program({ op: "max", type: "f32", steps: [blocks], index: true }, caps), x, {
      y: count,
      index: count,
    });
    const rows = rowsOf(x, blocks);
    expect([...new Float32Array(y!)]).toEqual(rows.map((row) => row.reduce((a, b) => Math.max(a, b))));
    expect([...new Int32Array(index!)]).toEqual(rows.map((row) => row.indexOf(row.reduce((a, b) => Math.max(a, b)))));
  });

  test.each([
    [1, 4, 3],
    [40, 3, 4],
    [150, 5, 8],
    [1031, 7, 1],
  ])("%i slices added to %i, columns %i", async (m, n, inner) => {
    // ids from one below 0 to one past the end, runs inside blocks, from block to block, and over whole blocks
    const ids = Int32Array.from(
      { length: m },
      (_, j) => (j % 3 === 0 ? 1 : ((j * 367) % 1009) % (n + 2)) - (j % 7 === 5 ? 1 : 0) - (j % 11 === 3 ? 1 : 0),
    );
    const x = Float32Array.from({ length: m * inner }, (_, i) => i % 17);
    const want = new Float32Array(n * inner);
    for (let j = 0; j < m; j++)
      for (let i = 0; i < inner; i++) if (ids[j]! >= 0 && ids[j]! < n) want[ids[j]! * inner + i]! += x[j * inner + i]!;
    const index = runner.createBuffer(ids.byteLength);
    runner.write(index, ids);
    const { y } = await run(
      gather.indexAdd({ type: "f32", index: "i32", outer: 1, n, m, inner }, caps),
      x,
      { y: n * inner },
      { index },
    );
    runner.releaseBuffer(index);
    expect([...new Float32Array(y!)]).toEqual([...want]);
  });

  test("a sum of integers wraps around and is exact", async () => {
    const x = new Int32Array(5000).fill(2 ** 30 + 1);
    const { y } = await run(
      reduce.program({ op: "sum", type: "i32", steps: [{ outer: 1, n: 5000, inner: 1 }] }, caps),
      new Float32Array(x.buffer),
      { y: 1 },
    );
    expect(new Int32Array(y!)[0]).toBe(Number(BigInt.asIntN(32, BigInt(5000) * (2n ** 30n + 1n))));
  });

  describe.each(["softmax", "log_softmax", "logsumexp"] as readonly SoftmaxResult[])("%s", (result) => {
    test.each(shapes)("over $n of [$outer, $n, $inner]", async (blocks) => {
      const { outer, n, inner } = blocks;
      const x = numbers(outer * n * inner).map((value) => 20 * value + 50);
      const { y } = await run(softmax.program({ result, ...blocks }, caps), x, {
        y: result === "logsumexp" ? outer * inner : x.length,
      });
      const got =
        result === "logsumexp"
          ? [...new Float32Array(y!)].map((value) => [value])
          : rowsOf(new Float32Array(y!), blocks);
      rowsOf(x, blocks).forEach((row, i) => {
        const largest = row.reduce((a, b) => Math.max(a, b));
        const norm = largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
        const want =
          result === "logsumexp"
            ? [norm]
            : row.map((value) => (result === "softmax" ? Math.exp(value - norm) : value - norm));
        const scale = result === "softmax" ? 1e-3 : 1;
        want.forEach((value, r) =>
          expect(Math.abs(got[i]![r]! - value)).toBeLessThanOrEqual(1e-5 * Math.max(scale, Math.abs(value))),
        );
      });
    });
  });

  describe.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])("running sum, reverse %s, exclusive %s", (reverse, exclusive) => {
    test.each(shapes)("over $n of [$outer, $n, $inner]", async (blocks) => {
      const x = numbers(blocks.outer * blocks.n * blocks.inner).map((value) => Math.round(8 * value)); // sums of integers are exact
      const { y } = await run(cumsum.program({ type: "f32", ...blocks, reverse, exclusive }, caps), x, { y: x.length });
      const want = rowsOf(x, blocks).map((row) => {
        let total = 0;
        const sums = (reverse ? row.toReversed() : row).map((value) =>
          exclusive ? (total += value) - value : (total += value),
        );
        return reverse ? sums.reverse() : sums;
      });
      expect(rowsOf(new Float32Array(y!), blocks)).toEqual(want);
    });
  });
});

describe("transpose", () => {
  test.each([
    [1, 16, 16],
    [1, 32, 32],
    [2, 33, 65],
    [3, 31, 17],
    [1, 1, 70],
  ])("%i matrices of %i x %i", async (batch, rows, columns) => {
    const x = numbers(batch * rows * columns);
    const { y } = await run(copy.transpose({ batch, rows, columns }), x, { y: x.length });
    const want = Array.from(x, (_, i) => {
      const [matrix, j, k] = [Math.floor(i / (rows * columns)), Math.floor(i / rows) % columns, i % rows];
      return x[(matrix * rows + k) * columns + j]!;
    });
    expect([...new Float32Array(y!)]).toEqual(want);
  });

  test("is left to strided copies on software adapters and for thin matrices", () => {
    expect(copy.suitsTranspose({ batch: 1, rows: 64, columns: 64 })).toBe(true);
    expect(copy.suitsTranspose({ batch: 1, rows: 64, columns: 64 }, { ...baseCaps, adapter: "software" })).toBe(false);
    expect(copy.suitsTranspose({ batch: 1, rows: 64, columns: 3 })).toBe(false);
  });
});
