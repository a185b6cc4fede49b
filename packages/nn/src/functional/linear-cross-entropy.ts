// Cross entropy of a linear head without ever holding all logits: block after block of rows, computed again for the gradient.
import {
  add, apply, concat, definePrimitive, matmul, mul, type Primitive, requireDType, reshape, ShapeError, showShape, sizeOf, slice, type Tensor, tidy,
} from "@x/tensor";
import { type CrossEntropyOptions, lossOptions, targetShape } from "./cross-entropy.ts";
import { crossEntropyBackwardPrimitive, type CrossEntropyParams, crossEntropyRowsPrimitive, reduceRows } from "./cross-entropy-rows.ts";

/** Parameters of the fused head and loss. */
export interface LinearCrossEntropyParams extends CrossEntropyParams {
  /** rows whose logits exist at a time */
  readonly blockRows: number;
}

/** Bytes of logits that one block may take by default: below the default size of a WebGPU binding, large enough for efficient products. */
const BLOCK_BYTES = 64 * 2 ** 20;

interface Block {
  readonly start: number;
  readonly end: number;
}

function blocksOf(rows: number, blockRows: number): Block[] {
  return Array.from({ length: Math.ceil(rows / blockRows) }, (_, i) => ({ start: i * blockRows, end: Math.min(rows, (i + 1) * blockRows) }));
}

/** Rows of a block; a tensor that is one block is not copied. */
function rowsOf(x: Tensor, { start, end }: Block): Tensor {
  return start === 0 && end === x.shape[0] ? x : slice(x, 0, start, end);
}

function join(blocks: readonly Tensor[]): Tensor {
  return blocks.length === 1 ? blocks[0]! : concat(blocks, 0);
}

interface Gradients {
  readonly x: readonly Tensor[];
  readonly weight: Tensor | undefined;
}

/** loss, lse = crossEntropyRows(x · weightᵀ, targets), block by block. With blockRows ≥ n that formula is what runs. */
export const linearCrossEntropyPrimitive: Primitive<"x" | "weight" | "targets", never, "loss" | "lse", LinearCrossEntropyParams> = definePrimitive({
  name: "linear_cross_entropy",
  inputs: ["x", "weight", "targets"],
  outputs: ["loss", "lse"],
  infer({ x, weight, targets }, { blockRows }: LinearCrossEntropyParams) {
    requireDType("linearCrossEntropy", "x", x.dtype, ["f32", "f64"]);
    requireDType("linearCrossEntropy", "weight", weight.dtype, [x.dtype]);
    requireDType("linearCrossEntropy", "targets", targets.dtype, ["i32"]);
    const [n, d] = x.shape;
    const v = weight.shape[0];
    const shapes = [x.shape, weight.shape, targets.shape].map(showShape).join(", ");
    if (!n || !v || d === undefined || shapes !== [[n, d], [v, d], [n]].map(showShape).join(", ")) {
      throw new ShapeError(`linearCrossEntropy: x must be [n, d], weight [v, d] and targets [n], n and v of at least 1; got ${shapes}.`, {
        op: "linearCrossEntropy", shapes: { x: x.shape, weight: weight.shape, targets: targets.shape },
      });
    }
    if (!Number.isInteger(blockRows) || blockRows < 1) {
      throw new ShapeError(`linearCrossEntropy: blockRows must be a whole number of at least 1; got ${blockRows}.`, { op: "linearCrossEntropy", got: blockRows });
    }
    const perRow = { shape: targets.shape, dtype: x.dtype };
    return { loss: perRow, lse: perRow };
  },
  reference({ x, weight, targets }, p) {
    const results = blocksOf(x.shape[0]!, p.blockRows).map((block) =>
      tidy(() => apply(crossEntropyRowsPrimitive, { logits: matmul(rowsOf(x, block), weight, { transposeB: true }), targets: rowsOf(targets, block) }, p)));
    return { loss: join(results.map(({ loss }) => loss)), lse: join(results.map(({ lse }) => lse)) };
  },
  webgpu: () => undefined, // a composition: its products and its rows have the kernels
  vjp({ x: { x, weight, targets }, y: { lse }, grad, p, needs }) {
    if (!grad.loss && !grad.lse) return {};
    const gradLoss = grad.loss ?? mul(grad.lse!, 0);
    const blocks = blocksOf(x.shape[0]!, p.blockRows);
    // Each call disposes of the running sum of the call inside it as soon as its own is made.
    const upTo = (last: number): Gradients => tidy(() => {
      const before = last > 0 ? upTo(last - 1) : { x: [], weight: undefined };
      const block = blocks[last]!;
      const part = rowsOf(x, block);
      const gradLogits = tidy(() => apply(crossEntropyBackwardPrimitive, {
        logits: matmul(part, weight, { transposeB: true }), targets: rowsOf(targets, block), lse: rowsOf(lse, block), gradLoss: rowsOf(gradLoss, block),
        gradLse: grad.lse && rowsOf(grad.lse, block),
      }, p).gradLogits); // [rows, v]
      const gradWeight = needs("weight") ? matmul(gradLogits, part, { transposeA: true }) : undefined;
      return {
        x: needs("x") ? [...before.x, matmul(gradLogits, weight)] : [],
        weight: gradWeight && before.weight ? add(before.weight, gradWeight) : gradWeight,
      };
    });
    const total = upTo(blocks.length - 1);
    return { x: needs("x") ? join(total.x) : undefined, weight: total.weight };
  },
  cases: [
    linearCase("one block", 5, 7, 11, { blockRows: 8 }),
    linearCase("whole blocks", 8, 6, 13, { blockRows: 4 }),
    linearCase("last block partial, smoothed", 7, 4, 17, { blockRows: 3, labelSmoothing: 0.1 }),
    linearCase("one row at a time", 3, 5, 4, { blockRows: 1 }),
    { ...linearCase("130m head", 2048, 768, 50288, { blockRows: 256 }), bench: true },
  ],
  cost: ({ x, weight }) => ({
    flops: 2 * sizeOf(x.shape) * weight.shape[0]!,
    bytes: 4 * (sizeOf(x.shape) + sizeOf(weight.shape) + 2 * x.shape[0]! * weight.shape[0]!),
  }),
});

function linearCase(
  name: string, n: number, d: number, v: number, p: Partial<LinearCrossEntropyParams> & { readonly blockRows: number },
): (typeof linearCrossEntropyPrimitive)["cases"][number] {
  return {
    name,
    inputs: { x: { shape: [n, d] }, weight: { shape: [v, d] }, targets: { shape: [n], dtype: "i32", fill: { integers: [-1, v] } } },
    params: { ignoreIndex: -100, labelSmoothing: 0, ...p },
  };
}

/** Options of {@link linearCrossEntropy}. */
export interface LinearCrossEntropyOptions extends CrossEntropyOptions {
  /** rows whose logits exist at a time; default: as many as 64 MiB of logits hold */
  readonly blockRows?: number;
}

/**
 * `crossEntropy(x · weightᵀ, targets)` without holding the logits of all rows: they are made block by block, forward and again for the gradient. Costs one
 * more product than the plain form and saves n · v numbers twice over.
 *
 * @param x `[…, d]`, what the head gets
 * @param weight `[v, d]`
 * @param targets x's shape without its last axis, i32
 * @returns a scalar; with reduction "none" the targets' shape
 * @throws ShapeError, DTypeError, ConfigError when something does not fit
 * @example
 * linearCrossEntropy(tensor([[1, 0]]), tensor([[1, 1], [0, 1]]), tensor(new Int32Array([0])));   // log(1 + 1/e)
 */
export function linearCrossEntropy(x: Tensor, weight: Tensor, targets: Tensor, options: LinearCrossEntropyOptions = {}): Tensor {
  const { reduction, ignoreIndex, labelSmoothing } = lossOptions("linearCrossEntropy", options);
  const lead = targetShape("linearCrossEntropy", "x", x, targets);
  const rows = sizeOf(lead);
  const cols = weight.shape[0] ?? 1;
  const { blockRows = Math.max(1, Math.min(rows, Math.floor(BLOCK_BYTES / 4 / Math.max(1, cols)))) } = options;
  const flat = { x: reshape(x, [rows, x.shape.at(-1)!]), targets: reshape(targets, [rows]) };
  const { loss } = apply(linearCrossEntropyPrimitive, { ...flat, weight }, { ignoreIndex, labelSmoothing, blockRows });
  const reduced = reduceRows(loss, flat.targets, cols, ignoreIndex, reduction);
  return reduction === "none" ? reshape(reduced, lead) : reduced;
}
