// The scan on the CPU: plain loops, one token after the other, in doubles, the oracle of the kernels. The state of four rows stays in the
// first-level cache. `cpu-backward.ts` holds the gradient.
import type { SsdSizes } from "@x/base";
import type { HostArray, HostTensor } from "@x/tensor/core";
import { type SsdParams, dimsOf } from "./spec.ts";

/** Tokens between two checkpoints of the state; bounds what the backward pass keeps per chunk. */
export const cpuChunk = 64;

export type Host = Readonly<Record<string, HostTensor | undefined>>;

/** x / (1 + e^-x) and its derivative, without overflow. */
export function siluOf(x: number): number {
  return x / (1 + Math.exp(-x));
}

export function siluGradientOf(x: number): number {
  const s = 1 / (1 + Math.exp(-x));
  return s * (1 + x * (1 - s));
}

/** What one head does at each token: step, decay (0 where a document begins) and d dt / d raw dt. */
export interface Steps {
  readonly dt: Float64Array;
  readonly decay: Float64Array;
  readonly slope: Float64Array;
}

export function makeSteps(l: number): Steps {
  return { dt: new Float64Array(l), decay: new Float64Array(l), slope: new Float64Array(l) };
}

/** dt after bias, softplus and limits; its derivative with respect to the raw value, 0 outside the limits. */
export function stepOf(
  raw: number,
  p: Pick<SsdParams, "dtSoftplus" | "dtLimit">,
): readonly [dt: number, slope: number] {
  const [lo, hi] = p.dtLimit;
  const dt = p.dtSoftplus ? Math.max(raw, 0) + Math.log1p(Math.exp(-Math.abs(raw))) : raw;
  const slope = p.dtSoftplus ? 1 / (1 + Math.exp(-raw)) : 1;
  return [Math.min(Math.max(dt, lo), hi), dt >= lo && dt <= hi ? slope : 0];
}

/** Fills `steps` for head `head` of batch element `batch`. */
export function fillSteps(steps: Steps, x: Host, dims: SsdSizes, p: SsdParams, batch: number, head: number): void {
  const { l, h } = dims;
  const raw = x["dt"]!.data;
  const a = Math.max(x["A"]!.data[head]!, -Number.MAX_VALUE); // times a step of 0 it is 0
  const bias = x["dtBias"]?.data[head] ?? 0;
  const ids = x["seqIdx"]?.data;
  for (let t = 0, previous = 0; t < l; t++) {
    const [dt, slope] = stepOf(raw[(batch * l + t) * h + head]! + bias, p);
    const id = ids ? ids[batch * l + t]! : 0;
    const padding = id < 0;
    steps.dt[t] = padding ? 0 : dt;
    steps.slope[t] = padding ? 0 : slope;
    steps.decay[t] = id === previous ? Math.exp(Math.min(steps.dt[t]! * a, 0)) : 0;
    previous = id;
  }
}

/** Copies rows `[l, width]` at a pitch of `stride` elements into doubles, `paddedWidth` apart. */
export function gatherRows(
  target: Float64Array,
  source: HostArray,
  start: number,
  stride: number,
  rows: number,
  width: number,
  paddedWidth: number = width,
): void {
  for (let t = 0; t < rows; t++) {
    const from = start + t * stride;
    const to = t * paddedWidth;
    for (let k = 0; k < width; k++) target[to + k] = source[from + k]!;
  }
}

/**
 * Advances the state of four rows from `row` over tokens [start, end) and sets `y = S·C` for them:
 * `S ← decay·S + (dt·x) ⊗ B`. All arrays are of one head; `state` [p4, n], `x` and `y` [l, p4], `B` and `C` [l, n].
 */
export function scanRows(
  state: Float64Array,
  y: Float64Array,
  x: Float64Array,
  b: Float64Array,
  c: Float64Array,
  steps: Steps,
  row: number,
  start: number,
  end: number,
  p4: number,
  n: number,
): void {
  const o0 = row * n;
  const o1 = o0 + n;
  const o2 = o1 + n;
  const o3 = o2 + n;
  for (let t = start; t < end; t++) {
    const decay = steps.decay[t]!;
    const dt = steps.dt[t]!;
    const at = t * p4 + row;
    const x0 = dt * x[at]!;
    const x1 = dt * x[at + 1]!;
    const x2 = dt * x[at + 2]!;
    const x3 = dt * x[at + 3]!;
    const bc = t * n;
    let y0 = 0;
    let y1 = 0;
    let y2 = 0;
    let y3 = 0;
    for (let k = 0; k < n; k++) {
      const bk = b[bc + k]!;
      const ck = c[bc + k]!;
      const s0 = decay * state[o0 + k]! + x0 * bk;
      const s1 = decay * state[o1 + k]! + x1 * bk;
      const s2 = decay * state[o2 + k]! + x2 * bk;
      const s3 = decay * state[o3 + k]! + x3 * bk;
      state[o0 + k] = s0;
      state[o1 + k] = s1;
      state[o2 + k] = s2;
      state[o3 + k] = s3;
      y0 += s0 * ck;
      y1 += s1 * ck;
      y2 += s2 * ck;
      y3 += s3 * ck;
    }
    y[at] = y0;
    y[at + 1] = y1;
    y[at + 2] = y2;
    y[at + 3] = y3;
  }
}

/** The initial state of one head in doubles, rows padded to a multiple of four. */
export function loadState(
  state: Float64Array,
  initial: HostTensor | undefined,
  { h, p, n }: SsdSizes,
  batch: number,
  head: number,
): void {
  state.fill(0);
  if (initial) gatherRows(state, initial.data, (batch * h + head) * p * n, n, p, n);
}

/** y and finalState of {@link ssdPrimitive}. */
export function ssdForwardCpu(x: Host, out: Readonly<Record<"y" | "finalState", HostTensor>>, params: SsdParams): void {
  const dims = dimsOf(x as Readonly<Record<"x" | "B", HostTensor>>);
  const { b, l, h, p, g, n } = dims;
  const p4 = Math.ceil(p / 4) * 4;
  const B = new Float64Array(l * n);
  const C = new Float64Array(l * n);
  const xs = new Float64Array(l * p4);
  const ys = new Float64Array(l * p4);
  const state = new Float64Array(p4 * n);
  const steps = makeSteps(l);
  for (let batch = 0; batch < b; batch++) {
    for (let group = 0; group < g; group++) {
      gatherRows(B, x["B"]!.data, (batch * l * g + group) * n, g * n, l, n);
      gatherRows(C, x["C"]!.data, (batch * l * g + group) * n, g * n, l, n);
      for (let head = (group * h) / g; head < ((group + 1) * h) / g; head++) {
        const start = (batch * l * h + head) * p;
        fillSteps(steps, x, dims, params, batch, head);
        gatherRows(xs, x["x"]!.data, start, h * p, l, p, p4);
        loadState(state, x["initialState"], dims, batch, head);
        for (let t = 0; t < l; t += cpuChunk) {
          const end = Math.min(t + cpuChunk, l);
          for (let row = 0; row < p4; row += 4) scanRows(state, ys, xs, B, C, steps, row, t, end, p4, n);
        }
        writeOutput(out.y.data, ys, xs, x, dims, start, head);
        const final = out.finalState.data;
        const to = (batch * h + head) * p * n;
        for (let i = 0; i < p * n; i++) final[to + i] = state[i]!;
      }
    }
  }
}

/** The value of D for channel `channel` of head `head`. */
export function skipOf(D: HostTensor | undefined, head: number, channel: number): number {
  if (!D) return 0;
  return D.shape.length === 1 ? D.data[head]! : D.data[head * D.shape[1]! + channel]!;
}

function writeOutput(
  y: HostArray,
  scan: Float64Array,
  xs: Float64Array,
  x: Host,
  { l, h, p }: SsdSizes,
  start: number,
  head: number,
): void {
  const p4 = Math.ceil(p / 4) * 4;
  const z = x["z"]?.data;
  for (let k = 0; k < p; k++) {
    const skip = skipOf(x["D"], head, k);
    for (let t = 0; t < l; t++) {
      const value = scan[t * p4 + k]! + skip * xs[t * p4 + k]!;
      const at = start + t * h * p + k;
      y[at] = z ? value * siluOf(z[at]!) : value;
    }
  }
}
