// Cross entropies of logits with −∞, at the target, elsewhere or everywhere, with every amount of label smoothing: what PyTorch's formula gives, (1 − s)·nll + s/v·Σ −log softmax, in IEEE arithmetic, of which 0·∞ = NaN is a part. Every path: kernels, loops, blocks of a head, captured.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";
import { crossEntropy, type CrossEntropyOptions, linearCrossEntropy } from "@x/nn";
import {
  capture,
  cpuDevice,
  createCpuDevice,
  type Device,
  gradientsOf,
  tensor,
  type Tensor,
  webgpuDevice,
} from "@x/tensor";

const gpu = await webgpuDevice({ device: await sharedGpu() });
const small = await webgpuDevice({ device: await sharedGpu(), caps: { maxStorageBufferBindingSize: 4096 } });
afterAll(() => {
  gpu.dispose();
  small.dispose();
});

const none = -Infinity;
const v = 320; // more than a block of the small device, and odd among the widths of kernels
/** Rows of finite logits, but for some columns, and the target: the first column, the last one, or to be ignored. */
const cases: readonly {
  readonly name: string;
  readonly absent: (column: number) => boolean;
  readonly target: number;
}[] = [
  { name: "finite", absent: () => false, target: 0 },
  { name: "−∞ at the target", absent: (j) => j === 0, target: 0 },
  { name: "−∞ at the last, the target", absent: (j) => j === v - 1, target: v - 1 },
  { name: "−∞ elsewhere", absent: (j) => j === 7, target: 0 },
  { name: "−∞ at the target and elsewhere", absent: (j) => j === 0 || j === 9, target: 0 },
  { name: "−∞ in all columns around the target", absent: (j) => j < 300, target: 3 },
  { name: "−∞ everywhere but at the target", absent: (j) => j !== 5, target: 5 },
  { name: "−∞ everywhere", absent: () => true, target: 0 },
  { name: "ignored", absent: () => false, target: -100 },
  { name: "ignored, −∞ everywhere", absent: () => true, target: -100 },
];
const logits = cases.map(({ absent }, r) =>
  Array.from({ length: v }, (_, j) => (absent(j) ? none : Math.fround(Math.sin(r + j)))),
);
const targets = Int32Array.from(cases.map(({ target }) => target));

function oracle(row: readonly number[], target: number, s: number): number {
  if (target === -100) return 0;
  const top = Math.max(...row);
  const logSum = Math.log(row.reduce((sum, x) => sum + Math.exp(x - top), 0));
  const each = row.map((x) => -(x - top - logSum));
  if (s === 0) return each[target]!;
  return (1 - s) * each[target]! + (s / v) * each.reduce((sum, x) => sum + x, 0);
}

type Loss = (device: Device, options: CrossEntropyOptions) => Tensor;
const ids = (device: Device): Tensor => tensor(targets, { device });
const dense: Loss = (device, options) => crossEntropy(tensor(logits, { device }), ids(device), options);
const losses: Readonly<Record<string, Loss>> = {
  dense,
  captured: (device, options) => {
    const [x, t] = [tensor(logits, { device }), ids(device)];
    const captured = capture((x: Tensor, t: Tensor) => crossEntropy(x, t, options));
    const loss = captured(x, t);
    captured.dispose();
    return loss;
  },
};
const heads: Readonly<Record<string, Device>> = {
  wasm: cpuDevice(),
  webgpu: gpu,
  "webgpu, by blocks of the vocabulary": small,
};
const devices: Readonly<Record<string, Device>> = {
  wasm: cpuDevice(),
  loops: createCpuDevice({ wasm: false }),
  webgpu: gpu,
};

function same(got: ArrayLike<number>, want: readonly number[], what: (i: number) => string): void {
  want.forEach((x, i) => {
    if (Number.isFinite(x))
      expect(Math.abs(got[i]! - x), `${what(i)}: ${got[i]} for ${x}`).toBeLessThan(2e-5 * Math.max(1, Math.abs(x)));
    else expect(got[i], what(i)).toBe(x);
  });
}

describe.each([0, 0.1, 1])("label smoothing %d", (labelSmoothing) => {
  const want = logits.map((row, r) => oracle(row, targets[r]!, labelSmoothing));

  it.each(Object.keys(devices))("of rows on %s", async (name) => {
    const device = devices[name]!;
    for (const [path, loss] of Object.entries(losses)) {
      const rows = await loss(device, { labelSmoothing, reduction: "none" }).data();
      same(rows, want, (i) => `${path}, ${cases[i]!.name}`);
      const sum = want.reduce((total, x) => total + x, 0);
      expect(await loss(device, { labelSmoothing, reduction: "sum" }).item()).toBe(sum);
      expect(await loss(device, { labelSmoothing }).item()).toBe(sum / 8);
    }
  });

  it.each(Object.keys(devices))("their gradients are finite where some logit is, on %s", async (name) => {
    const x = tensor(logits, { device: devices[name]! });
    const { grads } = gradientsOf(() => crossEntropy(x, ids(x.device), { labelSmoothing, reduction: "sum" }), [x]);
    const got = await grads[0]!.data();
    for (const [r, { name, target }] of cases.entries()) {
      const top = Math.max(...logits[r]!);
      const total = logits[r]!.reduce((sum, x) => sum + Math.exp(x - top), 0);
      const row = logits[r]!.map((x, j) =>
        target === -100 ? 0 : Math.exp(x - top) / total - (j === target ? 1 - labelSmoothing : 0) - labelSmoothing / v,
      );
      same(got.subarray(r * v, (r + 1) * v), row, (j) => `${name}, column ${j}`);
    }
  });

  it.each(Object.keys(heads))("of a head on %s", async (name) => {
    const device = heads[name]!;
    const first = [1, 0, 0, 0];
    for (const [r, { name: what, target }] of cases.entries()) {
      // x finds the first column of the table; with four it is too large for one operand of the small device
      const loss = linearCrossEntropy(
        tensor([first, first], { device }),
        tensor(
          logits[r]!.map((x) => [x, 0, 0, 0]),
          { device },
        ),
        tensor(Int32Array.of(target, -100), { device }),
        { labelSmoothing, reduction: "none" },
      );
      same(await loss.data(), [want[r]!, 0], () => what);
    }
  });
});
