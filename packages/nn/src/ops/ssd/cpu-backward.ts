// Gradient of the scan on the CPU: the adjoint recurrence, backwards through each chunk from states computed again from its checkpoint.
import type { SsdSizes } from "@x/base";
import type { HostArray, HostTensor } from "@x/tensor/core";
import {
  cpuChunk,
  fillSteps,
  gatherRows,
  type Host,
  loadState,
  scanRows,
  siluGradientOf,
  siluOf,
  skipOf,
} from "./cpu.ts";
import { adjointRows, advanceRows, makeWork, replayRows, type Work } from "./cpu-backward-rows.ts";
import { dimsOf, type SsdParams } from "./spec.ts";

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
