// Sums, running sums and what is made of them over a million alike terms, where a chain of f32 additions errs in one direction: within 1e-5 of what doubles give, on every device, eager and captured.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";
import {
  apply,
  capture,
  cpuDevice,
  createCpuDevice,
  cumsum,
  type Device,
  dot,
  einsum,
  full,
  logcumsumexp,
  logcumsumexpPrimitive,
  logsumexp,
  matmul,
  mean,
  norm,
  reshape,
  slice,
  sum,
  tensor,
  type Tensor,
  webgpuDevice,
} from "../src/index.ts";

const gpu = await webgpuDevice({ device: await sharedGpu() });
afterAll(() => gpu.dispose());
const devices: Readonly<Record<string, Device>> = {
  "the CPU": cpuDevice(),
  "the CPU's loops": createCpuDevice({ wasm: false }),
  WebGPU: gpu,
};

const n = 1_000_000;
const term = Math.fround(0.1);
const last = (y: Tensor, reverse = false): Tensor =>
  reverse ? slice(reshape(y, [y.size]), 0, 0, 1) : slice(reshape(y, [y.size]), 0, y.size - 1);

const cases: Readonly<Record<string, readonly [(x: Tensor) => Tensor, want: number]>> = {
  sum: [(x) => sum(x), n * term],
  "sum of columns": [(x) => last(sum(reshape(x, [n / 2, 2]), 0)), (n / 2) * term],
  mean: [(x) => mean(x), term],
  cumsum: [(x) => last(cumsum(x, 0)), n * term],
  "cumsum of columns": [(x) => last(cumsum(reshape(x, [n / 2, 2]), 0)), (n / 2) * term],
  "cumsum from the end": [(x) => last(cumsum(x, 0, { reverse: true }), true), n * term],
  logsumexp: [(x) => logsumexp(x, 0), term + Math.log(n)],
  logcumsumexp: [(x) => last(logcumsumexp(x, 0)), term + Math.log(n)],
  "logcumsumexp of columns": [(x) => last(logcumsumexp(reshape(x, [n / 2, 2]), 0)), term + Math.log(n / 2)],
  "logcumsumexp from the end": [
    (x) => last(apply(logcumsumexpPrimitive, { x }, { axis: 0, reverse: true }).y, true),
    term + Math.log(n),
  ],
  norm: [(x) => norm(x), term * Math.sqrt(n)],
  dot: [(x) => dot(x, x), n * term * term],
  matmul: [(x) => last(matmul(reshape(x, [2, n / 2]), reshape(x, [n / 2, 2]))), (n / 2) * term * term],
  einsum: [(x) => last(einsum("ik,kj->ij", reshape(x, [2, n / 2]), reshape(x, [n / 2, 2]))), (n / 2) * term * term],
};

describe.each(Object.keys(devices))("on %s", (on) => {
  it.each(Object.keys(cases))("%s", async (name) => {
    const [call, want] = cases[name]!;
    const x = full([n], 0.1, { device: devices[on]! });
    const captured = capture(call);
    for (const run of [call, captured]) {
      const [got] = await run(x).data();
      expect(Math.abs(got! - want) / want, `${got} for ${want}`).toBeLessThan(1e-5);
    }
    captured.dispose();
    x.dispose();
  });
});

it("logcumsumexp over segments keeps what is infinite or NaN where it is", async () => {
  const rows = new Array<number>(200).fill(-Infinity);
  rows[70] = 1;
  rows[150] = Infinity;
  rows[180] = NaN;
  for (const device of Object.values(devices)) {
    const y = await logcumsumexp(
      tensor(
        rows.map((value) => [value, value]),
        { device },
      ),
      0,
    ).data();
    expect([0, 69, 70, 149, 150, 179, 180, 199].map((row) => y[2 * row])).toEqual([
      -Infinity,
      -Infinity,
      1,
      1,
      Infinity,
      Infinity,
      NaN,
      NaN,
    ]);
  }
});

it("logcumsumexp as GPUs run it, a workgroup to a segment, by the plan of an unknown adapter", async () => {
  const other = await webgpuDevice({ device: await sharedGpu(), caps: { adapter: "unknown" } });
  const length = 40_000;
  const y = await logcumsumexp(full([2, length], 0.1, { device: other }), 1).data();
  for (const at of [0, 8191, 8192, 16_385, length - 1])
    expect(Math.abs(y[length + at]! - (term + Math.log(at + 1))), `${at}`).toBeLessThan(1e-5);
  other.dispose();
});
