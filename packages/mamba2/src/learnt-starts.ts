// Packed documents with a learnt initial state: each begins with it, as alone. The scan clears its state between documents; a scan is linear in the state that it begins with, so
// what the learnt one adds is computed beside it: its part of the output, times how much of it is left at each token of its document.
import { ssd, type SsdOptions } from "@x/nn";
import {
  cast,
  cumsum,
  eq,
  exp,
  matmul,
  mul,
  ne,
  ones,
  permute,
  reshape,
  slice,
  type Tensor,
  where,
  zerosLike,
} from "@x/tensor/core";

/** What a scan of documents read: dt [b, l, h], A [h], C [b, l, g, n] and the options of dt. */
export interface ScannedDocuments extends Pick<SsdOptions, "dtBias" | "dtLimit" | "dtSoftplus" | "chunkSize"> {
  readonly dt: Tensor;
  readonly A: Tensor;
  readonly C: Tensor;
  readonly seqIdx: Tensor;
  /** whether a row that begins with document 0 goes on from a state instead */
  readonly warm: boolean;
}

/** What documents that begin with `initial` [h, p, n] instead of 0 add to a scan: y [b, l, h, p] before any gate, finalState [b, h, p, n]. */
export function learntStarts(
  initial: Tensor,
  scanned: ScannedDocuments,
): { readonly y: Tensor; readonly finalState: Tensor } {
  const { dt, A, C, seqIdx, warm, ...options } = scanned;
  const [b, l, h] = dt.shape as [number, number, number];
  const [, p, n] = initial.shape as [number, number, number];
  const { device, dtype } = dt;
  const one = ones([b, l, 1, 1], { device, dtype });
  // without decay, a scan of ones is the sum of dt since a document began
  const sums = ssd(ones([b, l, h, 1], { device, dtype }), dt, zerosLike(A), one, one, { ...options, seqIdx }).y;
  const left = exp(mul(sums, reshape(A, [1, 1, h, 1]))); // [b, l, h, 1]
  const goesOn = eq(cumsum(cast(ne(seqIdx, 0), dtype), 1), 0); // [b, l]
  const decay = warm ? where(reshape(goesOn, [b, l, 1, 1]), 0, left) : left;
  const g = C.shape[2]!;
  const rows = reshape(permute(C, [2, 0, 1, 3]), [g, b * l, n]);
  const read = matmul(rows, reshape(initial, [g, (h / g) * p, n]), { transposeB: true }); // [g, b·l, h/g·p]
  const outputs = reshape(permute(reshape(read, [g, b, l, h / g, p]), [1, 2, 0, 3, 4]), [b, l, h, p]);
  const last = reshape(slice(decay, 1, l - 1), [b, h, 1, 1]);
  return { y: mul(outputs, decay), finalState: mul(reshape(initial, [1, h, p, n]), last) };
}
