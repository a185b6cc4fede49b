// The ops of the tensor layer by their names in fixtures, which are torch's.
import * as ops from "@x/tensor";
import type { Tensor } from "@x/tensor";
import type { Args } from "./args.ts";
import type { Op, OpTable } from "./inputs.ts";

const unary =
  (f: (x: Tensor) => Tensor): Op =>
  (x) => ({ y: f(x.get("x")) });
const binary =
  (f: (a: Tensor, b: Tensor) => Tensor): Op =>
  (x) => ({ y: f(x.get("a"), x.get("b")) });
const alongAxis =
  (f: (x: Tensor, axis: number) => Tensor): Op =>
  (x, args) => ({ y: f(x.get("x"), axisOf(args)) });

interface Reduction {
  readonly axes: readonly number[] | undefined;
  readonly keepDims: boolean;
}

const reduction =
  (f: (x: Tensor, how: Reduction, args: Args) => Tensor): Op =>
  (x, args) => {
    const how = {
      axes: args.numbers("dims", "dim", "axes", "axis"),
      keepDims: args.flag("keepdim", "keepdims") ?? false,
    };
    return { y: f(x.get("x"), how, args) };
  };

/** max or min: the values as y, and where they are, which torch gives for one axis only. */
const extremum =
  (f: typeof ops.max, sense: 1 | -1): Op =>
  (x, args) => {
    const value = x.get("x");
    const axes = args.numbers("dims", "dim", "axes", "axis");
    const keepDims = args.flag("keepdim", "keepdims") ?? false;
    const y = f(value, axes, { keepDims });
    if (axes?.length !== 1) return { y };
    return { y, indices: ops.argmax(sense === 1 ? value : ops.neg(value), axes[0]!, { keepDims }) };
  };

function axisOf(args: Args, standard: number = -1): number {
  return args.number("dim", "axis") ?? standard;
}

/** Axis after axis: log Σ exp over several is that of those over each. */
function logsumexpOver(x: Tensor, { axes, keepDims }: Reduction): Tensor {
  const rank = x.shape.length;
  const all = (axes ?? x.shape.map((_, i) => i)).map((axis) => (axis < 0 ? axis + rank : axis));
  return all.toSorted((a, b) => b - a).reduce((y, axis) => ops.logsumexp(y, axis, { keepDims }), x);
}

/** Splits the last axis, scales and pads each piece by its number, joins them in reverse. */
function splitCatPad(x: Tensor, args: Args): Tensor {
  const sizes =
    args.numbers("sizes", "split") ?? JSON.parse(/\[[\d, ]+\]/.exec(args.text("formula") ?? "")?.[0] ?? "null");
  if (!Array.isArray(sizes))
    throw new Error("split_cat_pad must say the sizes of its pieces, in `sizes` or in the text of `formula`");
  return ops.concat(
    ops
      .split(x, sizes as number[], -1)
      .map((piece, i) => ops.pad(ops.mul(piece, i + 1), -1, i, 1))
      .reverse(),
    -1,
  );
}

/** log(1 + e^(βx))/β, and x itself where βx is above the threshold, as torch has it. */
function scaledSoftplus(x: Tensor, beta: number, threshold: number): Tensor {
  const y = beta === 1 ? ops.softplus(x) : ops.div(ops.softplus(ops.mul(x, beta)), beta);
  return ops.where(ops.gt(x, threshold / beta), x, y);
}

const gelu: Op = (x, args) => ({
  y: args.text("approximate") === "tanh" ? ops.geluTanh(x.get("x")) : ops.geluErf(x.get("x")),
});

export const basicOps: OpTable = {
  neg: unary(ops.neg),
  abs: unary(ops.abs),
  sign: unary(ops.sign),
  floor: unary(ops.floor),
  square: unary(ops.square),
  reciprocal: unary(ops.recip),
  recip: unary(ops.recip),
  exp: unary(ops.exp),
  log: unary(ops.log),
  sqrt: unary(ops.sqrt),
  rsqrt: unary(ops.rsqrt),
  sin: unary(ops.sin),
  cos: unary(ops.cos),
  tanh: unary(ops.tanh),
  erf: unary(ops.erf),
  sigmoid: unary(ops.sigmoid),
  silu: unary(ops.silu),
  swish: unary(ops.silu),
  relu: unary(ops.relu),
  gelu,
  gelu_erf: unary(ops.geluErf),
  gelu_tanh: unary(ops.geluTanh),
  softplus: (x, args) => ({ y: scaledSoftplus(x.get("x"), args.number("beta") ?? 1, args.number("threshold") ?? 20) }),
  clamp: (x, args) => ({ y: ops.clamp(x.get("x"), args.number("min") ?? -Infinity, args.number("max") ?? Infinity) }),
  add: binary(ops.add),
  sub: binary(ops.sub),
  mul: binary(ops.mul),
  div: binary(ops.div),
  pow: binary(ops.pow),
  maximum: binary(ops.maximum),
  minimum: binary(ops.minimum),

  sum: reduction((x, { axes, keepDims }) => ops.sum(x, axes, { keepDims })),
  mean: reduction((x, { axes, keepDims }) => ops.mean(x, axes, { keepDims })),
  // the format's variance is that of the elements themselves, as norms use it, unless its arguments say otherwise
  var: reduction((x, { axes, keepDims }, args) =>
    ops.variance(x, axes, { keepDims, correction: args.number("correction", "unbiased") ?? 0 }),
  ),
  logsumexp: reduction(logsumexpOver),
  max: extremum(ops.max, 1),
  min: extremum(ops.min, -1),
  argmax: (x, args) => ({ y: ops.argmax(x.get("x"), axisOf(args), { keepDims: args.flag("keepdim") ?? false }) }),
  softmax: alongAxis(ops.softmax),
  log_softmax: alongAxis(ops.logSoftmax),
  cumsum: (x, args) => ({
    y: ops.cumsum(x.get("x"), axisOf(args), {
      reverse: args.flag("reverse") ?? false,
      exclusive: args.flag("exclusive") ?? false,
    }),
  }),
  segsum_exp: unary(ops.segsumExp),

  matmul: binary(ops.matmul),
  linear: (x) => ({ y: ops.linear(x.get("x"), x.get("weight"), x.find("bias")) }),
  einsum: (x, args) => ({ y: ops.einsum(args.text("equation") ?? "", ...x.numbered("a")) }),

  embedding: (x) => ({ y: ops.embedding(x.get("weight"), x.get("ids")) }),
  gather: (x, args) => ({ y: ops.gather(x.get("x"), axisOf(args), x.get("index")) }),
  index_select: (x, args) => ({ y: ops.indexSelect(x.get("x"), axisOf(args), x.get("index")) }),

  reshape: (x, args) => ({ y: ops.reshape(x.get("x"), args.numbers("shape", "reshape") ?? [-1]) }),
  permute: (x, args) => ({ y: ops.permute(x.get("x"), args.numbers("permutation", "dims") ?? []) }),
  transpose: (x, args) => ({ y: ops.transpose(x.get("x"), args.number("dim0") ?? -2, args.number("dim1") ?? -1) }),
  permute_reshape: (x, args) => ({
    y: ops.reshape(
      ops.permute(x.get("x"), args.numbers("permutation") ?? []),
      args.numbers("reshape", "shape") ?? [-1],
    ),
  }),
  expand: (x, args) => ({ y: ops.broadcastTo(x.get("x"), args.numbers("shape", "size") ?? []) }),
  flip: (x, args) => ({ y: ops.flip(x.get("x"), args.numbers("dims", "dim")) }),
  slice: (x, args) => ({ y: ops.slice(x.get("x"), axisOf(args), args.number("start") ?? 0, args.number("end")) }),
  repeat_interleave: (x, args) => ({ y: ops.repeatInterleave(x.get("x"), args.number("repeats") ?? 1, axisOf(args)) }),
  cat: (x, args) => ({ y: ops.concat(x.numbered("x"), axisOf(args, 0)) }),
  split_cat_pad: (x, args) => ({ y: splitCatPad(x.get("x"), args) }),
};
