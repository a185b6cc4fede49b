// Sums of many terms of one sign: whatever adds up stays within 1e-5 of the sum, on every device. Terms are all the same, which is the worst case: every rounding of a long chain
// then goes the same way. What is right is known without adding.
import { avgPool, causalConv1d, conv1d, crossEntropy, globalNorm, layerNorm, rmsNorm, rmsNormGated, ssd } from "@x/nn";
import {
  createCpuDevice,
  cumsum,
  type Device,
  einsum,
  full,
  gradientsOf,
  indexAdd,
  linear,
  logsumexp,
  matmul,
  mean,
  mul,
  scatterAdd,
  segsumExp,
  softmax,
  square,
  sum,
  type Tensor,
  tensor,
  variance,
  webgpuDevice,
  zeros,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { beforeAll, describe, expect, it } from "vitest";

const tenth = Math.fround(0.1);
const limit = 1e-5;
/** Reductions over a whole tensor, on every device. */
const wholeLimit = 2.5e-7;
/** Running sums tell the first errors beside the smallest totals: PyTorch adds in doubles on a CPU. */
const runningLimits: Readonly<Record<string, number>> = { wasm: 2.4e-7, loops: 1e-7, webgpu: 1e-6 };

/** Largest relative error of what should be `want(i)`; absolute where that is 0. */
async function errorOf(y: Tensor, want: (i: number) => number): Promise<number> {
  const got = await y.data();
  y.dispose();
  let worst = 0;
  for (let i = 0; i < got.length; i++) {
    const right = want(i);
    const error = right === 0 ? Math.abs(got[i]!) : Math.abs(got[i]! / right - 1);
    if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error;
  }
  return worst;
}

type Case = (device: Device) => Promise<number>;
const many = 1e7;
const tens = (shape: readonly number[], device: Device): Tensor => full(shape, 0.1, { device });
const same = (value: number) => (): number => value;

const cases: Readonly<Record<string, Case>> = {
  "sum of 1e7": (device) => errorOf(sum(tens([many], device)), same(many * tenth)),
  "sum of 1e7 + 1, no vectors": (device) => errorOf(sum(tens([many + 1], device)), same((many + 1) * tenth)),
  "sum of columns": (device) => errorOf(sum(tens([2.5e6, 4], device), 0), same(2.5e6 * tenth)),
  "sum of three columns": (device) => errorOf(sum(tens([1e6 + 1, 3], device), 0), same((1e6 + 1) * tenth)),
  "sum over two runs of axes": (device) => errorOf(sum(tens([3e3, 5, 1e3], device), [0, 2]), same(3e6 * tenth)),
  "whole sum of 1e6": (device) => errorOf(sum(tens([1e6], device)), same(1e6 * tenth)),
  "whole mean of 1e6": (device) => errorOf(mean(tens([1e6], device)), same(tenth)),
  "whole mean of 1e6 - 1, no vectors": (device) => errorOf(mean(tens([1e6 - 1], device)), same(tenth)),
  "mean of 1e7": (device) => errorOf(mean(tens([many], device)), same(tenth)),
  "cumsum of 1e7": (device) => errorOf(cumsum(tens([many], device), 0), (i) => (i + 1) * tenth),
  "cumsum of 1e6 + 3, reverse": (device) =>
    errorOf(cumsum(tens([1e6 + 3], device), 0, { reverse: true }), (i) => (1e6 + 3 - i) * tenth),
  "cumsum of columns": (device) =>
    errorOf(cumsum(tens([1e6 + 1, 3], device), 0), (i) => (Math.floor(i / 3) + 1) * tenth),
  "cumsum of columns, reverse, exclusive": (device) =>
    errorOf(
      sum(cumsum(tens([3e5 + 7, 2], device), 0, { reverse: true, exclusive: true }), 1),
      (i) => (3e5 + 6 - i) * 2 * tenth,
    ),
  "logsumexp of 1e7": (device) => errorOf(logsumexp(tens([many], device), 0), same(tenth + Math.log(many))),
  "softmax of 1e6": (device) => errorOf(softmax(tens([1e6], device)), same(1e-6)),
  "softmax of columns": (device) => errorOf(softmax(tens([5e5, 2], device), 0), same(2e-6)),
  "variance of 1e6": (device) =>
    errorOf(
      variance(
        tensor(
          Float32Array.from({ length: 1e6 }, (_, i) => (i % 2 === 0 ? 1e3 - 1 : 1e3 + 1)),
          { device },
        ),
        undefined,
        { correction: 0 },
      ),
      same(1),
    ),
  "row times column, k = 1e7": (device) =>
    errorOf(matmul(tens([many], device), tens([many], device)), same(many * tenth * tenth)),
  "rows times transposed matrix": (device) =>
    errorOf(matmul(tens([2, 1e6], device), tens([3, 1e6], device), { transposeB: true }), same(1e6 * tenth * tenth)),
  "row times matrix": (device) =>
    errorOf(matmul(tens([1, 1e6], device), tens([1e6, 8], device)), same(1e6 * tenth * tenth)),
  "matrix times matrix": (device) =>
    errorOf(matmul(tens([9, 1e5 + 1], device), tens([1e5 + 1, 7], device)), same((1e5 + 1) * tenth * tenth)),
  "transposed matrix times matrix": (device) =>
    errorOf(matmul(tens([1e6, 8], device), tens([1e6, 8], device), { transposeA: true }), same(1e6 * tenth * tenth)),
  "linear with bias and activation": (device) =>
    errorOf(
      linear(tens([8, 1e5], device), tens([8, 1e5], device), tens([8], device), { activation: "relu" }),
      same(1e5 * tenth * tenth + tenth),
    ),
  einsum: (device) =>
    errorOf(einsum("ij,ij->i", tens([3, 1e6], device), tens([3, 1e6], device)), same(1e6 * tenth * tenth)),
  "one bin of indexAdd": (device) =>
    errorOf(indexAdd(tens([1e6, 2], device), 0, zeros([1e6], { dtype: "i32", device }), 1), same(1e6 * tenth)),
  "one bin of scatterAdd": (device) =>
    errorOf(scatterAdd(tens([1e6], device), 0, zeros([1e6], { dtype: "i32", device }), 1), same(1e6 * tenth)),
  segsumExp: (device) =>
    errorOf(segsumExp(full([700], -0.01, { device })), (i) =>
      i % 700 > Math.floor(i / 700) ? 0 : Math.exp(-Math.fround(0.01) * (Math.floor(i / 700) - (i % 700))),
    ),
  "norm of 1e7": (device) => errorOf(globalNorm([tens([many], device)]), same(Math.sqrt(many) * tenth)),
  "cross entropy of many rows": (device) =>
    errorOf(crossEntropy(tens([1e6, 2], device), zeros([1e6], { dtype: "i32", device })), same(Math.LN2)),
  "cross entropy of many columns": (device) =>
    errorOf(crossEntropy(tens([1, 1e6], device), zeros([1], { dtype: "i32", device })), same(Math.log(1e6))),
  "rmsNorm of a long row": (device) =>
    errorOf(rmsNorm(tens([1, 1e6], device), full([1e6], 1, { device })), same(tenth / Math.sqrt(tenth ** 2 + 1e-5))),
  "layerNorm of a long row": (device) =>
    errorOf(
      layerNorm(
        tensor(
          Float32Array.from({ length: 1e6 }, (_, i) => (i % 2) * 2 + 1000),
          { device },
        ).reshape(1, 1e6),
        full([1e6], 1, { device }),
      ),
      (i) => (i % 2) * 2 - 1,
    ),
  "gradient of a norm's weight": async (device) => {
    const weight = full([4], 1, { device });
    const {
      grads: [grad],
    } = gradientsOf(() => sum(rmsNorm(tens([2e5, 4], device), weight)), [weight]);
    return errorOf(grad!, same((2e5 * tenth) / Math.sqrt(tenth ** 2 + 1e-5)));
  },
  "gradient of a gated norm's weight": async (device) => {
    const weight = full([4], 1, { device });
    const {
      grads: [grad],
    } = gradientsOf(
      () => sum(rmsNormGated(tens([2e5, 4], device), full([2e5, 4], 30, { device }), weight, { normBeforeGate: true })),
      [weight],
    );
    return errorOf(grad!, same((2e5 * tenth * 30) / Math.sqrt(tenth ** 2 + 1e-5)));
  },
  "gradient of a bias": async (device) => {
    const bias = zeros([4], { device });
    const {
      grads: [grad],
    } = gradientsOf(() => sum(mul(linear(tens([4e5, 1], device), tens([4, 1], device), bias), 0.1)), [bias]);
    return errorOf(grad!, same(4e5 * tenth));
  },
  "gradient of a weight": async (device) => {
    const weight = tens([4, 2], device);
    const {
      grads: [grad],
    } = gradientsOf(() => sum(linear(tens([4e5, 2], device), weight)), [weight]);
    return errorOf(grad!, same(4e5 * tenth));
  },
  "gradients of a convolution's weight and bias": async (device) => {
    const [length, weight, bias] = [2e5, tens([1, 4], device), zeros([1], { device })];
    const { grads } = gradientsOf(
      () => sum(mul(causalConv1d(tens([1, length, 1], device), weight, { activation: "none", bias }), 0.1)),
      [weight, bias],
    );
    const ofBias = await errorOf(grads[1]!, same(length * tenth));
    return Math.max(ofBias, await errorOf(grads[0]!, (i) => (length - 3 + i) * tenth * tenth));
  },
  "gradient of a convolution's bias over many rows": async (device) => {
    const [rows, bias] = [6e4, zeros([1], { device })];
    const { grads } = gradientsOf(
      () => sum(mul(causalConv1d(tens([rows, 4, 1], device), tens([1, 2], device), { activation: "none", bias }), 0.1)),
      [bias],
    );
    return errorOf(grads[0]!, same(4 * rows * tenth));
  },
  "gradients of a scan's skip weight and bias of steps": async (device) => {
    const length = device.kind === "cpu" ? 3e4 : 1e4; // WebGPU adds the sums of chunks
    const [D, dtBias] = [full([1], 1, { device }), zeros([1], { device })];
    const [x, B] = [tens([1, length, 1, 4], device), tens([1, length, 1, 4], device)];
    const dt = full([1, length, 1], 0.5, { device });
    const { grads } = gradientsOf(
      () => sum(mul(ssd(x, dt, full([1], -60, { device }), B, B, { D, dtBias, dtSoftplus: false }).y, 0.1)),
      [D, dtBias],
    );
    const ofBias = await errorOf(grads[1]!, same(16 * length * tenth ** 4));
    return Math.max(ofBias, await errorOf(grads[0]!, same(4 * length * tenth * tenth)));
  },
  "mean of a window of 1e6": (device) => errorOf(avgPool(tens([1, 1e6], device), 1e6), same(tenth)),
  "convolution of 1e6 taps": (device) =>
    errorOf(conv1d(tens([1, 1, 1e6], device), tens([1, 1, 1e6], device)), same(1e6 * tenth * tenth)),
  "sum of squares by hand": (device) =>
    errorOf(sum(square(tens([many], device))), same(many * Math.fround(tenth * tenth))),
};

describe.each(["webgpu", "wasm", "loops"])("on %s", (name) => {
  let device: Device;
  beforeAll(async () => {
    device =
      name === "webgpu"
        ? await webgpuDevice({ device: await sharedGpu() })
        : createCpuDevice({ wasm: name === "wasm" });
  });
  it.each(Object.keys(cases))(
    "%s",
    async (what) => {
      const error = await cases[what]!(device);
      const most = what.startsWith("cumsum") ? runningLimits[name]! : what.startsWith("whole") ? wholeLimit : limit;
      expect(error, what).toBeLessThanOrEqual(most);
    },
    60_000,
  );
});

it("integers are exact modulo 2^32", async () => {
  for (const device of [
    await webgpuDevice({ device: await sharedGpu() }),
    createCpuDevice(),
    createCpuDevice({ wasm: false }),
  ]) {
    for (const dtype of ["i32", "u32"] as const) {
      const [count, value] = [2e6 + 3, 2 ** 31 - 5];
      const x = full([count], value, { dtype, device });
      const total = BigInt(count) * BigInt(value);
      const wrapped = Number(dtype === "i32" ? BigInt.asIntN(32, total) : BigInt.asUintN(32, total));
      expect((await sum(x).data())[0]).toBe(wrapped);
      expect((await cumsum(x, 0).data())[count - 1]).toBe(wrapped);
      expect((await scatterAdd(x, 0, zeros([count], { dtype: "i32", device }), 1).data())[0]).toBe(wrapped);
    }
  }
});
