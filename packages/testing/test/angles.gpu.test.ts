// Sine and cosine at every binary exponent of f32 and next to multiples of π/2, against doubles, whose library reduces every argument exactly: absolute error at most 1e-6, values in [−1, 1].
import {
  capture,
  cos,
  cpuDevice,
  createCpuDevice,
  type Device,
  sin,
  tensor,
  type Tensor,
  vjp,
  webgpuDevice,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";

const devices: readonly (readonly [string, Device])[] = [
  ["loops", createCpuDevice({ wasm: false })],
  ["wasm", cpuDevice()],
  ["webgpu", await webgpuDevice({ device: await sharedGpu(), poison: true })],
];

/** All exponents with `each` mantissas, both signs, and the f32 numbers beside multiples of π/2 up to 2^24 of them. */
function angles(each: number): Float32Array {
  const words: number[] = [];
  let state = 12345;
  const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  for (let exponent = 0; exponent < 255; exponent++) {
    for (let i = 0; i < each; i++) {
      const mantissa = i === 0 ? 0 : i === 1 ? 0x7fffff : random() >>> 9;
      words.push((exponent << 23) | mantissa | (random() & 0x80000000));
    }
  }
  // The f32 that is nearest to a multiple of π/2, relative to its size (found by search), and 2^k − 1 multiples.
  const close = Float32Array.from([
    16367173 * 2 ** 72,
    ...Array.from({ length: 24 }, (_, k) => (2 ** k - 1) * (Math.PI / 2)),
    ...Array.from({ length: 500 }, (_, k) => (k * 7919 * Math.PI) / 2),
  ]);
  const all = new Float32Array(words.length + close.length);
  all.set(new Float32Array(Uint32Array.from(words).buffer));
  all.set(close, words.length);
  return all;
}

const x = angles(96);

function expectNear(got: ArrayLike<number>, exact: (x: number) => number, device: Device): void {
  let worst = { error: 0, at: 0 };
  x.forEach((angle, i) => {
    expect(Math.abs(got[i]!), `size at ${angle}`).toBeLessThanOrEqual(1);
    // WebGPU may take a subnormal number for 0.
    const error = Math.abs(got[i]! - exact(angle));
    if (!(error <= worst.error)) worst = { error, at: angle };
  });
  expect(worst.error, `error at ${worst.at} on ${device.kind}`).toBeLessThanOrEqual(1e-6);
}

describe.each(devices)("%s", (_, device) => {
  it.each([
    ["sin", sin, Math.sin],
    ["cos", cos, Math.cos],
  ] as const)("%s", async (_name, f, exact) => {
    const angle = tensor(x, { device });
    expectNear(await f(angle).data(), exact, device);
    const fused = capture((a: Tensor) => f(a.mul(1)).mul(1));
    expectNear(await fused(angle).data(), exact, device);
    fused.dispose();
    const { grads } = vjp(() => [f(angle)], [angle], [tensor(new Float32Array(x.length).fill(1), { device })]);
    expectNear(await grads[0]!.data(), f === sin ? Math.cos : (a) => -Math.sin(a), device);
  });

  it("is NaN where there is no angle", async () => {
    for (const f of [sin, cos])
      expect([...(await f(tensor([NaN, Infinity, -Infinity], { device })).data())]).toEqual([NaN, NaN, NaN]);
  });
});
