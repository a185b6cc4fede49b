// Long sequences of one head against doubles: what rounding gathers over thousands of tokens, by steps and by the scan.
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

const [p, n, l] = [4, 16, 2048];
const tokens = Array.from({ length: 5 }, (_, i) => Math.fround(0.5 + 0.25 * i));

/** Drawn by a sine: the same on all devices, and no period of a chunk. */
const wave = (count: number, pace: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(pace * i * i + i));

/** How far the state is after `l` tokens from the recurrence in doubles, in parts of its largest number, by steps and by the scan. */
export async function driftOf(device: Device, rate: number): Promise<Drift> {
  const A = Math.fround(-rate);
  const dt = Float32Array.from({ length: l }, (_, t) => tokens[(7 * t * t) % tokens.length]!);
  const x = wave(l * p, 0.37).map((v) => v * rate);
  const [B, C, first] = [wave(l * n, 0.11), wave(l * n, 0.23), wave(p * n, 0.71)];
  const want = Float64Array.from(first);
  for (let t = 0; t < l; t++)
    for (let i = 0; i < p; i++)
      for (let k = 0; k < n; k++)
        want[i * n + k] = want[i * n + k]! * Math.exp(dt[t]! * A) + dt[t]! * x[t * p + i]! * B[t * n + k]!;
  const given = (values: Float32Array, shape: number[]) => tensor(values, { shape, device });
  const rates = given(Float32Array.of(A), [1]);
  const far = (got: ArrayLike<number>): number =>
    Math.max(...want.map((v, i) => Math.abs(v - got[i]!))) / Math.max(...want.map(Math.abs));

  let state = given(first, [1, 1, p, n]);
  for (let t = 0; t < l; t++) {
    const own = (all: Float32Array, width: number) => all.subarray(t * width, (t + 1) * width);
    const step = ssdStep(
      state,
      given(own(x, p), [1, 1, p]),
      given(own(dt, 1), [1, 1]),
      rates,
      given(own(B, n), [1, 1, n]),
      given(own(C, n), [1, 1, n]),
      { dtSoftplus: false },
    );
    state.dispose();
    step.y.dispose();
    state = step.state;
  }
  const steps = far((await state.data()) as Float32Array);
  const { finalState } = ssd(
    given(x, [1, l, 1, p]),
    given(dt, [1, l, 1]),
    rates,
    given(B, [1, l, 1, n]),
    given(C, [1, l, 1, n]),
    { dtSoftplus: false, initialState: given(first, [1, 1, p, n]) },
  );
  return { steps, scan: far((await finalState.data()) as Float32Array) };
}
