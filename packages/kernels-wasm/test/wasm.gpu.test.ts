// The kernels where JavaScript runs: this file goes to Node, to a browser and to Deno.
import { describe, expect, it } from "vitest";
import {
  createWasmRunner,
  dequantizeWasm,
  elementwiseWasm,
  gemm,
  type GemmSpec,
  narrowWasm,
  ssdForwardWasm,
  wasmSupport,
  widenWasm,
} from "../src/index.ts";

/** Numbers in [−1, 1) from a linear congruential generator. */
function noise(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => (state = (Math.imul(state, 1664525) + 1013904223) | 0) / 2 ** 31);
}

/** rms(got − want)/rms(want) */
function distance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let [error, scale] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    error += (got[i]! - want[i]!) ** 2;
    scale += want[i]! ** 2;
  }
  return Math.sqrt(error / scale);
}

it("has SIMD here", () => {
  expect(wasmSupport()).toMatchObject({ simd: true });
});

// Blocks start over after 256 of k and 1024 columns; 4 rows and 8 columns make a tile.
it.each([
  [1, 1, 1],
  [4, 8, 256],
  [5, 9, 257],
  [3, 1025, 7],
  [35, 1030, 258],
  [2, 3, 5],
  [1, 33, 70],
  [17, 1, 19],
])("multiplies %i × %i matrices over %i", (m, n, k) => {
  const [a, b] = [noise(m * k, 1), noise(k * n, 2)];
  for (const fma of [undefined, false]) {
    const runner = createWasmRunner(fma === undefined ? {} : { fma });
    for (const [transposeA, transposeB] of [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ] as const) {
      const want = new Float64Array(m * n);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          for (let p = 0; p < k; p++)
            want[i * n + j]! += a[transposeA ? p * m + i : i * k + p]! * b[transposeB ? j * k + p : p * n + j]!;
        }
      }
      const c = runner.heap.allocate(4 * m * n);
      runner.run(gemm.program({ m, n, k, transposeA, transposeB }), { a: runner.upload(a), b: runner.upload(b), c });
      expect(distance(runner.read(c, m * n), want)).toBeLessThan(2e-6);
    }
  }
});

describe("weights that are not f32 are read as they lie", () => {
  const runner = createWasmRunner();

  /** The product in doubles, of a weight that was widened. */
  function expectProduct(spec: GemmSpec, weights: number, wide: Float32Array, scales: number = 0): void {
    const { m, n, k, transposeB = false } = spec;
    const [a, bias] = [noise(m * k, 7), noise(n, 8)];
    const want = Float64Array.from({ length: m * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      let sum = bias[j]!;
      for (let p = 0; p < k; p++) sum += a[i * k + p]! * wide[transposeB ? j * k + p : p * n + j]!;
      return Math.max(sum, 0);
    });
    const c = runner.heap.allocate(4 * m * n);
    runner.run(gemm.program({ ...spec, bias: true, activation: "relu" }), {
      a: runner.upload(a),
      b: weights,
      bias: runner.upload(bias),
      scales,
      c,
    });
    expect(distance(runner.read(c, m * n), want)).toBeLessThan(2e-6);
  }

  // A block is 256 of k by 1024 columns.
  it.each([
    [1, 37, 259],
    [1, 1030, 16],
    [3, 9, 257],
    [6, 1030, 300],
  ])("halves, %i × %i over %i", (m, n, k) => {
    for (const type of ["f16", "bf16"] as const) {
      const [narrow, wide] = [runner.heap.allocate(2 * n * k), runner.heap.allocate(4 * n * k)];
      runner.run(narrowWasm.program({ to: type, size: n * k }), { x: runner.upload(noise(n * k, 9)), y: narrow });
      runner.run(widenWasm.program({ from: type, size: n * k }), { x: narrow, y: wide });
      for (const transposeB of [true, false])
        expectProduct({ m, n, k, transposeB, types: { b: type } }, narrow, runner.read(wide, n * k));
    }
  });

  it("every half is widened exactly, whatever its neighbours", () => {
    const size = 2 ** 16;
    const value: Readonly<Record<"f16" | "bf16", (bits: number) => number>> = {
      f16: (bits) => {
        const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
        const magnitude =
          exponent === 31
            ? fraction
              ? NaN
              : Infinity
            : exponent === 0
              ? fraction * 2 ** -24
              : (1024 + fraction) * 2 ** (exponent - 25);
        return bits & 0x8000 ? -magnitude : magnitude;
      },
      bf16: (bits) => new Float32Array(Uint32Array.of(bits << 16).buffer)[0]!,
    };
    for (const type of ["f16", "bf16"] as const) {
      // An odd factor brings halves of all kinds together.
      for (const factor of [1, 40503]) {
        const bits = Uint16Array.from({ length: size }, (_, i) => i * factor);
        const y = runner.heap.allocate(4 * size);
        runner.run(widenWasm.program({ from: type, size }), { x: runner.upload(new Uint32Array(bits.buffer)), y });
        const got = runner.read(y, size);
        expect(bits.findIndex((half, i) => !Object.is(got[i], value[type](half)))).toBe(-1);
      }
    }
  });

  // Four words, 16 bytes or 32 half bytes, make a block of one row; other groups go by way of tiles.
  it.each([
    [1, 37, 528],
    [1, 1030, 96],
    [2, 9, 528],
    [6, 1030, 288],
  ])("integers with scales, %i × %i over %i", (m, n, k) => {
    for (const bits of [8, 4] as const) {
      for (const groupSize of [8, 16, 24, 32, 96].filter((size) => k % size === 0)) {
        const words = Uint32Array.from(noise((n * k * bits) / 32, 10), (value) => value * 2 ** 31);
        const [packed, scales, wide] = [
          runner.upload(words),
          runner.upload(noise((n * k) / groupSize, 11)),
          runner.heap.allocate(4 * n * k),
        ];
        runner.run(dequantizeWasm.program({ bits, size: n * k, groupSize }), { packed, scales, y: wide });
        expectProduct(
          { m, n, k, transposeB: true, types: { b: bits === 8 ? "int8" : "int4" }, groupSize },
          packed,
          runner.read(wide, n * k),
          scales,
        );
      }
    }
  });

  it("says that integers have their scales along k", () => {
    expect(() => gemm.program({ m: 1, n: 8, k: 8, types: { b: "int8" }, groupSize: 8 })).toThrow(
      /a B of int8 must be transposed/,
    );
  });
});

it("applies bias and activation at the end of a long sum", () => {
  const [m, n, k] = [6, 11, 300];
  const runner = createWasmRunner();
  const [a, b, bias] = [noise(m * k, 3), noise(n * k, 4), noise(n, 5)];
  const c = runner.heap.allocate(4 * m * n);
  runner.run(gemm.program({ m, n, k, transposeB: true, bias: true, activation: "silu" }), {
    a: runner.upload(a),
    b: runner.upload(b),
    bias: runner.upload(bias),
    c,
  });
  const want = Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = bias[j]!;
    for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[j * k + p]!;
    return sum / (1 + Math.exp(-sum));
  });
  expect(distance(runner.read(c, m * n), want)).toBeLessThan(2e-6);
});

it("computes chains, and survives the growth of its memory", () => {
  const runner = createWasmRunner();
  const x = noise(1003, 6);
  const from = runner.upload(x);
  const before = runner.heap.memory.buffer.byteLength;
  const y = runner.heap.allocate(2 ** 25);
  expect(runner.heap.memory.buffer.byteLength).toBeGreaterThan(before);
  const program = elementwiseWasm.program({
    shape: [1003],
    inputs: { x: {} },
    steps: [["t", "softplus(x)"]],
    result: "t * tanh_safe(x)",
  })!;
  runner.run(program, { x: from, y });
  expect(
    distance(
      runner.read(y, 1003),
      x.map((v) => Math.log1p(Math.exp(v)) * Math.tanh(v)),
    ),
  ).toBeLessThan(1e-6);
});

it("scans as token by token", () => {
  const [l, p, n] = [19, 5, 6];
  const runner = createWasmRunner();
  const [x, B, C] = [noise(l * p, 7), noise(l * n, 8), noise(l * n, 9)];
  const dt = noise(l, 10).map((v) => Math.abs(v) + 0.1);
  const y = runner.heap.allocate(4 * l * p);
  const finalState = runner.heap.allocate(4 * p * n);
  runner.run(ssdForwardWasm.program({ b: 1, l, h: 1, p, g: 1, n }), {
    x: runner.upload(x),
    dt: runner.upload(dt),
    A: runner.upload(new Float32Array([-0.7])),
    B: runner.upload(B),
    C: runner.upload(C),
    y,
    finalState,
  });
  const state = new Float64Array(p * n);
  const want = new Float64Array(l * p);
  for (let t = 0; t < l; t++) {
    for (let i = 0; i < p; i++) {
      for (let j = 0; j < n; j++) {
        state[i * n + j] = Math.exp(dt[t]! * -0.7) * state[i * n + j]! + dt[t]! * x[t * p + i]! * B[t * n + j]!;
        want[t * p + i]! += state[i * n + j]! * C[t * n + j]!;
      }
    }
  }
  expect(distance(runner.read(y, l * p), want)).toBeLessThan(2e-6);
  expect(distance(runner.read(finalState, p * n), state)).toBeLessThan(2e-6);
});
