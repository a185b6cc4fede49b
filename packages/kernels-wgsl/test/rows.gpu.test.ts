// Row kernels: the layouts for real GPUs (a workgroup per row, scalar columns) must agree with the one a software adapter gets (a thread per row,
// vec4f columns), which the primitives' tests hold against the references.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  adamw,
  baseCaps,
  type Caps,
  crossEntropy,
  layerNorm,
  type Program,
  createRunner,
  rmsNorm,
  rmsNormGated,
  sgd,
  softmax,
  sumSquares,
  type WebGPURunner,
} from "../src/index.ts";

let runner: WebGPURunner;
beforeAll(async () => {
  runner = await createRunner(await sharedGpu(), { poison: true });
});
afterAll(() => runner.destroy());

const software: Caps = { ...baseCaps, adapter: "software" };

/** Deterministic numbers in [low, low + 2). */
function numbers(count: number, seed: number, low = -1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 + low;
  });
}

async function run(
  program: Program,
  inputs: Record<string, ArrayBufferView>,
  outputs: Record<string, number>,
): Promise<Record<string, Float32Array>> {
  const buffers: Record<string, GPUBuffer> = {};
  for (const [name, data] of Object.entries(inputs))
    runner.write((buffers[name] = runner.createBuffer(data.byteLength)), data);
  for (const [name, size] of Object.entries(outputs)) buffers[name] ??= runner.createBuffer(size * 4);
  runner.run(program, buffers);
  const results: Record<string, Float32Array> = {};
  for (const [name, size] of Object.entries(outputs))
    results[name] = new Float32Array(await runner.read(buffers[name]!, size * 4));
  for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  return results;
}

/** The layouts a device may get: without subgroups, and, where this one has subgroups of one size, several of them to a row. */
function layouts(): Record<string, Caps> {
  const { features, subgroupMinSize, subgroupMaxSize } = runner.caps;
  const own: Caps = { ...baseCaps, features, subgroupMinSize, subgroupMaxSize };
  return {
    plain: baseCaps,
    "sums of subgroups": {
      ...own,
      tuning: {
        rows: { threadRowLoads: 0, subgroupSums: true, sumLanes: 64, columnVectors: 0, keptLoads: 8, normBlocks: 4 },
      },
    },
  };
}

/** Runs the plan of every layout, twice; every output element must agree with that of a software adapter, within 1e-5 of the output's largest. */
async function agree(
  plan: (caps: Caps) => Program,
  inputs: Record<string, ArrayBufferView>,
  outputs: Record<string, number>,
): Promise<void> {
  const want = await run(plan(software), inputs, outputs);
  const seen = new Set<string>();
  for (const [layout, caps] of Object.entries(layouts())) {
    const program = plan(caps);
    const text = JSON.stringify(program);
    if (seen.has(text)) continue; // no subgroups here, or nothing that a layout changes
    seen.add(text);
    const got = await run(program, inputs, outputs);
    const again = await run(program, inputs, outputs);
    for (const name in outputs) {
      expect([...again[name]!], `${layout}, ${name}: two runs`).toEqual([...got[name]!]);
      const largest = want[name]!.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      got[name]!.forEach((x, i) => {
        if (!(Math.abs(x - want[name]![i]!) <= 1e-5 * largest + 1e-7))
          expect.fail(`${layout}, ${name}[${i}]: got ${x}, want ${want[name]![i]}`);
      });
    }
  }
}

// rows × columns: threads per row 64, 128, 256 and 1, scalar and vec4f, one and two steps of column sums
const sizes: readonly (readonly [rows: number, cols: number])[] = [
  [3, 61],
  [3, 65],
  [2, 256],
  [5, 516],
  [2, 1031],
  [3, 1040],
  [300, 7],
  [37, 64],
];

describe.each(sizes)("%i rows of %i", (rows, cols) => {
  const size = rows * cols;
  const x = numbers(size, 1);
  const weight = numbers(cols, 2);
  const gradY = numbers(size, 3);
  const z = numbers(size, 4);
  const statistic = numbers(rows, 5, 0.5);

  test("rms norm", async () => {
    await agree((caps) => rmsNorm.program({ rows, cols, eps: 1e-5 }, caps), { x, weight }, { y: size, rstd: rows });
    await agree(
      (caps) => rmsNorm.program({ rows, cols, eps: 1e-5, residual: true }, caps),
      { x, weight, residual: z },
      { y: size, residualOut: size, rstd: rows },
    );
    await agree(
      (caps) => rmsNorm.backward({ rows, cols, residual: true }, caps),
      { x, weight, rstd: statistic, gradY, gradResidual: z },
      {
        gradX: size,
        gradWeight: cols,
      },
    );
  });

  test("layer norm", async () => {
    await agree(
      (caps) => layerNorm.program({ rows, cols, eps: 1e-5, bias: true }, caps),
      { x, weight, bias: weight.slice() },
      { y: size, mean: rows, rstd: rows },
    );
    await agree(
      (caps) => layerNorm.backward({ rows, cols, bias: true }, caps),
      { x, weight, mean: numbers(rows, 6), rstd: statistic, gradY },
      {
        gradX: size,
        gradWeight: cols,
        gradBias: cols,
      },
    );
  });

  test.each(["none", "input", "output"] as const)("gated rms norm, gate %s", async (gate) => {
    const call = { rows, groups: 1, groupSize: cols, gate };
    const gated = gate === "none" ? {} : { z };
    await agree(
      (caps) => rmsNormGated.program({ ...call, eps: 1e-5 }, caps),
      { x, weight, ...gated },
      { y: size, rstd: rows },
    );
    await agree(
      (caps) => rmsNormGated.backward(call, caps),
      { x, weight, rstd: statistic, gradY, ...gated },
      {
        gradX: size,
        gradWeight: cols,
        ...(gate !== "none" && { gradZ: size }),
      },
    );
  });

  test("cross entropy", async () => {
    const targets = Int32Array.from({ length: rows }, (_, i) => (i % 3 === 2 ? -100 : (i * 7919) % cols));
    const call = { rows, cols, ignoreIndex: -100, labelSmoothing: 0.1 };
    const logits = x.map((value) => value * 9);
    await agree((caps) => crossEntropy.program(call, caps), { logits, targets }, { loss: rows, lse: rows });
    await agree(
      (caps) => crossEntropy.program({ ...call, labelSmoothing: 0 }, caps),
      { logits, targets },
      { loss: rows, lse: rows },
    );
    await agree(
      (caps) => crossEntropy.backward({ ...call, lse: true }, caps),
      {
        logits: x,
        targets,
        lse: numbers(rows, 7, 3),
        gradLoss: numbers(rows, 8),
        gradLse: numbers(rows, 9),
      },
      { gradLogits: size },
    );
  });

  test("sum of squares", async () => {
    await agree(
      (caps) => sumSquares.program({ size, previous: true }, caps),
      { x, previous: Float32Array.of(2) },
      { y: 1 },
    );
  });
});

test("grouped norms read their own channels", async () => {
  const [rows, groups, groupSize] = [3, 2, 260];
  const size = rows * groups * groupSize;
  const call = { rows, groups, groupSize, gate: "input" } as const;
  const given = { x: numbers(size, 1), z: numbers(size, 2), weight: numbers(groups * groupSize, 3) };
  await agree((caps) => rmsNormGated.program({ ...call, eps: 1e-5 }, caps), given, {
    y: size,
    rstd: rows * groups,
  });
  await agree(
    (caps) => rmsNormGated.backward(call, caps),
    { ...given, rstd: numbers(rows * groups, 4, 0.5), gradY: numbers(size, 5) },
    {
      gradX: size,
      gradZ: size,
      gradWeight: groups * groupSize,
    },
  );
});

test.each(["softmax", "log_softmax", "logsumexp"] as const)("%s of rows and of columns", async (result) => {
  for (const [outer, n, inner] of [
    [3, 65, 1],
    [2, 1040, 1],
    [5, 9, 3],
  ] as const) {
    const size = outer * n * inner;
    await agree(
      (caps) => softmax.program({ result, outer, n, inner }, caps),
      { x: numbers(size, 1, -9) },
      { y: result === "logsumexp" ? outer * inner : size },
    );
  }
});

test("a sum of squares of many parts equals the loop in doubles", async () => {
  const x = numbers(70001, 1);
  const want = x.reduce((total, value) => total + value * value, 0);
  const { y } = await run(sumSquares.program({ size: x.length, previous: false }, baseCaps), { x }, { y: 1 });
  expect(Math.abs(y![0]! - want)).toBeLessThan(1e-5 * want);
});

test("updates by fours are those by ones, and weight decay ends where it is told to", async () => {
  const size = 516;
  const update = { param: numbers(size, 1), grad: numbers(size, 2), gradScale: Float32Array.of(0.5) };
  const moments = {
    m: numbers(size, 3),
    v: numbers(size, 4, 0),
    hyper: Float32Array.of(0.1, 0.9, 0.95, 1e-8, 0.1, 0.1, 0.05, 1),
  };
  const speeds = { velocity: numbers(size, 5), hyper: Float32Array.of(0.1, 0.9, 0.1, 1) };
  const upTo = (decayEnd: number): Program[] => [
    adamw.program({ size, decayEnd, scaled: true }),
    sgd.program({ size, decayEnd, scaled: true, momentum: "classic" }),
  ];
  const outputs = { param: size };
  for (const [i, given] of [
    { ...update, ...moments },
    { ...update, ...speeds },
  ].entries()) {
    const [none, some, odd, all] = await Promise.all(
      [0, 64, 65, size].map(async (end) => [...(await run(upTo(end)[i]!, given, outputs))["param"]!]),
    );
    expect(some).toEqual([...all!.slice(0, 64), ...none!.slice(64)]);
    expect(odd).toEqual([...all!.slice(0, 65), ...none!.slice(65)]); // 65 is no whole number of fours: element by element
    expect(all!.every((value, j) => value !== none![j])).toBe(true);
  }
});

test("an update without eps leaves alone what never had a gradient", async () => {
  const zeros = new Float32Array(8);
  const { param } = await run(
    adamw.program({ size: 8, decayEnd: 0, scaled: false }),
    {
      param: numbers(8, 1),
      grad: zeros,
      m: zeros,
      v: zeros,
      hyper: Float32Array.of(0.1, 0.9, 0.95, 0, 0.1, 0.1, 0.05, 1),
    },
    { param: 8 },
  );
  expect([...param!]).toEqual([...numbers(8, 1)]);
});

test("updates cover tensors of more workgroups than one grid dimension holds", async () => {
  const narrow: Caps = { ...baseCaps, maxComputeWorkgroupsPerDimension: 3 };
  const size = 1031;
  const given = {
    param: numbers(size, 1),
    grad: numbers(size, 2),
    hyper: Float32Array.of(0.1, 0.9, 0.95, 1e-8, 0.1, 0.1, 0.05, 1),
  };
  const moments = { m: numbers(size, 3), v: numbers(size, 4, 0) };
  await agreeInPlace(
    (caps) => adamw.program({ size, decayEnd: size, scaled: false }, caps),
    narrow,
    { ...given, ...moments },
    { param: size, m: size, v: size },
  );
  await agreeInPlace(
    (caps) => sgd.program({ size, decayEnd: size, scaled: false, momentum: "nesterov" }, caps),
    narrow,
    {
      ...given,
      velocity: numbers(size, 5),
    },
    { param: size, velocity: size },
  );
});

async function agreeInPlace(
  plan: (caps: Caps) => Program,
  caps: Caps,
  inputs: Record<string, Float32Array>,
  outputs: Record<string, number>,
): Promise<void> {
  const want = await run(plan(baseCaps), inputs, outputs);
  const got = await run(plan(caps), inputs, outputs);
  for (const name in outputs) {
    expect([...got[name]!]).toEqual([...want[name]!]);
    expect([...got[name]!]).not.toEqual([...inputs[name]!]);
  }
}
