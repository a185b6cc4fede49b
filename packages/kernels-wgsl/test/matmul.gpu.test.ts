// Matrix products against plain loops in doubles: every variant, every transpose, edges, batches, epilogues.
import { unlessFull } from "@x/testing/is-full";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  baseCaps,
  type Caps,
  matmul,
  type MatmulChoice,
  type MatmulSpec,
  type Program,
  createRunner,
  tileShapes,
  type WebGPURunner,
} from "../src/index.ts";
import { naiveMatmul } from "./naive-matmul.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await createRunner(await sharedGpu(), { poison: true });
});
afterAll(() => runner.destroy());

const hardwareCaps: Caps = baseCaps;

/** Deterministic numbers in [-1, 1). */
function numbers(count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  });
}

interface Operands {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly bias: Float32Array;
}

function axesOf({ m, n, k, batch = 1 }: MatmulSpec): readonly { size: number; strideA: number; strideB: number }[] {
  return typeof batch === "number" ? [{ size: batch, strideA: m * k, strideB: k * n }] : batch;
}

function operands(spec: MatmulSpec): Operands {
  const extent = (stride: "strideA" | "strideB", size: number): number =>
    axesOf(spec).reduce((last, axis) => last + (axis.size - 1) * axis[stride], size);
  return {
    a: numbers(extent("strideA", spec.m * spec.k), 1),
    b: numbers(extent("strideB", spec.k * spec.n), 2),
    bias: numbers(spec.n, 3),
  };
}

// erf by its series, in doubles: enough for the arguments that occur here.
function erf(x: number): number {
  let sum = 0,
    term = x;
  for (let i = 0; i < 120; i++) {
    sum += term / (2 * i + 1);
    term *= -(x * x) / (i + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const activations = {
  none: (x: number): number => x,
  relu: (x: number): number => Math.max(0, x),
  silu: (x: number): number => x / (1 + Math.exp(-x)),
  gelu: (x: number): number => (Math.abs(x) > 4 ? Math.max(0, x) : 0.5 * x * (1 + erf(x / Math.SQRT2))),
};

function expected(spec: MatmulSpec, { a, b, bias }: Operands): Float64Array {
  const { m, n, k, transposeA = false, transposeB = false, activation = "none" } = spec;
  let bases = [{ a: 0, b: 0 }];
  for (const { size, strideA, strideB } of axesOf(spec)) {
    bases = bases.flatMap((base) =>
      Array.from({ length: size }, (_, i) => ({ a: base.a + i * strideA, b: base.b + i * strideB })),
    );
  }
  const c = new Float64Array(bases.length * m * n);
  bases.forEach((base, matrix) => {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = spec.bias ? bias[j]! : 0;
        for (let d = 0; d < k; d++)
          sum += a[base.a + (transposeA ? d * m + i : i * k + d)]! * b[base.b + (transposeB ? j * k + d : d * n + j)]!;
        c[matrix * m * n + i * n + j] = activations[activation](sum);
      }
    }
  });
  return c;
}

async function run(spec: MatmulSpec, program: Program): Promise<Float32Array> {
  const { a, b, bias } = operands(spec);
  const sizeBytes = axesOf(spec).reduce((count, axis) => count * axis.size, 4 * spec.m * spec.n);
  const buffers = Object.fromEntries(
    Object.entries({ a, b, bias }).map(([name, data]) => {
      const buffer = runner.createBuffer(Math.max(4, data.byteLength));
      runner.write(buffer, data);
      return [name, buffer];
    }),
  );
  const c = runner.createBuffer(Math.max(4, sizeBytes));
  const { bias: biasBuffer, ...rest } = buffers;
  runner.run(program, { ...rest, ...(spec.bias ? { bias: biasBuffer! } : {}), c } as Record<string, GPUBuffer>);
  const result = new Float32Array(await runner.read(c, sizeBytes));
  for (const buffer of [...Object.values(buffers), c]) runner.releaseBuffer(buffer);
  return result;
}

/** Runs the program twice: right within f32 rounding, and the same bits. */
async function check(spec: MatmulSpec, program: Program): Promise<void> {
  const got = await run(spec, program);
  const want = expected(spec, operands(spec));
  const limit = 3e-7 * Math.sqrt(spec.k + 1) * 3 + (spec.activation === "gelu" ? 2e-6 : 0);
  expect(got.length).toBe(want.length);
  want.forEach((value, i) => {
    if (!(Math.abs(got[i]! - value) <= limit * Math.max(1, Math.abs(value))))
      expect.fail(`element ${i}: got ${got[i]}, want ${value} within ${limit}`);
  });
  expect(await run(spec, program)).toEqual(got);
}

const transposes = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;
/** By default: nothing in fours, all in fours and more than a tile, some in fours. */
const sizes = unlessFull<readonly [number, number, number]>(
  [
    [1, 1, 1],
    [5, 7, 3],
    [8, 64, 4],
    [9, 65, 5],
    [7, 63, 29],
    [16, 68, 12],
    [12, 8, 13],
  ],
  ([m]) => m === 9 || m === 16 || m === 12,
);
const kernelsOf = (program: Program): string[] => program.dispatches.map((dispatch) => dispatch.kernel.name);

describe.each([
  ["naive", (spec: MatmulSpec) => naiveMatmul(spec)],
  ["direct tile", (spec: MatmulSpec) => matmul.program(spec, runner.caps, { tile: tileShapes.direct, splits: 1 })],
] as const)("%s", (_, program) => {
  test.each(transposes)("transposes %s %s", async (transposeA, transposeB) => {
    for (const [m, n, k] of sizes) {
      const spec = { m, n, k, transposeA, transposeB };
      await check(spec, program(spec));
    }
  });
});

describe("shared tile", () => {
  test.each(transposes)("small, transposes %s %s", async (transposeA, transposeB) => {
    for (const [m, n, k] of [
      [36, 36, 20],
      [33, 31, 17],
    ] as const) {
      const spec = { m, n, k, transposeA, transposeB };
      await check(spec, matmul.program(spec, hardwareCaps, { tile: tileShapes.small, splits: 1 }));
    }
  });

  test("large, whole rounds and ragged ones", async () => {
    for (const spec of [
      { m: 68, n: 72, k: 32, transposeB: true },
      { m: 65, n: 66, k: 19 },
    ]) {
      await check(spec, matmul.program(spec, hardwareCaps, { tile: tileShapes.large, splits: 1 }));
    }
  });

  test.each([1, 2])("the next operands on their way, k in %i", async (splits) => {
    const tile = { ...tileShapes.small, prefetch: true };
    for (const spec of [
      { m: 33, n: 36, k: 48, transposeB: true },
      { m: 35, n: 31, k: 37, transposeA: true },
    ]) {
      await check(spec, matmul.program(spec, hardwareCaps, { tile, splits }));
    }
  });

  test.each([
    ["an odd number of rows of threads", { ...tileShapes.small, threadsY: 3, depth: 8 }],
    [
      "wider than high, all steps written out",
      { ...tileShapes.largeAhead, rows: 4, threadsX: 12, threadsY: 2, depth: 8 },
    ],
  ])("threads: %s", async (_, tile) => {
    for (const spec of [
      { m: 37, n: 44, k: 24, transposeB: true },
      { m: 35, n: 101, k: 19, transposeA: true },
    ]) {
      await check(spec, matmul.program(spec, hardwareCaps, { tile, splits: 1 }));
    }
  });

  test("an adapter with tiles of its own", async () => {
    const spec = { m: 9, n: 12, k: 1030 };
    const program = matmul.program(spec, { ...hardwareCaps, adapter: "nvidia" });
    expect(program.dispatches.map(({ kernel }) => kernel.name)).toEqual(["matmul_tile", "matmul_split_k_sum"]);
    await check(spec, program);
  });
});

describe("few rows", () => {
  test.each([
    ["software", { lanesFrom: "device" }],
    ["hardware", { lanesFrom: "base" }],
  ] as const)("%s lanes", async (_, { lanesFrom }) => {
    const caps = lanesFrom === "device" ? runner.caps : hardwareCaps;
    for (const spec of [
      { m: 1, n: 64, k: 128, transposeB: true },
      { m: 1, n: 9, k: 131, transposeB: true },
      { m: 1, n: 132, k: 37 },
      { m: 1, n: 33, k: 8 },
      { m: 3, n: 36, k: 20 },
      { m: 4, n: 10, k: 24, transposeA: true, transposeB: true },
      { m: 2, n: 5, k: 7, transposeA: true },
    ]) {
      const program = matmul.program(spec, caps);
      expect(kernelsOf(program)).toEqual(["matmul_matvec"]);
      await check(spec, program);
    }
  });

  /** As a GPU with many rows past B, by subgroups where the adapter has them, and without. */
  const manyRowCaps = (): Caps[] => [
    { ...runner.caps, adapter: "nvidia" },
    { ...runner.caps, adapter: "nvidia", features: new Set() },
  ];

  test("more rows than are read past B together: parts of the sum, and groups of rows, in a workgroup", async () => {
    const layouts = new Set<string>();
    const shapes = [...[5, 6, 7, 8, 9, 20, 32, 33, 64].map((m) => [m, 27, 100] as const), [9, 5, 1030]] as const;
    // Many columns change the layout by subgroups; without, the kernel is that of few, and slow where it is emulated.
    const manyColumns = [
      [12, 1030, 68],
      [32, 2050, 68],
      [64, 4100, 68],
    ] as const;
    for (const [i, caps] of manyRowCaps().entries())
      for (const [m, n, k] of i === 0 ? [...shapes, ...manyColumns] : shapes) {
        const spec: MatmulSpec = { m, n, k, transposeB: true, bias: true, activation: "silu" };
        const program = matmul.program(spec, caps);
        expect(kernelsOf(program)).toEqual(["matmul_matvec"]);
        const {
          parts = 1,
          rowGroups = 1,
          subgroup,
        } = program.dispatches[0]!.config as NonNullable<MatmulChoice["matvecShape"]>;
        layouts.add(subgroup ? `${parts} × ${rowGroups}` : "without");
        await check(spec, program);
      }
    const bySubgroup = runner.caps.features.has("subgroups") ? ["4 × 1", "2 × 2", "1 × 4"] : [];
    expect([...layouts].sort()).toEqual([...bySubgroup, "without"].sort());
    const [caps] = manyRowCaps();
    for (const spec of [
      { m: 65, n: 24, k: 100, transposeB: true },
      { m: 9, n: 24, k: 100 },
      { m: 9, n: 24, k: 100, transposeB: true, batch: 2 },
      { m: 33, n: 2 ** 17, k: 100, transposeB: true },
    ])
      expect(kernelsOf(matmul.program(spec, caps))).not.toContain("matmul_matvec");
  });

  test("sums of a lane in blocks give what one block gives", async () => {
    for (const caps of [runner.caps, ...manyRowCaps()])
      for (const m of [1, 9]) {
        const spec: MatmulSpec = { m, n: 3, k: 2 ** 15 + 12, transposeB: true };
        await check(spec, matmul.program(spec, caps));
      }
  });

  test("rows normed as they are read, a few by each subgroup", async () => {
    const shapes = [
      [6, 10],
      [11, 17],
      [36, 40],
    ] as const;
    const manyColumns = [
      [36, 2100],
      [64, 4100],
    ] as const;
    for (const [i, caps] of manyRowCaps().entries())
      for (const [m, n] of i === 0 ? [...shapes, ...manyColumns] : shapes) await checkNormed(m, n, 72, caps);
  });

  async function checkNormed(m: number, n: number, k: number, caps: Caps): Promise<void> {
    const eps = 1e-5;
    const spec: MatmulSpec = { m, n, k, transposeB: true, norm: { eps, added: true } };
    const given = { a: numbers(m * k, 1), addend: numbers(m * k, 2), normWeight: numbers(k, 3), b: numbers(n * k, 4) };
    const buffers: Record<string, GPUBuffer> = {};
    for (const [name, values] of Object.entries(given)) {
      buffers[name] = runner.createBuffer(values.byteLength);
      runner.write(buffers[name], values);
    }
    buffers["c"] = runner.createBuffer(4 * m * n);
    buffers["summed"] = runner.createBuffer(4 * m * k);
    expect(matmul.takesNorm(spec, caps)).toBe(true);
    runner.run(matmul.program(spec, caps), buffers);
    const c = new Float32Array(await runner.read(buffers["c"], 4 * m * n));
    const summed = new Float32Array(await runner.read(buffers["summed"], 4 * m * k));
    const x = given.a.map((value, i) => value + given.addend[i]!);
    expect(summed).toEqual(x);
    let worst = 0;
    for (let row = 0; row < m; row++) {
      const own = [...x.subarray(row * k, (row + 1) * k)];
      const factor = 1 / Math.sqrt(own.reduce((sum, value) => sum + value * value, 0) / k + eps);
      const weighted = own.map((value, i) => value * factor * given.normWeight[i]!);
      for (let column = 0; column < n; column++) {
        const want = weighted.reduce((sum, value, i) => sum + value * given.b[column * k + i]!, 0);
        worst = Math.max(worst, Math.abs(c[row * n + column]! - want) / (1 + Math.abs(want)));
      }
    }
    expect(worst).toBeLessThan(1e-5);
    for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  }

  test("a column is a row of the transposed product", async () => {
    for (const transposeA of [false, true]) {
      const spec = { m: 21, n: 1, k: 12, transposeA, batch: 2 };
      const program = matmul.program(spec, runner.caps);
      expect(kernelsOf(program)).toEqual(["matmul_matvec"]);
      await check(spec, program);
    }
  });
});

describe("split sums", () => {
  test("a small result of a long sum", async () => {
    for (const spec of [
      { m: 8, n: 12, k: 1024, transposeA: true },
      { m: 9, n: 11, k: 1030, bias: true, activation: "silu" as const },
    ]) {
      const program = matmul.program(spec, runner.caps);
      expect(kernelsOf(program)).toEqual(["matmul_tile", "matmul_split_k_sum"]);
      await check(spec, program);
    }
  });

  test("batched, with a part that is shorter than the others", async () => {
    const spec: MatmulSpec = { m: 6, n: 5, k: 22, batch: 3 };
    await check(spec, matmul.program(spec, runner.caps, { splits: 3 } satisfies MatmulChoice));
  });

  test("no product over nothing is split", () => {
    expect(kernelsOf(matmul.program({ m: 8, n: 8, k: 0 }, hardwareCaps))).toEqual(["matmul_tile"]);
  });
});

describe("batches", () => {
  const axes = (
    ...list: readonly (readonly [number, number, number])[]
  ): { batch: { size: number; strideA: number; strideB: number }[] } => ({
    batch: list.map(([size, strideA, strideB]) => ({ size, strideA, strideB })),
  });
  test.each<[string, MatmulSpec]>([
    ["a dense stack", { m: 5, n: 4, k: 8, batch: 3 }],
    ["one B for all", { m: 5, n: 4, k: 8, ...axes([3, 40, 0]) }],
    ["crossed", { m: 5, n: 6, k: 4, ...axes([2, 20, 0], [3, 0, 24]) }],
    ["four axes that do not merge", { m: 5, n: 6, k: 4, ...axes([2, 20, 0], [2, 0, 24], [2, 40, 0], [2, 0, 48]) }],
    ["single rows", { m: 1, n: 6, k: 4, ...axes([2, 4, 0], [3, 0, 24]) }],
  ])("%s", async (_, spec) => {
    await check(spec, matmul.program(spec, runner.caps));
    await check(spec, naiveMatmul(spec));
  });

  test("more matrices than a grid dimension holds", async () => {
    const spec: MatmulSpec = { m: 5, n: 2, k: 3, batch: 7 };
    const program = matmul.program(spec, { ...runner.caps, maxComputeWorkgroupsPerDimension: 3 });
    expect(program.dispatches.length).toBe(3);
    await check(spec, program);
  });
});

describe("epilogue", () => {
  const kinds = unlessFull(["none", "relu", "silu", "gelu"] as const, (kind) => kind === "none" || kind === "gelu");
  test.each(kinds)("bias and %s", async (activation) => {
    for (const shape of [
      { m: 9, n: 12, k: 5 },
      { m: 9, n: 11, k: 5, transposeB: true },
      { m: 1, n: 8, k: 5 },
      { m: 1, n: 7, k: 8, transposeB: true },
    ]) {
      const spec = { ...shape, bias: true, activation };
      await check(spec, matmul.program(spec, runner.caps));
    }
  });
});

describe("limits", () => {
  test("empty products need no work, empty sums are zeros", async () => {
    expect(matmul.program({ m: 0, n: 4, k: 4 }).dispatches).toEqual([]);
    await check({ m: 6, n: 5, k: 0 }, matmul.program({ m: 6, n: 5, k: 0 }, runner.caps));
  });

  test("sizes must be whole numbers", () => {
    expect(() => matmul.program({ m: 1.5, n: 4, k: 4 })).toThrow(
      "matmul: m must be a whole number of at least 0; got 1.5.",
    );
  });

  test("names map to the caller's buffers", () => {
    const { dispatches } = matmul.program({ m: 9, n: 9, k: 9, bias: true, names: { a: "x", b: "weight", c: "y" } });
    expect(dispatches[0]!.buffers).toEqual({ a: "x", b: "weight", bias: "bias", c: "y" });
  });
});
