// Documents packed into rows: a document is a sequence of equal ids. Ids may repeat, so boundaries are found by changes of the id, not by its value.
import { cast, concat, cumsum, ne, pad, slice, type Tensor, zeros } from "@x/tensor/core";

/**
 * Changes of the document's number up to each token, [b, padded] in the dtype of `like`: two tokens are of one document exactly when nothing changed between them.
 * The token before the first counts as document 0; what is padded on the right belongs to the last document.
 */
export function documentCounts(seqIdx: Tensor, like: Tensor, padded: number = seqIdx.shape[1]!): Tensor {
  const [b, l] = seqIdx.shape as [number, number];
  const before = concat([zeros([b, 1], { dtype: "i32", device: seqIdx.device }), slice(seqIdx, 1, 0, l - 1)], 1);
  return cumsum(pad(cast(ne(seqIdx, before), like.dtype), 1, 0, padded - l), 1);
}
