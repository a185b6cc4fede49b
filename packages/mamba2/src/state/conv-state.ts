// The convolution's part of a mixer's state: its last inputs.
import {
  and,
  cast,
  concat,
  cumsum,
  eq,
  ge,
  ne,
  pad,
  permute,
  reshape,
  slice,
  type Tensor,
  where,
} from "@x/tensor/core";
import { lastOfBoth, type Padding } from "../inputs/padding.ts";

/**
 * The last `width` of the convolution's inputs xBC [b, l, c], oldest first, of what came `before` and now; zeros where there is nothing, and of other documents than the one that
 * a row ends in; with padding, of each row's last token and those before it. [b, c, w]
 */
export function lastInputs(
  xBC: Tensor,
  width: number,
  before: Tensor | undefined,
  seqIdx: Tensor | undefined,
  padding: Padding | undefined,
): Tensor {
  const l = xBC.shape[1]!;
  if (padding) {
    const both = before ? concat([permute(before, [0, 2, 1]), xBC], 1) : pad(xBC, 1, width, 0);
    return permute(lastOfBoth(both, padding, width), [0, 2, 1]);
  }
  const inputs = permute(slice(xBC, 1, Math.max(0, l - width)), [0, 2, 1]); // [b, c, min(l, w)]
  const recent = seqIdx ? where(ofLastDocument(slice(seqIdx, 1, Math.max(0, l - width))), inputs, 0) : inputs;
  if (l >= width) return recent;
  if (!before) return pad(recent, 2, width - l, 0);
  const kept = slice(before, 2, l);
  return concat([seqIdx ? where(isOneDocument(seqIdx), kept, 0) : kept, recent], 2);
}

/** Whether a row is of document 0 alone, which goes on from a state. [b, l] → [b, 1, 1] bool */
function isOneDocument(seqIdx: Tensor): Tensor {
  const first = reshape(slice(seqIdx, 1, 0, 1), [seqIdx.shape[0]!, 1, 1]);
  return and(slice(ofLastDocument(seqIdx), 2, 0, 1), eq(first, 0));
}

/** Which tokens of a row are of the document that it ends in: nothing changes from there to the end, which is no padding. [b, l] → [b, 1, l] bool */
function ofLastDocument(seqIdx: Tensor): Tensor {
  const [b, l] = seqIdx.shape as [number, number];
  const last = slice(seqIdx, 1, l - 1);
  const changed = pad(cast(ne(slice(seqIdx, 1, 0, l - 1), slice(seqIdx, 1, 1)), "f32"), 1, 0, 1); // at the token before a change
  return reshape(and(eq(cumsum(changed, 1, { reverse: true }), 0), ge(last, 0)), [b, 1, l]);
}
