// The functions that are methods of tensors with the same arguments: x.name(…rest) is name(x, …rest). A new method is
// its name here.
export { assign } from "../ops/assign.ts";
export { cast } from "../ops/cast.ts";
export { toDevice as to } from "../ops/creation.ts";
export { cumsum } from "../ops/cumsum.ts";
export { cummax, cumprod, logcumsumexp } from "../ops/cumulative.ts";
export {
  abs,
  acos,
  acosh,
  add,
  and,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  ceil,
  clamp,
  cos,
  cosh,
  div,
  eq,
  erf,
  erfinv,
  exp,
  exp2,
  expm1,
  floor,
  floorDivide,
  fmod,
  ge,
  geluErf,
  geluTanh,
  gt,
  isFinite,
  isInf,
  isNaN,
  le,
  log,
  log1p,
  log2,
  lt,
  maximum,
  minimum,
  mul,
  ne,
  neg,
  not,
  or,
  pow,
  recip,
  relu,
  remainder,
  round,
  rsqrt,
  sigmoid,
  sign,
  silu,
  sin,
  sinh,
  softplus,
  sqrt,
  square,
  sub,
  tan,
  tanh,
  trunc,
  where,
} from "../ops/elementwise.ts";
export { argmax, argmin, max, min } from "../ops/extremum.ts";
export { gather, scatterAdd } from "../ops/gather.ts";
export { indexAdd, indexSelect } from "../ops/index-select.ts";
export { all, any } from "../ops/logical.ts";
export { maskedFill, oneHot, tril, triu } from "../ops/masks.ts";
export { dot, norm, outer } from "../ops/norm.ts";
export { prod } from "../ops/prod.ts";
export { roll, tile } from "../ops/rearrange.ts";
export { scatter } from "../ops/scatter.ts";
export { argsort, sort, topk } from "../ops/sort.ts";
export { linear } from "../ops/linear.ts";
export { matmul } from "../ops/matmul.ts";
export { mean, std, variance } from "../ops/mean.ts";
export { flip, repeatInterleave, transpose } from "../ops/permute.ts";
export { quantizedLinear } from "../ops/quantized-linear.ts";
export { contiguous } from "../ops/contiguous.ts";
export { squeeze, unsqueeze } from "../ops/reshape.ts";
export { segsumExp } from "../ops/segsum.ts";
export { narrow, pad, slice } from "../ops/slice.ts";
export { logSoftmax, logsumexp, softmax } from "../ops/softmax.ts";
export { split } from "../ops/split.ts";
export { sum } from "../ops/sum.ts";
export { fold, unfold } from "../ops/unfold.ts";
