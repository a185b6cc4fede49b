// A captured training step on WebGPU: clipping and AdamW in place, new learning rates without new plans, near the CPU's numbers, the same bits twice.
import { capture, cpuDevice, type Device, gradientsOf, tensor, type Tensor, webgpuDevice } from "@x/tensor";
import { expect, it } from "vitest";
import { adamw, chain, clipByGlobalNorm, linearCrossEntropy, rmsNorm, warmupCosine } from "../src/index.ts";

const device = await webgpuDevice({ software: true, poison: true });
const [rows, width, vocabulary, steps] = [6, 8, 11, 4];

/** Deterministic numbers in [-1, 1). */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2147483648 - 1);
}

async function trained(on: Device): Promise<{ losses: number[]; norms: number[]; head: Float32Array }> {
  const scale = { path: "scale", decay: false, value: tensor(numbers(width, 1), { device: on }) };
  const head = { path: "head", decay: true, value: tensor(numbers(vocabulary * width, 2), { shape: [vocabulary, width], device: on }) };
  const parameters = [scale, head];
  const optimizer = chain(clipByGlobalNorm(0.5), adamw({ lr: warmupCosine({ peak: 0.1, warmup: 2, steps }), weightDecay: 0.1 }));
  const state = optimizer.init(parameters);
  const step = capture((x: Tensor, targets: Tensor, hyper: Tensor) => {
    const { value, grads } = gradientsOf(() => linearCrossEntropy(rmsNorm(x, scale.value), head.value, targets, { blockRows: 4 }), parameters.map((p) => p.value));
    const { norm } = optimizer.update({ parameters, grads, state, hyper });
    return { loss: value, norm: norm! };
  });
  const x = tensor(numbers(rows * width, 3), { shape: [rows, width], device: on });
  const targets = tensor(Int32Array.of(0, 3, 10, -100, 5, 3), { device: on });
  const losses: number[] = [];
  const norms: number[] = [];
  for (; state.step < steps; state.step++) {
    const { loss, norm } = step(x, targets, tensor(optimizer.hyper(state.step), { device: on }));
    losses.push(await loss.item());
    norms.push(await norm.item());
  }
  expect(step.plans).toBe(1);
  return { losses, norms, head: (await head.value.data()) as Float32Array };
}

it("trains as on the CPU", async () => {
  const [got, again, want] = [await trained(device), await trained(device), await trained(cpuDevice())];
  expect(again).toEqual(got);
  expect(got.losses.at(-1)).toBeLessThan(got.losses[0]!);
  got.losses.forEach((loss, i) => expect(loss).toBeCloseTo(want.losses[i]!, 5));
  got.norms.forEach((norm, i) => expect(norm).toBeCloseTo(want.norms[i]!, 5));
  got.head.forEach((value, i) => expect(value).toBeCloseTo(want.head[i]!, 4));
});
