// Decays of the scan from almost none to all at once: A_log from −90 to 90, steps from 1e-6 to 1e6, against the recurrence in doubles, on every device.
import { ssd, ssdStep } from "@x/nn";
import { createCpuDevice, type Device, gradientsOf, mul, sum, type Tensor, tensor, webgpuDevice } from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { beforeAll, describe, expect, it } from "vitest";

const logs = [-90, -20, 0, 2, 10, 60, 86, 87, 88, 89, 90];
const steps = [1e-6, 1e-3, 0.1, 1, 8, 30, 1e3, 1e6];
const h = logs.length;
/** A; an f32 overflows from A_log = 88.8 on. */
const rates = Float32Array.from(logs, (log) => -Math.exp(log));

interface Scan {
  readonly x: Float32Array; // [l, h, p]
  readonly dt: Float32Array; // [l, h]
  readonly B: Float32Array; // [l, n], one group
  readonly C: Float32Array;
  readonly gradY: Float32Array;
}

const noise = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7 + seed) + 0.3 * Math.cos(i * 0.37 * seed));

/** Token by token in doubles, and back. A decay of 0 has no gradient, however large the rate. */
function recurrence({ x, dt, B, C, gradY }: Scan, l: number, p: number, n: number) {
  const y = new Float64Array(l * h * p),
    final = new Float64Array(h * p * n);
  const gradX = new Float64Array(l * h * p),
    gradDt = new Float64Array(l * h),
    gradA = new Float64Array(h),
    gradB = new Float64Array(l * n),
    gradC = new Float64Array(l * n);
  for (let head = 0; head < h; head++) {
    const a = rates[head]!;
    const decays = Array.from({ length: l }, (_, t) => Math.exp(dt[t * h + head]! * a));
    for (let row = 0; row < p; row++) {
      const states = [new Float64Array(n)];
      for (let t = 0; t < l; t++) {
        const before = states[t]!;
        const at = (t * h + head) * p + row;
        const input = dt[t * h + head]! * x[at]!;
        states.push(before.map((s, k) => decays[t]! * s + input * B[t * n + k]!));
        states[t + 1]!.forEach((s, k) => {
          y[at]! += s * C[t * n + k]!;
        });
      }
      states[l]!.forEach((s, k) => {
        final[(head * p + row) * n + k] = s;
      });
      let adjoint = new Float64Array(n);
      for (let t = l - 1; t >= 0; t--) {
        const at = (t * h + head) * p + row;
        const size = dt[t * h + head]!;
        for (let k = 0; k < n; k++) {
          gradC[t * n + k]! += gradY[at]! * states[t + 1]![k]!;
          adjoint[k]! += gradY[at]! * C[t * n + k]!;
          gradB[t * n + k]! += adjoint[k]! * size * x[at]!;
          gradX[at]! += adjoint[k]! * size * B[t * n + k]!;
          const gradLog = adjoint[k]! * states[t]![k]! * decays[t]!;
          gradDt[t * h + head]! += adjoint[k]! * x[at]! * B[t * n + k]! + (gradLog === 0 ? 0 : gradLog * a);
          gradA[head]! += gradLog * size;
        }
        adjoint = adjoint.map((v) => v * decays[t]!);
      }
    }
  }
  return { y, final, gradX, gradDt, gradA, gradB, gradC };
}

/** Within `limit` of the largest of its head, which alone sets the size of what a head gives. */
function expectNear(
  got: ArrayLike<number>,
  want: Float64Array,
  what: string,
  headOf: (i: number) => number,
  limit: number,
): void {
  const largest = new Float64Array(h);
  want.forEach((v, i) => {
    largest[headOf(i)] = Math.max(largest[headOf(i)]!, Math.abs(v));
  });
  const wrong = want.findIndex((v, i) => !(Math.abs(got[i]! - v) <= limit * largest[headOf(i)]! + 1e-30));
  expect(
    wrong,
    wrong < 0 ? "" : `${what} [${wrong}], A_log ${logs[headOf(wrong)]}: got ${got[wrong]}, want ${want[wrong]}`,
  ).toBe(-1);
}

const patterns: Readonly<Record<string, (t: number, head: number) => number>> = {
  ...Object.fromEntries(steps.map((size) => [`steps of ${size}`, () => size])),
  "steps of all sizes": (t, head) => steps[(t * 5 + head * 3 + (t >> 3)) % steps.length]!,
  "large steps now and then": (t) => (t % 9 === 4 ? 1e6 : 0.01),
};

describe.each(["webgpu", "wasm", "loops"])("on %s", (name) => {
  let device: Device;
  beforeAll(async () => {
    device =
      name === "webgpu"
        ? await webgpuDevice({ device: await sharedGpu() })
        : createCpuDevice({ wasm: name === "wasm" });
  });
  const give = (data: Float32Array, shape: readonly number[]): Tensor => tensor(data, { device }).reshape(...shape);

  describe.each([
    [8, 8],
    [3, 5],
  ] as const)("p = %i, n = %i", (p, n) => {
    it.each(Object.keys(patterns))("%s", async (pattern) => {
      const l = 70;
      const dt = Float32Array.from({ length: l * h }, (_, i) => patterns[pattern]!(Math.floor(i / h), i % h));
      const scan: Scan = {
        x: noise(l * h * p, 1),
        dt,
        B: noise(l * n, 2),
        C: noise(l * n, 3),
        gradY: noise(l * h * p, 4),
      };
      const want = recurrence(scan, l, p, n);
      const inputs = [
        give(scan.x, [1, l, h, p]),
        give(dt, [1, l, h]),
        give(rates, [h]),
        give(scan.B, [1, l, 1, n]),
        give(scan.C, [1, l, 1, n]),
      ] as const;
      const [x, dts, A, B, C] = inputs;
      const { y, finalState } = ssd(x, dts, A, B, C, { dtSoftplus: false });
      expectNear(await y.data(), want.y, "y", (i) => Math.floor(i / p) % h, 5e-5);
      expectNear(await finalState.data(), want.final, "final state", (i) => Math.floor(i / p / n), 5e-5);
      const { grads } = gradientsOf(
        () => sum(mul(ssd(x, dts, A, B, C, { dtSoftplus: false }).y, give(scan.gradY, [1, l, h, p]))),
        [...inputs],
      );
      const [gx, gdt, gA, gB, gC] = await Promise.all(grads.map((grad) => grad!.data()));
      expectNear(gx!, want.gradX, "gradX", (i) => Math.floor(i / p) % h, 5e-5);
      expectNear(gdt!, want.gradDt, "gradDt", (i) => i % h, 5e-4);
      expectNear(gA!, want.gradA, "gradA", (i) => i, 2e-3);
      // B and C are shared by all heads: the largest head sets the scale
      expectNear(gB!, want.gradB, "gradB", () => 0, 5e-5);
      expectNear(gC!, want.gradC, "gradC", () => 0, 5e-5);
    });

    it("keeps the decays between near tokens, however much has decayed before them in the chunk", async () => {
      const l = 32;
      const dt = Float32Array.from({ length: l * h }, (_, i) => (i < 24 * h ? 30 / Math.abs(rates[i % h]!) : 0.02));
      const scan: Scan = {
        x: new Float32Array(l * h * p).fill(1), // all of one sign: nothing cancels
        dt,
        B: new Float32Array(l * n).fill(1),
        C: new Float32Array(l * n).fill(1),
        gradY: new Float32Array(l * h * p),
      };
      const want = recurrence(scan, l, p, n);
      const { y } = ssd(
        give(scan.x, [1, l, h, p]),
        give(dt, [1, l, h]),
        give(rates, [h]),
        give(scan.B, [1, l, 1, n]),
        give(scan.C, [1, l, 1, n]),
        { dtSoftplus: false },
      );
      const got = await y.data();
      const last = (l - 1) * h * p;
      for (const head of [2, 3]) {
        const at = last + head * p;
        expect(Math.abs(got[at]! / want.y[at]! - 1), `A_log ${logs[head]}`).toBeLessThan(1e-6);
      }
    });

    it("one step", async () => {
      for (const size of steps) {
        const [x, dt, B, C] = [noise(h * p, 1), new Float32Array(h).fill(size), noise(n, 2), noise(n, 3)];
        const state = noise(h * p * n, 5);
        const want = Float64Array.from(state, (s, i) => {
          const head = Math.floor(i / p / n);
          return Math.exp(size * rates[head]!) * s + size * x[Math.floor(i / n)]! * B[i % n]!;
        });
        const { state: newState } = ssdStep(
          give(state, [1, h, p, n]),
          give(x, [1, h, p]),
          give(dt, [1, h]),
          give(rates, [h]),
          give(B, [1, 1, n]),
          give(C, [1, 1, n]),
          { dtSoftplus: false },
        );
        expectNear(await newState.data(), want, `state after a step of ${size}`, (i) => Math.floor(i / p / n), 1e-6);
      }
    });
  });
});
