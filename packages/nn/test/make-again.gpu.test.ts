// Plans hold less: large values that are quickly made are made again where they are read long after, and sums of large values are not put off. Results keep their bits.
import { causalConv1d, rmsNormGated } from "@x/nn";
import {
  add,
  capture,
  type Captured,
  createCpuDevice,
  type Device,
  gradientsOf,
  hostNormal,
  matmul,
  mul,
  type PlannedMemory,
  slice,
  sum,
  type Tensor,
  tensor,
  webgpuDevice,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, expect, test } from "vitest";

let device: Device;
beforeAll(async () => {
  device = await webgpuDevice({ device: await sharedGpu(), poison: true });
});
afterAll(() => device.dispose());

const drawn = (shape: readonly number[], seed: number, on: Device = device): Tensor =>
  tensor(
    hostNormal(
      { seed, stream: 1 },
      shape.reduce((product, size) => product * size, 1),
    ),
    { shape, device: on },
  );

/** One recorded call: its values, how often each op runs, and the memory of its plan. */
async function planned<A extends Tensor[]>(
  fn: (...args: A) => Tensor[],
  ...args: A
): Promise<{ readonly values: Float32Array[]; readonly ops: Map<string, number>; readonly memory: PlannedMemory }> {
  const on = args[0]!.device;
  const ops = new Map<string, number>();
  const { prepare } = on;
  on.prepare = function (primitive, ...rest) {
    ops.set(primitive.name, (ops.get(primitive.name) ?? 0) + 1);
    return prepare.call(on, primitive, ...rest);
  };
  let memory: PlannedMemory | undefined;
  const captured = capture(fn, {
    planned(told) {
      memory = told;
      ops.clear(); // until here ops were looked up as they were recorded
    },
  }) as Captured<A, Tensor[]>;
  const results = captured(...args);
  on.prepare = prepare;
  const values: Float32Array[] = [];
  for (const result of results) values.push((await result.data()) as Float32Array);
  captured.dispose();
  return { values, ops, memory: memory! };
}

async function expectBits(got: readonly Float32Array[], want: readonly Tensor[]): Promise<void> {
  expect(got).toHaveLength(want.length);
  for (const [i, each] of want.entries()) expect(got[i]).toEqual(await each.data());
}

const [rows, columns] = [1024, 1024]; // 4 MiB
/** So many ops that a plan can neither drop nor fuse, of a few numbers. */
const apart = (x: Tensor, count: number): Tensor => {
  let y = slice(slice(x, 0, 0, 4), 1, 0, 4);
  for (let i = 0; i < count; i++) y = matmul(y, y);
  return y;
};

/** What is made, read, and read again `count` ops later, by when what it was made of is still needed. */
const late =
  (make: (x: Tensor) => Tensor, count: number) =>
  (x: Tensor): Tensor[] => {
    const y = make(x);
    return [sum(y, 1), apart(x, count), sum(mul(y, y), 1), sum(x, 1)];
  };

test("a convolution and a gated norm are made again where they are read long after", async () => {
  const x = drawn([rows, columns], 1);
  const [taps, weight] = [drawn([columns, 4], 2), drawn([columns], 3)];
  const makers: Record<string, (x: Tensor) => Tensor> = {
    causal_conv1d: (x) =>
      causalConv1d(x.reshape([1, rows, columns]), taps, { activation: "silu" }).reshape([rows, columns]),
    rms_norm_gated: (x) => rmsNormGated(x, mul(x, 0.5), weight),
  };
  for (const [op, make] of Object.entries(makers)) {
    const far = await planned(late(make, 40), x);
    expect(far.ops.get(op), op).toBe(op === "causal_conv1d" ? 2 : 1); // its gate is made for it alone, and gone
    await expectBits(far.values, late(make, 40)(x));
    expect((await planned(late(make, 4), x)).ops.get(op), op).toBe(1);
  }
  const gate = drawn([rows, columns], 4);
  const held = (x: Tensor, gate: Tensor): Tensor[] => [
    ...late((x) => rmsNormGated(x, gate, weight), 40)(x),
    sum(gate, 1),
  ];
  const { values, ops } = await planned(held, x, gate);
  expect(ops.get("rms_norm_gated")).toBe(2);
  await expectBits(values, held(x, gate));
});

test("not what is returned, written over, small, or on the CPU", async () => {
  const taps = drawn([columns, 4], 2);
  const conv = (x: Tensor, taps: Tensor): Tensor =>
    causalConv1d(x.reshape([1, x.shape[0]!, columns]), taps).reshape([x.shape[0]!, columns]);
  const x = drawn([rows, columns], 1);
  const returned = (x: Tensor): Tensor[] => {
    const y = conv(x, taps);
    return [y, apart(x, 40), sum(y, 1), sum(x, 1)];
  };
  expect((await planned(returned, x)).ops.get("causal_conv1d")).toBe(1);
  const written = (x: Tensor, taps: Tensor): Tensor[] => {
    const y = conv(x, taps);
    const first = sum(y, 1);
    const between = apart(x, 20);
    taps.assign(mul(taps, 2));
    return [first, between, apart(x, 20), sum(mul(y, y), 1), sum(x, 1)];
  };
  const { values, ops } = await planned(written, x, taps);
  expect(ops.get("causal_conv1d")).toBe(1);
  await expectBits(values, written(x, drawn([columns, 4], 2)));
  const small = drawn([64, columns], 1);
  const again = (x: Tensor): Tensor[] => late((x) => conv(x, taps), 40)(x);
  expect((await planned(again, small)).ops.get("causal_conv1d")).toBe(1);
  const cpu = createCpuDevice();
  const onCpu = drawn([columns, 4], 2, cpu);
  const there = await planned((x) => late((x) => conv(x, onCpu), 40)(x), drawn([rows, columns], 1, cpu));
  expect(there.ops.get("causal_conv1d")).toBe(1);
  cpu.dispose();
});

test("sums of large values made one after another hold two of them, not all", async () => {
  const [x, g] = [drawn([8, columns], 1), drawn([8, rows], 2)];
  const fn = (x: Tensor, g: Tensor): Tensor[] => {
    let total = matmul(g, x, { transposeA: true });
    for (let i = 1; i < 6; i++) {
      const scaled = apart(mul(x, i), 3);
      const part = matmul(g, mul(x, i), { transposeA: true });
      total = add(total, mul(part, sum(scaled)));
    }
    return [sum(mul(total, 0.5), 1)];
  };
  const { values, memory } = await planned(fn, x, g);
  expect(memory.bytes).toBeLessThan(4.5 * 4 * rows * columns);
  await expectBits(values, fn(x, g));
});

test("the gradient of what is made again is that of the plain ops", async () => {
  const x = drawn([rows, columns], 1);
  const taps = drawn([columns, 4], 2);
  const step = (x: Tensor, taps: Tensor): Tensor[] => {
    const { grads } = gradientsOf(() => {
      const y = causalConv1d(x.reshape([1, rows, columns]), taps, { activation: "silu" });
      return add(sum(mul(y, y)), sum(apart(mul(x, 0.01), 40)));
    }, [x, taps]);
    return grads.map((grad) => grad!);
  };
  const { values, ops } = await planned(step, x, taps);
  expect(ops.get("causal_conv1d")).toBe(2);
  await expectBits(values, step(x, taps));
});
