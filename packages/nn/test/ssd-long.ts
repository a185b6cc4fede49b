// Long sequences against doubles: what rounding gathers over thousands of tokens, by steps and by the scan.
import { ssd, ssdStep } from "@x/nn";
import { type Device, tensor } from "@x/tensor";

/** Decay rates, and how far results may be from the recurrence in doubles. */
export const rates: readonly (readonly [rate: number, bounds: Drift])[] = [
  [2, { steps: 1.5e-7, scan: 1.5e-7 }],
  [0.5, { steps: 1.3e-7, scan: 1.3e-7 }],
  [0.1, { steps: 1.7e-7, scan: 2e-7 }],
  [0.01, { steps: 4e-7, scan: 3e-7 }],
  [0.001, { steps: 2.5e-6, scan: 8e-7 }],
];

/** The largest deviation of the last state, in parts of its largest number. */
export interface Drift {
  readonly steps: number;
  readonly scan: number;
}

const [h, p, n, l] = [rates.length, 4, 16, 2048];
const tokens = Array.from({ length: 5 }, (_, i) => Math.fround(0.5 + 0.25 * i));

/** Drawn by a sine: the same on all devices, and no period of a chunk. */
const wave = (count: number, pace: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(pace * i * i + i));

/** How far the state of each rate is after `l` tokens from the recurrence in doubles. A head for each rate: the 2048 steps are taken once for all. */
export async function driftsOf(device: Device): Promise<Drift[]> {
  const A = Float32Array.from(rates, ([rate]) => -rate);
  const dt = Float32Array.from({ length: l }, (_, t) => tokens[(7 * t * t) % tokens.length]!);
  const drawn = wave(l * p, 0.37);
  const x = Float32Array.from({ length: l * h * p }, (_, i) => {
    const [t, head, at] = [Math.floor(i / (h * p)), Math.floor(i / p) % h, i % p];
    return drawn[t * p + at]! * rates[head]![0];
  });
  const perHead = <T extends Float32Array>(values: T, width: number): Float32Array =>
    Float32Array.from(
      { length: values.length * h },
      (_, i) => values[Math.floor(i / (h * width)) * width + (i % width)]!,
    );
  const [B, C, first] = [wave(l * n, 0.11), wave(l * n, 0.23), perHead(wave(p * n, 0.71), p * n)];
  const steps = perHead(dt, 1);
  const want = Float64Array.from(first);
  for (let t = 0; t < l; t++)
    for (let row = 0; row < h * p; row++)
      for (let k = 0; k < n; k++)
        want[row * n + k] =
          want[row * n + k]! * Math.exp(dt[t]! * A[Math.floor(row / p)]!) +
          dt[t]! * x[t * h * p + row]! * B[t * n + k]!;
  const given = (values: Float32Array, shape: number[]) => tensor(values, { shape, device });
  const A_ = given(A, [h]);

  let state = given(first, [1, h, p, n]);
  for (let t = 0; t < l; t++) {
    const own = (all: Float32Array, width: number) => all.subarray(t * width, (t + 1) * width);
    const step = ssdStep(
      state,
      given(own(x, h * p), [1, h, p]),
      given(own(steps, h), [1, h]),
      A_,
      given(own(B, n), [1, 1, n]),
      given(own(C, n), [1, 1, n]),
      { dtSoftplus: false },
    );
    state.dispose();
    step.y.dispose();
    state = step.state;
  }
  const bySteps = await state.data();
  const { finalState } = ssd(
    given(x, [1, l, h, p]),
    given(steps, [1, l, h]),
    A_,
    given(B, [1, l, 1, n]),
    given(C, [1, l, 1, n]),
    { dtSoftplus: false, initialState: given(first, [1, h, p, n]) },
  );
  const byScan = await finalState.data();
  return rates.map((_, head) => {
    const [from, to] = [head * p * n, (head + 1) * p * n];
    const own = want.subarray(from, to);
    const far = (got: ArrayLike<number>): number =>
      Math.max(...own.map((v, i) => Math.abs(v - got[from + i]!))) / Math.max(...own.map(Math.abs));
    return { steps: far(bySteps as Float32Array), scan: far(byScan as Float32Array) };
  });
}
