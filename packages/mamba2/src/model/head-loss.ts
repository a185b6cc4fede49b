// The loss of a model's head, which holds no more logits than it must.
import { crossEntropy, IGNORE_INDEX, linearCrossEntropy } from "@x/nn/core";
import { add, cast, checkpoint, div, indexSelect, ne, reshape, slice, sum, type Tensor } from "@x/tensor/core";
import { type Head, headLogits } from "./head.ts";
import { scaled } from "./multipliers.ts";

/** Logits that the loss holds at once, 64 MiB of them. */
const MOST_LOGITS = 2 ** 24;

/** The mean cross entropy of hidden states [b, l, d] and i32 targets [b, l], over those that count. @param places [k] of b·l, those to make logits of: all that count, and any others */
export function headLoss(head: Head, hidden: Tensor, targets: Tensor, places?: Tensor): Tensor {
  if (!places) return lossOf(head, hidden, targets);
  const rows = reshape(hidden, [targets.size, hidden.shape.at(-1)!]);
  return lossOf(head, indexSelect(rows, 0, places), indexSelect(reshape(targets, [targets.size]), 0, places));
}

function lossOf(head: Head, hidden: Tensor, targets: Tensor): Tensor {
  const { weight } = head.lmHead ?? head.embedding;
  const { storage, shape, device } = weight.value;
  const large = targets.size * shape[0]! > MOST_LOGITS || storage.sizeBytes > device.maxOperandBytes;
  if (!large) return crossEntropy(headLogits(head, hidden), targets);
  // the fused op takes a weight of f32, and none beside it
  if (head.lmHead?.adapter || weight.value.dtype !== "f32") return blockedLoss(head, hidden, targets);
  return linearCrossEntropy(scaled(hidden, head.config.multipliers.logits), weight.value, targets);
}

/** The same, block by block of rows, each made again in the backward pass. */
function blockedLoss(head: Head, hidden: Tensor, targets: Tensor): Tensor {
  const layer = head.lmHead ?? head.embedding;
  const rows = reshape(hidden, [targets.size, hidden.shape.at(-1)!]);
  const following = reshape(targets, [targets.size]);
  const step = Math.max(1, Math.floor(MOST_LOGITS / layer.weight.shape[0]!));
  const weights = layer.parameters().map(({ value }) => value);
  const sums = Array.from({ length: Math.ceil(targets.size / step) }, (_, i) => {
    const [begin, end] = [i * step, Math.min((i + 1) * step, targets.size)];
    const block = slice(rows, 0, begin, end);
    const own = slice(following, 0, begin, end);
    return checkpoint(() => crossEntropy(headLogits(head, block), own, { reduction: "sum" }), [block, ...weights]);
  });
  const total = sums.reduce((before, one) => add(before, one));
  return div(total, sum(cast(ne(following, IGNORE_INDEX), total.dtype)));
}
