// Gradient of the scan on the CPU: the adjoint recurrence, backwards through each chunk from states computed again from its checkpoint.
import type { SsdSizes } from "@x/base";
import type { HostArray, HostTensor } from "@x/tensor/core";
import {
  cpuChunk,
  fillSteps,
  gatherRows,
  type Host,
  loadState,
  makeSteps,
  scanRows,
  siluGradientOf,
  siluOf,
  skipOf,
  type Steps,
} from "./cpu.ts";
import { dimsOf, type SsdParams } from "./spec.ts";

/** Scratch of one head. Time-major arrays are [l, p4] or [l, n]; states are [p4, n]. */
interface Work {
  readonly p4: number;
  readonly steps: Steps;
  readonly x: Float64Array;
  /** scan output before the skip, where there is a gate */
  readonly y: Float64Array;
  /** gradient of the output before the gate */
  readonly gradY: Float64Array;
  readonly B: Float64Array;
  readonly C: Float64Array;
  readonly gradB: Float64Array;
  readonly gradC: Float64Array;
  /** Σ_n λ·B of each token and row: the gradient of dt·x */
  readonly gradInput: Float64Array;
  readonly gradDecay: Float64Array;
  readonly state: Float64Array;
  /** λ, the gradient of the state */
  readonly adjoint: Float64Array;
  /** state before each chunk, [c, p4, n] */
  readonly checkpoints: Float64Array;
  /** states of four rows before each token of a chunk, [q, 4, n] */
  readonly history: Float64Array;
}

function makeWork({ l, p, n }: SsdSizes): Work {
  const p4 = Math.ceil(p / 4) * 4;
  const array = (...sizes: number[]): Float64Array =>
    new Float64Array(sizes.reduce((product, size) => product * size, 1));
  return {
    p4,
    steps: makeSteps(l),
    x: array(l, p4),
    y: array(l, p4),
    gradY: array(l, p4),
    B: array(l, n),
    C: array(l, n),
    gradB: array(l, n),
    gradC: array(l, n),
    gradInput: array(l, p4),
    gradDecay: array(l),
    state: array(p4, n),
    adjoint: array(p4, n),
    checkpoints: array(Math.ceil(l / cpuChunk), p4, n),
    history: array(cpuChunk, 4, n),
  };
}

/** Gradients of {@link ssdBackwardPrimitive}: writes every element of `out`. */
export function ssdBackwardCpu(x: Host, out: Readonly<Record<string, HostTensor>>, params: SsdParams): void {
  const dims = dimsOf(x as Readonly<Record<"x" | "B", HostTensor>>);
  const { b, l, h, g, n } = dims;
  const w = makeWork(dims);
  const perHead = {
    A: new Float64Array(h),
    dtBias: new Float64Array(h),
    D: new Float64Array(out["gradD"]?.data.length ?? 0),
  };
  for (let batch = 0; batch < b; batch++) {
    for (let group = 0; group < g; group++) {
      const rows = (batch * l * g + group) * n;
      gatherRows(w.B, x["B"]!.data, rows, g * n, l, n);
      gatherRows(w.C, x["C"]!.data, rows, g * n, l, n);
      w.gradB.fill(0);
      w.gradC.fill(0);
      for (let head = (group * h) / g; head < ((group + 1) * h) / g; head++)
        headBackward(w, x, out, perHead, dims, params, batch, head);
      scatterRows(out["gradB"]!.data, w.gradB, rows, g * n, l, n);
      scatterRows(out["gradC"]!.data, w.gradC, rows, g * n, l, n);
    }
  }
  out["gradA"]!.data.set(perHead.A);
  out["gradDtBias"]?.data.set(perHead.dtBias);
  out["gradD"]?.data.set(perHead.D);
}

function headBackward(
  w: Work,
  x: Host,
  out: Readonly<Record<string, HostTensor>>,
  perHead: Readonly<Record<"A" | "dtBias" | "D", Float64Array>>,
  dims: SsdSizes,
  params: SsdParams,
  batch: number,
  head: number,
): void {
  const { l, h, p, n } = dims;
  const { p4, steps } = w;
  const start = (batch * l * h + head) * p;
  fillSteps(steps, x, dims, params, batch, head);
  gatherRows(w.x, x["x"]!.data, start, h * p, l, p, p4);
  loadState(w.state, x["initialState"], dims, batch, head);
  for (let t = 0; t < l; t += cpuChunk) {
    w.checkpoints.set(w.state, (t / cpuChunk) * p4 * n);
    const end = Math.min(t + cpuChunk, l);
    for (let row = 0; row < p4; row += 4) {
      if (x["z"]) scanRows(w.state, w.y, w.x, w.B, w.C, steps, row, t, end, p4, n);
      else advanceRows(w, row, t, end, n);
    }
  }
  gateBackward(w, x, out, dims, start, head);

  loadState(w.adjoint, x["gradFinalState"], dims, batch, head);
  w.gradDecay.fill(0);
  for (let t = Math.floor((l - 1) / cpuChunk) * cpuChunk; t >= 0; t -= cpuChunk) {
    const end = Math.min(t + cpuChunk, l);
    for (let row = 0; row < p4; row += 4) {
      replayRows(w, row, t, end, n);
      adjointRows(w, row, t, end, n);
    }
  }

  const gradX = out["gradX"]!.data;
  const gradDt = out["gradDt"]!.data;
  const a = Math.max(x["A"]!.data[head]!, -Number.MAX_VALUE);
  for (let t = 0; t < l; t++) {
    let inner = 0;
    for (let k = 0; k < p; k++) {
      const at = t * p4 + k;
      inner += w.gradInput[at]! * w.x[at]!;
      gradX[start + t * h * p + k] = steps.dt[t]! * w.gradInput[at]! + skipOf(x["D"], head, k) * w.gradY[at]!;
    }
    // d decay / d (dt·A) is the decay itself.
    const gradLog = w.gradDecay[t]! * steps.decay[t]!;
    const gradRaw = (a * gradLog + inner) * steps.slope[t]!;
    gradDt[(batch * l + t) * h + head] = gradRaw;
    perHead.A[head]! += gradLog * steps.dt[t]!;
    perHead.dtBias[head]! += gradRaw;
  }
  const gradInitial = out["gradInitialState"]?.data;
  if (gradInitial) {
    const to = (batch * h + head) * p * n;
    for (let i = 0; i < p * n; i++) gradInitial[to + i] = w.adjoint[i]!;
  }
  if (out["gradD"]) skipBackward(perHead.D, w, dims, head, out["gradD"].shape.length === 1);
}

/** Sets `gradY` to the gradient before the gate, and writes that of z. */
function gateBackward(
  w: Work,
  x: Host,
  out: Readonly<Record<string, HostTensor>>,
  { l, h, p }: SsdSizes,
  start: number,
  head: number,
): void {
  const { p4 } = w;
  const gradY = x["gradY"]?.data;
  const z = x["z"]?.data;
  const gradZ = out["gradZ"]?.data;
  for (let k = 0; k < p; k++) {
    const skip = skipOf(x["D"], head, k);
    for (let t = 0; t < l; t++) {
      const at = start + t * h * p + k;
      const local = t * p4 + k;
      const arrived = gradY ? gradY[at]! : 0;
      w.gradY[local] = z ? arrived * siluOf(z[at]!) : arrived;
      if (z && gradZ) gradZ[at] = arrived * (w.y[local]! + skip * w.x[local]!) * siluGradientOf(z[at]!);
    }
  }
}

function skipBackward(gradD: Float64Array, w: Work, { l, p }: SsdSizes, head: number, shared: boolean): void {
  for (let k = 0; k < p; k++) {
    let total = 0;
    for (let t = 0; t < l; t++) total += w.gradY[t * w.p4 + k]! * w.x[t * w.p4 + k]!;
    gradD[shared ? head : head * p + k]! += total;
  }
}

/** Advances the state of four rows over tokens [start, end) and nothing else: what the checkpoints need where no gate asks for y. */
function advanceRows(w: Work, row: number, start: number, end: number, n: number): void {
  const { state, x, B, steps, p4 } = w;
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
    for (let k = 0, bc = t * n; k < n; k++, bc++) {
      const bk = B[bc]!;
      state[o0 + k] = decay * state[o0 + k]! + x0 * bk;
      state[o1 + k] = decay * state[o1 + k]! + x1 * bk;
      state[o2 + k] = decay * state[o2 + k]! + x2 * bk;
      state[o3 + k] = decay * state[o3 + k]! + x3 * bk;
    }
  }
}

/** Fills `history` with the states of four rows before each token of [start, end), from the checkpoint. */
function replayRows(w: Work, row: number, start: number, end: number, n: number): void {
  const { history, x, B, steps, p4 } = w;
  const from = (start / cpuChunk) * p4 * n + row * n;
  const width = 4 * n;
  for (let i = 0; i < width; i++) history[i] = w.checkpoints[from + i]!;
  for (let t = start; t < end - 1; t++) {
    const decay = steps.decay[t]!;
    const dt = steps.dt[t]!;
    const at = t * p4 + row;
    const x0 = dt * x[at]!;
    const x1 = dt * x[at + 1]!;
    const x2 = dt * x[at + 2]!;
    const x3 = dt * x[at + 3]!;
    const bc = t * n;
    const now = (t - start) * width;
    const next = now + width;
    for (let k = 0; k < n; k++) {
      const bk = B[bc + k]!;
      const s = now + k;
      const e = next + k;
      history[e] = decay * history[s]! + x0 * bk;
      history[e + n] = decay * history[s + n]! + x1 * bk;
      history[e + 2 * n] = decay * history[s + 2 * n]! + x2 * bk;
      history[e + 3 * n] = decay * history[s + 3 * n]! + x3 * bk;
    }
  }
}

/**
 * The adjoint of four rows, backwards over [start, end), with S the state before a token:
 * `λ += gradY ⊗ C; gradC += gradY·(decay·S + dt·x ⊗ B); gradB += dt·x·λ; gradInput = λ·B; gradDecay += ⟨λ, S⟩; λ ← decay·λ`.
 */
function adjointRows(w: Work, row: number, start: number, end: number, n: number): void {
  const { history, adjoint, B, C, gradB, gradC, gradInput, gradDecay, steps, p4 } = w;
  const o0 = row * n;
  const o1 = o0 + n;
  const o2 = o1 + n;
  const o3 = o2 + n;
  for (let t = end - 1; t >= start; t--) {
    const at = t * p4 + row;
    const dt = steps.dt[t]!;
    const decay = steps.decay[t]!;
    const g0 = w.gradY[at]!;
    const g1 = w.gradY[at + 1]!;
    const g2 = w.gradY[at + 2]!;
    const g3 = w.gradY[at + 3]!;
    const x0 = dt * w.x[at]!;
    const x1 = dt * w.x[at + 1]!;
    const x2 = dt * w.x[at + 2]!;
    const x3 = dt * w.x[at + 3]!;
    const gx = g0 * x0 + g1 * x1 + g2 * x2 + g3 * x3;
    const bc = t * n;
    const before = (t - start) * 4 * n;
    let i0 = 0;
    let i1 = 0;
    let i2 = 0;
    let i3 = 0;
    let inner = 0;
    for (let k = 0; k < n; k++) {
      const bk = B[bc + k]!;
      const ck = C[bc + k]!;
      const s = before + k;
      const s0 = history[s]!;
      const s1 = history[s + n]!;
      const s2 = history[s + 2 * n]!;
      const s3 = history[s + 3 * n]!;
      const l0 = adjoint[o0 + k]! + g0 * ck;
      const l1 = adjoint[o1 + k]! + g1 * ck;
      const l2 = adjoint[o2 + k]! + g2 * ck;
      const l3 = adjoint[o3 + k]! + g3 * ck;
      i0 += l0 * bk;
      i1 += l1 * bk;
      i2 += l2 * bk;
      i3 += l3 * bk;
      inner += l0 * s0 + l1 * s1 + l2 * s2 + l3 * s3;
      gradB[bc + k]! += l0 * x0 + l1 * x1 + l2 * x2 + l3 * x3;
      gradC[bc + k]! += decay * (g0 * s0 + g1 * s1 + g2 * s2 + g3 * s3) + gx * bk;
      adjoint[o0 + k] = decay * l0;
      adjoint[o1 + k] = decay * l1;
      adjoint[o2 + k] = decay * l2;
      adjoint[o3 + k] = decay * l3;
    }
    gradInput[at] = i0;
    gradInput[at + 1] = i1;
    gradInput[at + 2] = i2;
    gradInput[at + 3] = i3;
    gradDecay[t]! += inner;
  }
}

function scatterRows(
  target: HostArray,
  source: Float64Array,
  start: number,
  stride: number,
  rows: number,
  width: number,
): void {
  for (let t = 0; t < rows; t++) {
    for (let k = 0; k < width; k++) target[start + t * stride + k] = source[t * width + k]!;
  }
}
