// The scan where sequences begin with a learned state instead of zeros. With packed documents each begins with it, as alone: the scan clears its state between documents, and is
// linear in the state that it begins with, so what the learned one adds is computed beside it: its part of the output, times how much of it is left at each token of its document.
import { ssd, type SsdOptions } from "@x/nn/core";
import {
  add,
  broadcastTo,
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
  silu,
  slice,
  type Tensor,
  where,
  zerosLike,
} from "@x/tensor/core";

/** Options of {@link ssdFromLearnedState}. */
export interface LearnedStateOptions extends SsdOptions {
  /** the state before the first token of a row or document, [h, p, n]; default zeros */
  readonly initStates?: Tensor | undefined;
}

/** `ssd` where each row, or each document of `seqIdx`, begins with `initStates`; rows with an `initialState` continue from that. */
export function ssdFromLearnedState(
  x: Tensor,
  dt: Tensor,
  A: Tensor,
  B: Tensor,
  C: Tensor,
  { initStates, z, ...options }: LearnedStateOptions,
): { readonly y: Tensor; readonly finalState: Tensor } {
  const { seqIdx, initialState } = options;
  if (!initStates || !seqIdx) {
    const learned = initStates && broadcastTo(initStates, [x.shape[0]!, ...initStates.shape]);
    return ssd(x, dt, A, B, C, { ...options, z, initialState: initialState ?? learned });
  }
  const scan = ssd(x, dt, A, B, C, options);
  const { D: _D, initialState: _state, ...steps } = options;
  const learned = addedByDocuments(initStates, { dt, A, C, seqIdx, steps, continues: initialState !== undefined });
  const y = add(scan.y, learned.y);
  return { y: z ? mul(y, silu(z)) : y, finalState: add(scan.finalState, learned.finalState) };
}

interface ScannedDocuments {
  /** [b, l, h] */
  readonly dt: Tensor;
  /** [h] */
  readonly A: Tensor;
  /** [b, l, g, n] */
  readonly C: Tensor;
  /** [b, l] */
  readonly seqIdx: Tensor;
  /** how the scan reads dt, and `seqIdx` */
  readonly steps: SsdOptions;
  /** whether a row that begins with document 0 continues from a state instead */
  readonly continues: boolean;
}

/** What documents that begin with `initial` [h, p, n] instead of 0 add to a scan: y [b, l, h, p] before any gate, finalState [b, h, p, n]. */
function addedByDocuments(
  initial: Tensor,
  { dt, A, C, seqIdx, steps, continues }: ScannedDocuments,
): { readonly y: Tensor; readonly finalState: Tensor } {
  const [b, l, h] = dt.shape as [number, number, number];
  const [, p, n] = initial.shape as [number, number, number];
  const { device, dtype } = dt;
  const one = ones([b, l, 1, 1], { device, dtype });
  // without decay, a scan of ones is the sum of dt since a document began
  const sums = ssd(ones([b, l, h, 1], { device, dtype }), dt, zerosLike(A), one, one, steps).y;
  const left = exp(mul(sums, reshape(A, [1, 1, h, 1]))); // [b, l, h, 1]
  const continued = eq(cumsum(cast(ne(seqIdx, 0), dtype), 1), 0); // [b, l]
  const decay = continues ? where(reshape(continued, [b, l, 1, 1]), 0, left) : left;
  const g = C.shape[2]!;
  const rows = reshape(permute(C, [2, 0, 1, 3]), [g, b * l, n]);
  const read = matmul(rows, reshape(initial, [g, (h / g) * p, n]), { transposeB: true }); // [g, b·l, h/g·p]
  const outputs = reshape(permute(reshape(read, [g, b, l, h / g, p]), [1, 2, 0, 3, 4]), [b, l, h, p]);
  const last = reshape(slice(decay, 1, l - 1), [b, h, 1, 1]);
  return { y: mul(outputs, decay), finalState: mul(reshape(initial, [1, h, p, n]), last) };
}
