// Products of operands stored in half precision or as scaled integers, their epilogues, and the variant that shuffles, against plain loops in doubles.
import { unlessFull } from "@x/testing/is-full";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  baseCaps,
  type Caps,
  matmul,
  type MatmulSpec,
  type Program,
  createRunner,
  type StorageType,
  tileShapes,
  type WebGPURunner,
  type WeightType,
} from "../src/index.ts";
import { naiveMatmul } from "./naive-matmul.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await createRunner(await sharedGpu(), { poison: true });
});
afterAll(() => runner.destroy());

/** A binding's words, and the numbers they stand for. */
interface Stored {
  readonly words: Uint32Array;
  readonly values: Float64Array;
}

/** Deterministic integers in 0 … 2³² − 1. */
function integers(count: number, seed: number): Uint32Array {
  let state = seed >>> 0;
  return Uint32Array.from({ length: count }, () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0)).map(
    (x) => x ^ (x >>> 15),
  );
}

/** `count` numbers of a type. Halves have few bits, so that every rounding leaves them alone. */
function stored(type: WeightType, count: number, seed: number): Stored {
  const bits = { f32: 32, f16: 16, bf16: 16, int8: 8, int4: 4 }[type];
  const perWord = 32 / bits;
  const words = new Uint32Array(Math.ceil(count / perWord));
  const values = Float64Array.from(integers(count, seed), (random, i) => {
    const small = ((random >>> 8) % 255) - 127; // −127 … 127
    const [raw, value] = encode(type, small);
    words[Math.floor(i / perWord)]! |= bits === 32 ? raw : (raw & (2 ** bits - 1)) << ((i % perWord) * bits);
    return value;
  });
  return { words, values };
}

function encode(type: WeightType, small: number): [raw: number, value: number] {
  if (type === "int8") return [small, small];
  if (type === "int4") return [small >> 4, small >> 4];
  const value = small / 128;
  const raw = new Uint32Array(Float32Array.of(value).buffer)[0]!;
  if (type === "f32") return [raw, value];
  if (type === "bf16") return [raw >>> 16, value];
  return [value === 0 ? 0 : ((raw >>> 16) & 0x8000) | (((raw & 0x7fffffff) - 0x38000000) >>> 13), value]; // exact: 7 bits, no exponent below −7
}

const halves: Readonly<Record<"f16" | "bf16", (bits: number) => number>> = {
  bf16: (bits) => new Float32Array(Uint32Array.of(bits << 16).buffer)[0]!,
  f16: (bits) => {
    const [exponent, mantissa] = [(bits >> 10) & 31, bits & 1023];
    return (
      (bits & 0x8000 ? -1 : 1) * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15))
    );
  },
};

interface Run {
  readonly got: Float64Array;
  readonly want: Float64Array;
}

async function run(spec: MatmulSpec, program: Program): Promise<Run> {
  const {
    m,
    n,
    k,
    types = {},
    transposeA = false,
    transposeB = false,
    groupSize = 0,
    bias,
    gate,
    residual,
    activation = "none",
    batch = 1,
  } = spec;
  const matrices = batch as number;
  const a = stored(types.a ?? "f32", matrices * m * k, 1);
  const b = stored(types.b ?? "f32", matrices * k * n, 2);
  const dense = (count: number, seed: number): Stored => stored("f32", count, seed);
  const inputs: Record<string, Stored> = {
    a,
    b,
    ...(groupSize ? { scales: dense((n * k) / groupSize, 3) } : {}),
    ...(bias ? { bias: dense(n, 4) } : {}),
    ...(gate ? { gate: dense(matrices * m * n, 5) } : {}),
    ...(residual ? { residual: dense(matrices * m * n, 6) } : {}),
  };
  const scale = (j: number, q: number): number =>
    groupSize ? inputs["scales"]!.values[Math.floor((j * k + q) / groupSize)]! : 1;
  const want = Float64Array.from({ length: matrices * m * n }, (_, place) => {
    const [matrix, i, j] = [Math.floor(place / (m * n)), Math.floor(place / n) % m, place % n];
    let sum = inputs["bias"]?.values[j] ?? 0;
    for (let q = 0; q < k; q++) {
      sum +=
        a.values[matrix * m * k + (transposeA ? q * m + i : i * k + q)]! *
        b.values[matrix * k * n + (transposeB ? j * k + q : q * n + j)]! *
        scale(j, q);
    }
    const active = activation === "silu" ? sum / (1 + Math.exp(-sum)) : activation === "relu" ? Math.max(0, sum) : sum;
    return active * (inputs["gate"]?.values[place] ?? 1) + (inputs["residual"]?.values[place] ?? 0);
  });
  const buffers: Record<string, GPUBuffer> = {};
  for (const [name, { words }] of Object.entries(inputs)) {
    buffers[name] = runner.createBuffer(words.byteLength);
    runner.write(buffers[name], words);
  }
  const typeC = types.c ?? "f32";
  const sizeBytes = matrices * m * n * (typeC === "f32" ? 4 : 2);
  buffers["c"] = runner.createBuffer(sizeBytes);
  runner.run(program, buffers);
  const bytes = await runner.read(buffers["c"], sizeBytes);
  for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  return {
    want,
    got:
      typeC === "f32"
        ? Float64Array.from(new Float32Array(bytes))
        : Float64Array.from(new Uint16Array(bytes), (bits) => halves[typeC](bits)),
  };
}

/** Runs twice: right within the rounding of f32 sums and of the stored result, and the same bits. */
async function check(spec: MatmulSpec, program: Program): Promise<void> {
  const { got, want } = await run(spec, program);
  const stepC = { f32: 0, f16: 2 ** -11, bf16: 2 ** -8 }[spec.types?.c ?? "f32"];
  const size = spec.groupSize ? (spec.types?.b === "int8" ? 127 : 8) : 1;
  const limit = 2e-6 * size * Math.sqrt(spec.k + 1);
  want.forEach((value, i) => {
    if (!(Math.abs(got[i]! - value) <= (limit + stepC) * Math.max(1, Math.abs(value))))
      expect.fail(`element ${i}: got ${got[i]}, want ${value} within ${limit + stepC}`);
  });
  expect((await run(spec, program)).got).toEqual(got);
}

const variants: Readonly<Record<string, (spec: MatmulSpec) => Program>> = {
  naive: (spec) => naiveMatmul(spec),
  direct: (spec) => matmul.program(spec, runner.caps, { tile: tileShapes.direct, splits: 1 }),
  "small, k in 2": (spec) => matmul.program(spec, baseCaps, { tile: tileShapes.small, splits: 2 }),
};
/** By default one pair for each type, each operand both ways in the two: f32 takes all four in matmul.gpu.test.ts. */
const transposes = (type: StorageType): readonly (readonly [boolean, boolean])[] =>
  unlessFull<readonly [boolean, boolean]>(
    [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ],
    ([a, b]) => a !== b && b === (type === "bf16"),
  );

describe.each(Object.entries(variants))("%s", (_, program) => {
  test.each(["f16", "bf16"] as const satisfies readonly StorageType[])(
    "%s operands, all transposes, whole vectors and ragged",
    async (type) => {
      for (const [transposeA, transposeB] of transposes(type)) {
        for (const [m, n, k] of [
          [12, 20, 40],
          [7, 9, 35],
        ] as const) {
          const spec = { m, n, k, transposeA, transposeB, types: { a: type, b: type } };
          await check(spec, program(spec));
        }
      }
    },
  );

  test("weights of half precision, batched at odd places", async () => {
    const spec: MatmulSpec = { m: 5, n: 7, k: 9, batch: 3, types: { b: "bf16" } };
    await check(spec, program(spec));
  });

  test.each(["int8", "int4"] as const)("%s weights", async (b) => {
    for (const spec of [
      { m: 9, n: 11, k: 48, groupSize: 16 },
      { m: 8, n: 12, k: 64, groupSize: 8, transposeA: true },
    ]) {
      const full: MatmulSpec = { ...spec, transposeB: true, types: { b } };
      await check(full, program(full));
    }
  });

  test("bias, activation, gate and residual", async () => {
    for (const spec of [
      { m: 9, n: 12, k: 37 },
      { m: 5, n: 7, k: 40, batch: 2 },
    ]) {
      const full: MatmulSpec = { ...spec, bias: true, activation: "silu", gate: true, residual: true };
      await check(full, program(full));
    }
    const gated: MatmulSpec = { m: 9, n: 8, k: 33, bias: true, gate: true };
    await check(gated, program(gated));
  });
});

test.each(["f16", "bf16"] as const)("results stored as %s, k whole and cut", async (c) => {
  for (const splits of [1, 2]) {
    const spec: MatmulSpec = { m: 7, n: 12, k: 40, types: { c }, bias: true, residual: true };
    await check(spec, matmul.program(spec, runner.caps, { tile: tileShapes.direct, splits }));
  }
});

test("few rows: the epilogue of the row kernel", async () => {
  for (const spec of [
    { m: 1, n: 12, k: 40 },
    { m: 3, n: 7, k: 40, transposeB: true },
    { m: 40, n: 1, k: 12 },
  ]) {
    const full: MatmulSpec = { ...spec, gate: true, residual: true };
    const program = matmul.program(full, runner.caps);
    expect(program.dispatches.map(({ kernel }) => kernel.name)).toEqual(["matmul_matvec"]);
    await check(full, program);
  }
});

const plainSoftware: Caps = { ...baseCaps, adapter: "software" };
const rowCaps: Readonly<Record<string, () => Caps>> = {
  "the device": () => runner.caps,
  "one lane": () => plainSoftware,
  "shared lanes": () => baseCaps,
};

describe.each(Object.entries(rowCaps))("few rows, as planned for %s", (_, caps) => {
  test("weights of every type, whole vectors and ragged", async () => {
    const shapes = [
      { m: 1, n: 21, k: 48, transposeB: true },
      { m: 3, n: 9, k: 35, transposeB: true },
      { m: 2, n: 20, k: 17 },
      { m: 1, n: 7, k: 9 },
      { m: 3, n: 5, k: 12, transposeB: true, batch: 2 },
    ];
    for (const [i, shape] of shapes.entries()) {
      const spec: MatmulSpec = { ...shape, types: { b: i % 2 === 0 ? "bf16" : "f16" }, bias: true, activation: "silu" };
      const program = matmul.program(spec, caps());
      expect(program.dispatches.map(({ kernel }) => kernel.name)).toEqual(["matmul_matvec"]);
      await check(spec, program);
    }
    for (const [m, b] of [
      [1, "int8"],
      [3, "int4"],
    ] as const) {
      const spec: MatmulSpec = { m, n: 21, k: 48, transposeB: true, types: { b }, groupSize: 16 };
      await check(spec, matmul.program(spec, caps()));
    }
  });
});

test("few rows by the sums of subgroups only where these have one size", () => {
  const featuresOf = (caps: Caps): readonly string[] => {
    const { kernel, config } = matmul.program({ m: 2, n: 64, k: 64, transposeB: true }, caps).dispatches[0]!;
    return kernel.features?.(config) ?? [];
  };
  const features = new Set(["subgroups"]);
  expect(featuresOf({ ...baseCaps, features, subgroupMinSize: 32, subgroupMaxSize: 32 })).toEqual(["subgroups"]);
  expect(featuresOf({ ...baseCaps, features, subgroupMinSize: 8, subgroupMaxSize: 32 })).toEqual([]);
  expect(featuresOf({ ...baseCaps, subgroupMinSize: 32, subgroupMaxSize: 32 })).toEqual([]);
});

test("what cannot be is said", () => {
  expect(() => matmul.program({ m: 2, n: 3, k: 4, types: { c: "f16" } })).toThrow(
    "n must be a multiple of 4 where C is f16; got 3.",
  );
  expect(() => matmul.program({ m: 2, n: 3, k: 16, types: { b: "int8" }, groupSize: 8 })).toThrow(
    "must be one matrix stored as [n, k] (transposeB)",
  );
  expect(() => matmul.program({ m: 2, n: 3, k: 20, types: { b: "int8" }, groupSize: 8, transposeB: true })).toThrow(
    "groupSize must be a multiple of 8 that divides k, 20; got 8.",
  );
});
