// The state of an attention layer: caches that are appended to in place, and the last inputs of its convolution.
import { add, arange, broadcastTo, concat, gather, permute, reshape, slice, type Tensor } from "@x/tensor/core";
import type { KeyValueCache } from "../ops/attention/cached.ts";

/** What attention remembers: its caches, and with a convolution the last dConv inputs of it, [b, channels, dConv], oldest first. */
export interface AttentionState extends KeyValueCache {
  readonly conv?: Tensor;
}

/** The state after tokens: the same caches under tensors of their own. */
export function after({ keys, values }: AttentionState, conv: Tensor | undefined): AttentionState {
  const caches = { keys: reshape(keys, keys.shape), values: reshape(values, values.shape) };
  return conv ? { ...caches, conv } : caches;
}

/** The last w inputs of the convolution [b, l, c], of what came `before` [b, c, w] and now, up to each row's length. */
export function lastInputs(inputs: Tensor, before: Tensor, lengths: Tensor | undefined): Tensor {
  const [b, l, c] = inputs.shape as [number, number, number];
  const w = before.shape[2]!;
  if (!lengths && l >= w) return permute(slice(inputs, 1, l - w), [0, 2, 1]);
  const all = concat([permute(before, [0, 2, 1]), inputs], 1); // [b, w + l, c]
  if (!lengths) return permute(slice(all, 1, l), [0, 2, 1]);
  const index = add(
    reshape(lengths, [b, 1, 1]),
    reshape(arange(0, w, 1, { dtype: "i32", device: lengths.device }), [1, w, 1]),
  );
  return permute(gather(all, 1, broadcastTo(index, [b, w, c])), [0, 2, 1]);
}
