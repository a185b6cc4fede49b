// Loops of the causal convolution: time outside, channels inside, where memory is contiguous. Sums in doubles.
import type { HostArray, HostTensor } from "@x/tensor/core";
import type { CausalConv1dParams, ConvInputs, ConvSizes } from "./spec.ts";
import { documentRuns } from "../documents.ts";

/** Taps transposed to [w, c]: the inner loops run over channels. */
function tapsOf(weight: HostArray, { c, w }: ConvSizes): Float64Array {
  const taps = new Float64Array(w * c);
  for (let i = 0; i < c; i++) for (let k = 0; k < w; k++) taps[k * c + i] = weight[i * w + k]!;
  return taps;
}

/** Row b with what precedes it: [w − 1 + l, c]. */
function extendRow(
  row: Float64Array,
  x: HostArray,
  initialState: HostArray | undefined,
  b: number,
  { l, c, w }: ConvSizes,
): void {
  const history = w - 1;
  for (let j = 0; j < history; j++) {
    for (let i = 0; i < c; i++) row[j * c + i] = initialState ? initialState[(b * c + i) * history + j]! : 0;
  }
  row.set(x.subarray(b * l * c, (b + 1) * l * c) as Float32Array, history * c);
}

/** Whether position t − back of a row is of the document of position t; what precedes the row is of document 0, before any change. */
function together(runs: Int32Array, t: number, back: number): boolean {
  return (t < back ? 0 : runs[t - back]) === runs[t];
}

/** Sums before the activation at time t, into `sums` [c]. */
function sumAt(
  sums: Float64Array,
  row: Float64Array,
  taps: Float64Array,
  bias: HostArray | undefined,
  runs: Int32Array | undefined,
  t: number,
  sizes: ConvSizes,
): void {
  const { c, w } = sizes;
  if (bias) sums.set(bias as Float32Array);
  else sums.fill(0);
  for (let k = 0; k < w; k++) {
    if (runs && !together(runs, t, w - 1 - k)) continue;
    const tap = k * c;
    const from = (t + k) * c;
    for (let i = 0; i < c; i++) sums[i]! += taps[tap + i]! * row[from + i]!;
  }
}

export function convForward(
  { x, weight, bias, initialState, seqIdx }: ConvInputs<HostTensor>,
  { y, finalState }: { readonly y: HostTensor; readonly finalState?: HostTensor },
  { activation }: CausalConv1dParams,
  sizes: ConvSizes,
): void {
  const { b: batch, l, c, w } = sizes;
  const history = w - 1;
  const taps = tapsOf(weight.data, sizes);
  const row = new Float64Array((history + l) * c);
  const sums = new Float64Array(c);
  for (let b = 0; b < batch; b++) {
    extendRow(row, x.data, initialState?.data, b, sizes);
    const runs = seqIdx && documentRuns(seqIdx.data, b, l);
    for (let t = 0; t < l; t++) {
      const out = (b * l + t) * c;
      if (runs && runs[t]! < 0) {
        y.data.fill(0, out, out + c);
        continue;
      }
      sumAt(sums, row, taps, bias?.data, runs, t, sizes);
      if (activation === "silu") for (let i = 0; i < c; i++) y.data[out + i] = sums[i]! / (1 + Math.exp(-sums[i]!));
      else for (let i = 0; i < c; i++) y.data[out + i] = sums[i]!;
    }
    for (let j = 0; finalState && j < history; j++) {
      const keep = !runs || inLastDocument(runs, history - j);
      for (let i = 0; i < c; i++) finalState.data[(b * c + i) * history + j] = keep ? row[(l + j) * c + i]! : 0;
    }
  }
}

/** Whether the slot `back` before the end of the row is of the document that the row ends in. */
function inLastDocument(runs: Int32Array, back: number): boolean {
  const last = runs.length - 1;
  return runs[last]! >= 0 && together(runs, last, back - 1);
}

export interface ConvGradients {
  readonly gradX: HostTensor;
  readonly gradWeight: HostTensor;
  readonly gradBias?: HostTensor;
  readonly gradInitialState?: HostTensor;
}

export function convBackward(
  {
    x,
    weight,
    bias,
    initialState,
    seqIdx,
    gradY,
    gradFinalState,
  }: ConvInputs<HostTensor> & { readonly gradY: HostTensor; readonly gradFinalState?: HostTensor | undefined },
  { gradX, gradWeight, gradBias, gradInitialState }: ConvGradients,
  { activation }: Pick<CausalConv1dParams, "activation">,
  sizes: ConvSizes,
): void {
  const { b: batch, l, c, w } = sizes;
  const history = w - 1;
  const taps = tapsOf(weight.data, sizes);
  const gradTaps = new Float64Array(w * c);
  const biasSums = new Float64Array(c);
  const row = new Float64Array((history + l) * c);
  const gradRow = new Float64Array((history + l) * c);
  const sums = new Float64Array(c);
  for (let b = 0; b < batch; b++) {
    extendRow(row, x.data, initialState?.data, b, sizes);
    const runs = seqIdx && documentRuns(seqIdx.data, b, l);
    gradRow.fill(0);
    for (let j = 0; gradFinalState && j < history; j++) {
      if (runs && !inLastDocument(runs, history - j)) continue;
      for (let i = 0; i < c; i++) gradRow[(l + j) * c + i] = gradFinalState.data[(b * c + i) * history + j]!;
    }
    for (let t = 0; t < l; t++) {
      if (runs && runs[t]! < 0) continue;
      const out = (b * l + t) * c;
      if (activation === "silu") {
        sumAt(sums, row, taps, bias?.data, runs, t, sizes);
        for (let i = 0; i < c; i++) {
          const sigmoid = 1 / (1 + Math.exp(-sums[i]!));
          sums[i] = gradY.data[out + i]! * sigmoid * (1 + sums[i]! * (1 - sigmoid));
        }
      } else {
        for (let i = 0; i < c; i++) sums[i] = gradY.data[out + i]!;
      }
      for (let i = 0; i < c; i++) biasSums[i]! += sums[i]!;
      for (let k = 0; k < w; k++) {
        if (runs && !together(runs, t, history - k)) continue;
        const tap = k * c;
        const at = (t + k) * c;
        for (let i = 0; i < c; i++) {
          gradTaps[tap + i]! += sums[i]! * row[at + i]!;
          gradRow[at + i]! += sums[i]! * taps[tap + i]!;
        }
      }
    }
    const out = b * l * c;
    for (let i = 0, from = history * c; i < l * c; i++, from++) gradX.data[out + i] = gradRow[from]!;
    for (let j = 0; gradInitialState && j < history; j++) {
      for (let i = 0; i < c; i++) gradInitialState.data[(b * c + i) * history + j] = gradRow[j * c + i]!;
    }
  }
  for (let i = 0; i < c; i++) for (let k = 0; k < w; k++) gradWeight.data[i * w + k] = gradTaps[k * c + i]!;
  if (gradBias) for (let i = 0; i < c; i++) gradBias.data[i] = biasSums[i]!;
}
