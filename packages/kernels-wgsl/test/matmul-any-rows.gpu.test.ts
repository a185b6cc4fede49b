// A row has the same bits whatever the number of rows of the product that it is one of: README.md §8 says where.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Caps,
  classTable,
  createRunner,
  matmul,
  type MatmulChoice,
  type MatmulSpec,
  rmsNorm,
  type WebGPURunner,
} from "../src/index.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await createRunner(await sharedGpu(), { poison: true });
});
afterAll(() => runner.destroy());

/** Deterministic numbers in [-1, 1), with digits down to the last bit. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2147483648 - 1) * 1.1;
  });
}

const rowCounts = [1, 3, 4, 5, 9, 33, 64, 65] as const;
const most = 130;

/** Of whose lanes there are as many as the adapter's subgroups have threads, 32 elsewhere: a sum has at most so many rounds. */
const devices: Readonly<Record<string, (caps: Caps) => Caps>> = {
  "this adapter": (caps) => caps,
  "NVIDIA, subgroups": (caps) => ({ ...caps, adapter: "nvidia" }),
  "NVIDIA, none": (caps) => ({ ...caps, adapter: "nvidia", features: new Set() }),
  "an unknown GPU, none": (caps) => ({ ...caps, adapter: "unknown", features: new Set() }),
};

/** Runs a program on what it reads, and reads one of its results. */
async function run(
  program: ReturnType<typeof matmul.program>,
  inputs: Readonly<Record<string, ArrayBufferView>>,
  sizes: Readonly<Record<string, number>>,
): Promise<Readonly<Record<string, Float32Array>>> {
  const buffers: Record<string, GPUBuffer> = {};
  for (const [name, values] of Object.entries(inputs)) {
    buffers[name] = runner.createBuffer(values.byteLength);
    runner.write(buffers[name], values as Float32Array);
  }
  for (const [name, size] of Object.entries(sizes)) buffers[name] = runner.createBuffer(4 * size);
  runner.run(program, buffers);
  const results: Record<string, Float32Array> = {};
  for (const [name, size] of Object.entries(sizes))
    results[name] = new Float32Array(await runner.read(buffers[name]!, 4 * size));
  for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  return results;
}

const typesOfB = {
  f32: {},
  f16: { types: { b: "f16" } },
  bf16: { types: { b: "bf16" } },
  int8: { types: { b: "int8" }, groupSize: 8 },
  int4: { types: { b: "int4" }, groupSize: 8 },
} as const satisfies Record<string, Partial<MatmulSpec>>;

const bitsOfB = { f32: 32, f16: 16, bf16: 16, int8: 8, int4: 4 } as const;

/** Weights as stored. Halves are far from infinity whatever their bits say. */
function weights(type: keyof typeof typesOfB, count: number): Float32Array | Uint32Array {
  if (type === "f32") return numbers(count, 2);
  const words = Uint32Array.from(numbers((count * bitsOfB[type]) / 32, 2), (x) => Math.floor((x + 2) * 2 ** 30));
  return type.startsWith("int") ? words : words.map((word) => (word & 0x8fff8fff) | 0x30003000);
}

describe.each(Object.entries(devices))("%s", (name, capsOf) => {
  const sizes =
    name === "this adapter" ? [4, 48, 100, 508] : name === "NVIDIA, subgroups" ? [4, 30, 48, 64] : [7, 48, 100, 508];

  test.each(Object.keys(typesOfB) as (keyof typeof typesOfB)[])("%s", async (type) => {
    const caps = capsOf(runner.caps);
    for (const k of sizes) {
      if (type !== "f32" && k % 8 > 0) continue;
      const n = 27;
      const [a, b, bias, residual] = [numbers(most * k, 1), weights(type, n * k), numbers(n, 3), numbers(most * n, 4)];
      const scales = numbers((n * k) / 8, 5);
      const resultOf = async (m: number, choice?: MatmulChoice): Promise<readonly [Float32Array, string]> => {
        const spec: MatmulSpec = {
          m,
          n,
          k,
          transposeB: true,
          bias: true,
          activation: "silu",
          residual: true,
          ...typesOfB[type],
        };
        const program = matmul.program(spec, caps, choice);
        const rows = { a: a.subarray(0, m * k), b, bias, residual: residual.subarray(0, m * n) };
        const { c } = await run(program, { ...rows, ...(spec.groupSize && { scales }) }, { c: m * n });
        return [c!, program.dispatches.map(({ kernel }) => kernel.name).join()];
      };
      const [all, kernel] = await resultOf(most);
      expect(kernel).toBe("matmul_tile");
      const { tile, smallTile } = classTable(caps).matmul;
      for (const shape of [tile, smallTile]) expect((await resultOf(most, { tile: shape, splits: 1 }))[0]).toEqual(all);
      for (const m of rowCounts) {
        const [c] = await resultOf(m);
        expect(c, `k = ${k}, ${m} rows`).toEqual(all.subarray(0, m * n));
      }
    }
  });
});

// Without subgroups the norm's own kernel adds up squares in another order than the threads of a product have.
test.each(["this adapter", "NVIDIA, subgroups"] as const)("rows normed as they are read: %s", async (name) => {
  const caps = devices[name]!(runner.caps);
  for (const k of name === "this adapter" ? [4, 48, 100] : [4, 48, 64]) {
    const [n, eps] = [27, 1e-5];
    const [x, addend, normWeight, b] = [numbers(most * k, 1), numbers(most * k, 2), numbers(k, 3), numbers(n * k, 4)];
    const norm = rmsNorm.program({ rows: most, cols: k, eps, residual: true }, caps);
    const { y, residualOut } = await run(
      norm,
      { x, residual: addend, weight: normWeight },
      { y: most * k, residualOut: most * k, rstd: most },
    );
    const { c: all } = await run(
      matmul.program({ m: most, n, k, transposeB: true }, caps),
      { a: y!, b },
      { c: most * n },
    );
    for (const m of rowCounts) {
      const spec: MatmulSpec = { m, n, k, transposeB: true, norm: { eps, added: true } };
      if (!matmul.takesNorm(spec, caps)) continue;
      const rows = { a: x.subarray(0, m * k), addend: addend.subarray(0, m * k), normWeight, b };
      const { c, summed } = await run(matmul.program(spec, caps), rows, { c: m * n, summed: m * k });
      expect(summed).toEqual(residualOut!.subarray(0, m * k));
      expect(c, `k = ${k}, ${m} rows`).toEqual(all!.subarray(0, m * n));
    }
  }
});
