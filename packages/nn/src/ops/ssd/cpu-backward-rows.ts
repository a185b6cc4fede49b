// The inner loops of the scan's gradient, over four rows of one head's state at a time, and their scratch memory.
import type { SsdSizes } from "@x/base";
import { cpuChunk, makeSteps, type Steps } from "./cpu.ts";

/** Scratch of one head. Time-major arrays are [l, p4] or [l, n]; states are [p4, n]. */
export interface Work {
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

export function makeWork({ l, p, n }: SsdSizes): Work {
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

/** Advances the state of four rows over tokens [start, end) and nothing else: what the checkpoints need where no gate asks for y. */
export function advanceRows(w: Work, row: number, start: number, end: number, n: number): void {
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
export function replayRows(w: Work, row: number, start: number, end: number, n: number): void {
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
export function adjointRows(w: Work, row: number, start: number, end: number, n: number): void {
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
