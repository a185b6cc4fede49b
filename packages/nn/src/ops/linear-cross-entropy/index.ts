// Cross entropy of a linear head without ever holding all logits: block after block of rows, and of the vocabulary where its table is too large for one operand. Where one gradient follows, it is made along with the loss;
// otherwise the logits are computed again for it.
import {
  apply,
  checkOptions,
  definePrimitive,
  div,
  dtypeBytes,
  matmul,
  mul,
  onceDifferentiable,
  ones,
  type Primitive,
  requireArity,
  requireTensors,
  reshape,
  sizeOf,
  type Tensor,
  tidy,
} from "@x/tensor/core";
import { type CrossEntropyOptions, crossEntropyOptions, lossOptions, targetShape } from "../cross-entropy/index.ts";
import { crossEntropyRowsPrimitive, divisorOf, type Reduction, reduceRows } from "../cross-entropy/rows.ts";
import {
  checkHead,
  headCases,
  headGradients,
  type HeadGradients,
  type HeadInputs,
  joinRows,
  type LinearCrossEntropyParams,
  rowBlocks,
  rowsOf,
} from "./row-blocks.ts";
import { gradientsByColumns, lossesByColumns } from "./vocabulary-blocks.ts";

/** Bytes of logits that one block may always take: below the default size of a WebGPU binding, large enough for efficient products. */
const BLOCK_BYTES = 64 * 2 ** 20;

/**
 * Rows of a block by default: as many as {@link BLOCK_BYTES} of logits hold, or as the table has columns, so that the
 * logits of a block are as large as the table. Each block reads the whole table, twice, and adds to its whole
 * gradient: with smaller blocks that takes longer than the logits do. Blocks are of equal size, up to the last: of whole
 * tiles of products where that does not take more than was allowed, else of whole vectors.
 */
function rowsAtATime(rows: number, v: number, d: number, most: number): number {
  const fitting = Math.floor(most / 4 / v);
  const wanted = Math.max(Math.floor(BLOCK_BYTES / 4 / v), d);
  const largest = Math.max(1, Math.min(rows, wanted, fitting));
  const equal = Math.ceil(rows / Math.ceil(rows / largest));
  const tiles = Math.ceil(equal / 128) * 128;
  if (tiles <= largest) return tiles;
  return equal === rows ? rows : Math.max(1, Math.min(fitting, Math.ceil(equal / 8) * 8));
}

/** The rows' gradients by x and weight, in blocks of rows or of both. */
function gradientsOfHead(
  inputs: HeadInputs,
  p: LinearCrossEntropyParams & { readonly gradX: boolean; readonly gradWeight: boolean },
): HeadGradients {
  return p.blockCols < inputs.weight.shape[0]! ? gradientsByColumns(inputs, p) : headGradients(inputs, p);
}

/** loss, lse = crossEntropyRows(x · weightᵀ, targets), block by block. With blockRows ≥ n and blockCols ≥ v that formula is what runs. */
export const linearCrossEntropyPrimitive: Primitive<
  "x" | "weight" | "targets",
  never,
  "loss" | "lse",
  LinearCrossEntropyParams
> = definePrimitive({
  name: "linear_cross_entropy",
  inputs: ["x", "weight", "targets"],
  outputs: ["loss", "lse"],
  infer({ x, weight, targets }, p: LinearCrossEntropyParams) {
    checkHead(x, weight, targets, p);
    const perRow = { shape: targets.shape, dtype: x.dtype };
    return { loss: perRow, lse: perRow };
  },
  reference({ x, weight, targets }, p) {
    if (p.blockCols < weight.shape[0]!) return lossesByColumns({ x, weight, targets }, p);
    const results = rowBlocks(x.shape[0]!, p.blockRows).map((block) =>
      tidy(() =>
        apply(
          crossEntropyRowsPrimitive,
          { logits: matmul(rowsOf(x, block), weight, { transposeB: true }), targets: rowsOf(targets, block) },
          p,
        ),
      ),
    );
    return { loss: joinRows(results.map(({ loss }) => loss)), lse: joinRows(results.map(({ lse }) => lse)) };
  },
  webgpu: () => undefined, // a composition: its products and its rows have the kernels
  vjp({ x: { x, weight, targets }, y: { lse }, grad, p, needs }) {
    if (!grad.loss && !grad.lse) return {};
    const gradLoss = grad.loss ?? mul(grad.lse!, 0);
    const found = gradientsOfHead(
      { x, weight, targets, lse, gradLoss, gradLse: grad.lse },
      { ...p, gradX: needs("x"), gradWeight: needs("weight") },
    );
    return { x: found.gradX, weight: found.gradWeight };
  },
  cases: headCases({}),
  cost: ({ x, weight }) => ({
    flops: 2 * sizeOf(x.shape) * weight.shape[0]!,
    bytes: 4 * (sizeOf(x.shape) + sizeOf(weight.shape) + 2 * x.shape[0]! * weight.shape[0]!),
  }),
});

/** Parameters of the fused head and loss with gradients. */
export interface LinearCrossEntropyTrainParams extends LinearCrossEntropyParams {
  readonly reduction: Exclude<Reduction, "none">;
  /** which gradients are made */
  readonly gradX: boolean;
  readonly gradWeight: boolean;
}

/**
 * The reduced loss, and with it the gradients of the summed loss by x and weight, from one computation of each block of logits: backward only multiplies them by
 * the gradient that arrives at a row. Not that of the mean: divided by the number of rows before their products, gradients of logits would vanish where products
 * round to f16. Not for second derivatives: the saved gradients carry none.
 */
export const linearCrossEntropyTrainPrimitive: Primitive<
  "x" | "weight" | "targets",
  never,
  "loss" | "gradX" | "gradWeight",
  LinearCrossEntropyTrainParams
> = definePrimitive({
  name: "linear_cross_entropy_train",
  inputs: ["x", "weight", "targets"],
  outputs: ["loss", "gradX", "gradWeight"],
  saved: ["gradX", "gradWeight"],
  infer({ x, weight, targets }, p: LinearCrossEntropyTrainParams) {
    checkHead(x, weight, targets, p);
    return {
      loss: { shape: [], dtype: x.dtype },
      ...(p.gradX && { gradX: { shape: x.shape, dtype: x.dtype } }),
      ...(p.gradWeight && { gradWeight: { shape: weight.shape, dtype: x.dtype } }),
    };
  },
  reference({ x, weight, targets }, p) {
    const gradLoss = ones(targets.shape, { dtype: x.dtype, device: x.device });
    const { loss, gradX, gradWeight } = gradientsOfHead({ x, weight, targets, gradLoss }, p);
    return {
      loss: reduceRows(loss!, targets, weight.shape[0]!, p.ignoreIndex, p.reduction),
      ...(gradX && { gradX }),
      ...(gradWeight && { gradWeight }),
    };
  },
  webgpu: () => undefined, // a composition: its products and its rows have the kernels
  vjp({ x: { weight, targets }, y: { gradX, gradWeight }, grad: { loss }, p }) {
    if (!loss) return {};
    const ofRow =
      p.reduction === "sum" ? loss : div(loss, divisorOf(targets, weight.shape[0]!, p.ignoreIndex, loss.dtype));
    return { x: p.gradX ? mul(gradX, ofRow) : undefined, weight: p.gradWeight ? mul(gradWeight, ofRow) : undefined };
  },
  cases: [
    ...headCases({ reduction: "mean", gradX: true, gradWeight: true } as const),
    ...headCases({ reduction: "sum", gradX: true, gradWeight: true } as const)
      .filter(({ bench }) => !bench)
      .map((one) => ({ ...one, name: `${one.name}, added` })),
  ],
  cost: ({ x, weight }) => ({
    flops: 6 * sizeOf(x.shape) * weight.shape[0]!,
    bytes: 4 * (2 * sizeOf(x.shape) + 2 * sizeOf(weight.shape) + 5 * x.shape[0]! * weight.shape[0]!),
  }),
});

/** Rows of the table that one operand may hold: all, or a multiple of 64, whose first bytes can be bound. */
function columnsAtATime(weight: Tensor, most: number): number {
  const v = weight.shape[0] ?? 1;
  const rowBytes = dtypeBytes(weight.dtype) * (weight.shape[1] ?? 1);
  return v * rowBytes <= most ? Math.max(1, v) : Math.max(64, Math.floor(most / rowBytes / 64) * 64);
}

/** Options of {@link linearCrossEntropy}. */
export interface LinearCrossEntropyOptions extends CrossEntropyOptions {
  /** rows whose logits exist at a time; default: as many as 64 MiB of logits hold, or as `weight` has columns */
  readonly blockRows?: number;
}

/**
 * `crossEntropy(x · weightᵀ, targets)` without holding the logits of all rows: they are made block by block, and by blocks of the vocabulary where `weight` is larger than one
 * operand may be (a WebGPU binding). Saves n · v numbers twice over. Inside one
 * `gradientsOf` a reduced loss computes its gradients block by block as well, as many products as the plain form, and keeps only them; with reduction
 * "none", or inside several, the logits are computed again for the gradient.
 *
 * @param x `[…, d]`, what the head gets
 * @param weight `[v, d]`
 * @param targets x's shape without its last axis, i32
 * @returns a scalar; with reduction "none" the targets' shape
 * @throws ShapeError, DTypeError, ConfigError when something does not fit
 * @example
 * linearCrossEntropy(tensor([[1, 0]]), tensor([[1, 1], [0, 1]]), tensor(new Int32Array([0])));   // log(1 + 1/e)
 */
export function linearCrossEntropy(
  x: Tensor,
  weight: Tensor,
  targets: Tensor,
  options: LinearCrossEntropyOptions = {},
): Tensor {
  requireArity("linearCrossEntropy", arguments, 4);
  requireTensors("linearCrossEntropy", { x, weight, targets });
  checkOptions("linearCrossEntropy", options, { ...crossEntropyOptions, blockRows: true });
  const { reduction, ignoreIndex, labelSmoothing } = lossOptions("linearCrossEntropy", options);
  const lead = targetShape("linearCrossEntropy", "x", x, targets);
  const rows = sizeOf(lead);
  const cols = weight.shape[0] ?? 1;
  const most = x.device.maxOperandBytes;
  const blockCols = columnsAtATime(weight, most);
  const { blockRows = rowsAtATime(rows, Math.max(1, blockCols), x.shape.at(-1)!, most) } = options;
  return tidy(() => {
    const flat = { x: reshape(x, [rows, x.shape.at(-1)!]), targets: reshape(targets, [rows]) };
    const params = { ignoreIndex, labelSmoothing, blockRows, blockCols };
    const [gradX, gradWeight] = onceDifferentiable([flat.x, weight]) as [boolean, boolean];
    if (reduction !== "none" && (gradX || gradWeight)) {
      return apply(linearCrossEntropyTrainPrimitive, { ...flat, weight }, { ...params, reduction, gradX, gradWeight })
        .loss;
    }
    const { loss } = apply(linearCrossEntropyPrimitive, { ...flat, weight }, params);
    const reduced = reduceRows(loss, flat.targets, cols, ignoreIndex, reduction);
    return reduction === "none" ? reshape(reduced, lead) : reduced;
  });
}
