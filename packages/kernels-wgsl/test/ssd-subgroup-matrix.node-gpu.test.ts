// The scan with subgroup matrices: which scans run there, and their kernels with the units emulated against the kernels in f32, every output and gradient.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  baseCaps,
  type Caps,
  type Program,
  createRunner,
  loadMatrixScan,
  ssd,
  ssdBackward,
  type SsdChoice,
  type SsdSpec,
  type WebGPURunner,
} from "../src/index.ts";
import { emulated } from "./emulate-subgroup-matrix.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  await loadMatrixScan();
  runner = await createRunner(await sharedGpu(), { poison: true });
});
afterAll(() => runner.destroy());

const h200: Caps = {
  ...baseCaps,
  adapter: "nvidia",
  features: new Set(["shader-f16", "subgroups", "chromium-experimental-subgroup-matrix"]),
  subgroupMinSize: 32,
  subgroupMaxSize: 32,
  subgroupMatrix: [{ componentType: "f16", resultComponentType: "f32", M: 16, N: 16, K: 16 }],
  maxComputeWorkgroupStorageSize: 49152,
  maxComputeInvocationsPerWorkgroup: 1024,
  matmulPrecision: "f16",
};
const names = ({ dispatches }: Program): string[] => dispatches.map(({ kernel }) => kernel.name);
const onUnits = (program: Program): boolean => names(program).some((name) => name.endsWith("_matrix"));
const whole: SsdSpec = { b: 1, l: 100, h: 2, p: 64, g: 1, n: 128, dtSoftplus: true };

describe("scans that may round to f16", () => {
  it("run with subgroup matrices where a device has them, all their products", () => {
    expect(names(ssd.program(whole, h200)).filter((name) => name.endsWith("_matrix"))).toHaveLength(3);
    expect(names(ssdBackward.program(whole, h200)).filter((name) => name.endsWith("_matrix"))).toHaveLength(7);
    expect(onUnits(ssd.program(whole, { ...h200, matmulPrecision: "f32" }, { precision: "f16" }))).toBe(true);
  });

  it("are as all others elsewhere", () => {
    const { matmulPrecision: _, ...precise } = h200;
    const plain = ssd.program(whole, precise);
    expect(onUnits(plain)).toBe(false);
    expect(ssd.program(whole, h200, { precision: "f32" })).toEqual(plain);
    const lacking: readonly Partial<Caps>[] = [
      { features: new Set(["shader-f16", "subgroups"]) },
      { subgroupMatrix: [] },
      { subgroupMinSize: 16 },
      { adapter: "unknown" },
      { maxComputeWorkgroupStorageSize: 16384 },
    ];
    for (const less of lacking)
      expect(ssd.program(whole, { ...h200, ...less })).toEqual(ssd.program(whole, { ...precise, ...less }));
    for (const sizes of [{ p: 62 }, { n: 126 }, { p: 12 }, { n: 8 }])
      expect(onUnits(ssd.program({ ...whole, ...sizes }, h200))).toBe(false);
  });
});

/** Numbers in [low, high) that look random, the same every time. */
function drawn(count: number, salt: number, low: number, high: number): Float32Array {
  let state = salt;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + ((high - low) * state) / 2 ** 32;
  });
}

/** Every tensor of a scan and its gradient: given ones with values, the others with their sizes. */
function tensorsOf({ b, l, h, p, g, n, D, z, dtBias, initialState, seqIdx }: SsdSpec): {
  given: Record<string, Float32Array | Int32Array>;
  made: Record<string, number>;
} {
  const [tokens, states, keys, channels] = [b * l * h * p, b * h * p * n, b * l * g * n, D === "head" ? h : h * p];
  return {
    given: {
      x: drawn(tokens, 1, -1, 1),
      dt: drawn(b * l * h, 2, -2, 0),
      A: drawn(h, 3, -2, -0.1),
      B: drawn(keys, 4, -1, 1),
      C: drawn(keys, 5, -1, 1),
      gradY: drawn(tokens, 6, -1, 1),
      gradFinalState: drawn(states, 7, -1, 1),
      ...(D ? { D: drawn(channels, 8, -1, 1) } : {}),
      ...(z ? { z: drawn(tokens, 9, -2, 2) } : {}),
      ...(dtBias ? { dtBias: drawn(h, 10, -1, 0) } : {}),
      ...(initialState ? { initialState: drawn(states, 11, -1, 1) } : {}),
      ...(seqIdx ? { seqIdx: Int32Array.from({ length: b * l }, (_, i) => Math.floor((i % l) / 13)) } : {}),
    },
    made: {
      y: tokens,
      finalState: states,
      gradX: tokens,
      gradDt: b * l * h,
      gradA: h,
      gradB: keys,
      gradC: keys,
      ...(D ? { gradD: channels } : {}),
      ...(z ? { gradZ: tokens } : {}),
      ...(dtBias ? { gradDtBias: h } : {}),
      ...(initialState ? { gradInitialState: states } : {}),
    },
  };
}

async function results(shape: SsdSpec, programs: readonly Program[]): Promise<Record<string, Float32Array>> {
  const { given, made } = tensorsOf(shape);
  const buffers: Record<string, GPUBuffer> = {};
  for (const [name, values] of Object.entries(given))
    runner.write((buffers[name] = runner.createBuffer(values.byteLength)), values);
  for (const [name, count] of Object.entries(made)) buffers[name] = runner.createBuffer(4 * count);
  for (const program of programs) runner.run(program, buffers);
  const read: Record<string, Float32Array> = {};
  for (const [name, count] of Object.entries(made))
    read[name] = new Float32Array(await runner.read(buffers[name]!, 4 * count));
  for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  return read;
}

/** The scans in f32 in the forms that software adapters compile soonest. */
const software: Caps = { ...baseCaps, adapter: "software" };

/** Chunks of 32 tokens: emulated operands take twice the memory. Software adapters take seconds to compile each text, so few scans must show everything. */
const scans: Readonly<
  Record<string, readonly [shape: SsdSpec, matrix: NonNullable<SsdChoice["matrix"]>, subgroupSize: number]>
> = {
  "whole tiles, skip and gate, one workgroup for all heads": [
    { b: 1, l: 64, h: 2, p: 32, g: 1, n: 64, dtSoftplus: true, D: "head", z: true },
    { depth: 16, threads: 32, targetWorkgroups: 1, walks: 1000 },
    16,
  ],
  "edges of tiles, documents, states, groups, a workgroup per head, two and four subgroups": [
    {
      b: 2,
      l: 33,
      h: 4,
      p: 36,
      g: 2,
      n: 20,
      dtSoftplus: true,
      D: "channel",
      dtBias: true,
      initialState: true,
      seqIdx: true,
    },
    { depth: 32, threads: 64, targetWorkgroups: 1024, walks: 1 },
    16,
  ],
  "states of three chunks, stored as f16": [
    { b: 1, l: 70, h: 1, p: 32, g: 1, n: 32, dtSoftplus: true },
    { depth: 16, threads: 32, targetWorkgroups: 1, walks: 1, halfStates: true },
    16,
  ],
};
/** Of rms(want): sums in another order, or states that are rounded twice on their way to a gradient, by 2⁻¹¹/√3 on average. */
const most = { f32: 5e-6, f16: 6e-4 };

describe("kernels with emulated subgroup matrices compute what those in f32 do", () => {
  it.each(Object.keys(scans))("%s", async (name) => {
    const [shape, matrix, subgroupSize] = scans[name]!;
    const choice: SsdChoice = { chunkLength: 32, matrix };
    const caps: Caps = { ...h200, subgroupMinSize: subgroupSize, subgroupMaxSize: subgroupSize };
    const full = { ...shape, gradFinalState: true };
    const units = [ssd.program(shape, caps, choice), ssdBackward.program(full, caps, choice)];
    expect(units.every(onUnits)).toBe(true);
    const got = await results(shape, units.map(emulated));
    const want = await results(shape, [ssd.program(shape, software), ssdBackward.program(full, software)]);
    for (const [tensor, values] of Object.entries(want)) {
      const rms = (of: (i: number) => number): number => Math.sqrt(values.reduce((sum, _, i) => sum + of(i) ** 2, 0));
      const ratio = rms((i) => got[tensor]![i]! - values[i]!) / rms((i) => values[i]!);
      expect(ratio, tensor).toBeLessThanOrEqual(matrix.halfStates ? most.f16 : most.f32);
    }
  });
});

/** One rounded decay of a chunk, applied 64 times, would be up to 2e-6 off, more by the builtin exp; its two parts are 3e-9 off. */
it.each([-0.001, -0.0013])("a state carried through 64 chunks keeps its digits, A = %d", async (A) => {
  const [l, h, p, n] = [2048, 1, 16, 16];
  const shape: SsdSpec = { b: 1, l, h, p, g: 1, n, initialState: true };
  const caps: Caps = { ...h200, subgroupMinSize: 16, subgroupMaxSize: 16 };
  const matrix = { depth: 16, threads: 32, targetWorkgroups: 1, walks: 1 } as const;
  const { dispatches, temps } = emulated(ssd.program(shape, caps, { chunkLength: 32, matrix }));
  const walk = dispatches.findIndex(({ kernel }) => kernel.name.startsWith("ssd_state_walk_matrix"));
  const initialState = drawn(p * n, 11, 0.5, 1);
  const given = {
    x: new Float32Array(l * p),
    dt: new Float32Array(l).fill(1),
    A: Float32Array.of(A),
    B: new Float32Array(l * n),
    initialState,
  };
  const buffers: Record<string, GPUBuffer> = { finalState: runner.createBuffer(4 * p * n) };
  for (const [name, values] of Object.entries(given))
    runner.write((buffers[name] = runner.createBuffer(values.byteLength)), values);
  runner.run({ temps, dispatches: dispatches.slice(0, walk + 1) }, buffers);
  const got = new Float32Array(await runner.read(buffers["finalState"]!, 4 * p * n));
  for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
  const kept = Math.exp(l * Math.fround(A));
  expect(Math.abs(sum(got) / (kept * sum(initialState)) - 1)).toBeLessThan(3.2e-7);
});
