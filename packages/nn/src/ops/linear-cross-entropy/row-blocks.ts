// A linear head whose logits are computed one block of rows at a time: checks, blocks, and the gradients of a block.
import {
  add,
  apply,
  type Case,
  concat,
  matmul,
  requireDType,
  ShapeError,
  showShape,
  slice,
  type Spec,
  type Tensor,
  tidy,
} from "@x/tensor/core";
import {
  crossEntropyBackwardPrimitive,
  type CrossEntropyParams,
  crossEntropyRowsPrimitive,
} from "../cross-entropy/rows.ts";

/** Parameters of the fused head and loss. */
export interface LinearCrossEntropyParams extends CrossEntropyParams {
  /** rows whose logits exist at a time */
  readonly blockRows: number;
  /** columns of the vocabulary worked on at a time: all, where the table can be one operand */
  readonly blockCols: number;
}

/** Raises unless x `[n, d]`, weight `[v, d]` and targets `[n]` fit together. */
export function checkHead(
  x: Spec,
  weight: Spec,
  targets: Spec,
  { blockRows, blockCols }: Pick<LinearCrossEntropyParams, "blockRows" | "blockCols">,
): void {
  requireDType("linearCrossEntropy", "x", x.dtype, ["f32", "f64"]);
  requireDType("linearCrossEntropy", "weight", weight.dtype, [x.dtype]);
  requireDType("linearCrossEntropy", "targets", targets.dtype, ["i32"]);
  const [n, d] = x.shape;
  const v = weight.shape[0];
  const shapes = [x.shape, weight.shape, targets.shape].map(showShape).join(", ");
  if (!n || !v || d === undefined || shapes !== [[n, d], [v, d], [n]].map(showShape).join(", ")) {
    throw new ShapeError(
      `linearCrossEntropy: x must be [n, d], weight [v, d] and targets [n], n and v of at least 1; got ${shapes}.`,
      {
        op: "linearCrossEntropy",
        shapes: { x: x.shape, weight: weight.shape, targets: targets.shape },
      },
    );
  }
  for (const [name, size] of Object.entries({ blockRows, blockCols })) {
    if (!Number.isInteger(size) || size < 1) {
      throw ShapeError.must("linearCrossEntropy", name, "be a whole number of at least 1", size);
    }
  }
}

/** Rows `start` to `end` (exclusive). */
export interface RowBlock {
  readonly start: number;
  readonly end: number;
}

export function rowBlocks(rows: number, blockRows: number): RowBlock[] {
  return Array.from({ length: Math.ceil(rows / blockRows) }, (_, i) => ({
    start: i * blockRows,
    end: Math.min(rows, (i + 1) * blockRows),
  }));
}

/** Rows of a block; a tensor that is one block is not copied. */
export function rowsOf(x: Tensor, { start, end }: RowBlock): Tensor {
  return start === 0 && end === x.shape[0] ? x : slice(x, 0, start, end);
}

/** Blocks of rows put together. */
export function joinRows(blocks: readonly Tensor[]): Tensor {
  return blocks.length === 1 ? blocks[0]! : concat(blocks, 0);
}

export interface HeadInputs {
  readonly x: Tensor;
  readonly weight: Tensor;
  readonly targets: Tensor;
  /** gradients that arrive at each row's loss and log-sum-exp */
  readonly gradLoss: Tensor;
  readonly gradLse?: Tensor | undefined;
  /** of each row, where it is known; otherwise the loss is computed as well */
  readonly lse?: Tensor;
}

export interface HeadGradients {
  /** per row; where `lse` was not given */
  readonly loss?: Tensor | undefined;
  readonly gradX?: Tensor | undefined;
  readonly gradWeight?: Tensor | undefined;
}

interface Running {
  readonly loss: readonly Tensor[];
  readonly x: readonly Tensor[];
  readonly weight: Tensor | undefined;
}

/** Gradients of the rows' cross entropies by x and weight, and their losses where `lse` is not known yet; the logits of one block exist at a time. */
export function headGradients(
  { x, weight, targets, gradLoss, gradLse, lse }: HeadInputs,
  p: LinearCrossEntropyParams & { readonly gradX: boolean; readonly gradWeight: boolean },
): HeadGradients {
  const ofBlock = (block: RowBlock, part: Tensor): { gradLogits: Tensor; loss: Tensor | undefined } =>
    tidy(() => {
      const logits = matmul(part, weight, { transposeB: true });
      const ids = rowsOf(targets, block);
      const made = lse ? undefined : apply(crossEntropyRowsPrimitive, { logits, targets: ids }, p);
      const { gradLogits } = apply(
        crossEntropyBackwardPrimitive,
        {
          logits,
          targets: ids,
          lse: made?.lse ?? rowsOf(lse!, block),
          gradLoss: rowsOf(gradLoss, block),
          gradLse: gradLse && rowsOf(gradLse, block),
        },
        p,
      );
      return { gradLogits, loss: made?.loss };
    });
  const blocks = rowBlocks(x.shape[0]!, p.blockRows);
  // Each call disposes of the running sum of the call inside it as soon as its own is made.
  const upTo = (last: number): Running =>
    tidy(() => {
      const before: Running = last > 0 ? upTo(last - 1) : { loss: [], x: [], weight: undefined };
      const part = rowsOf(x, blocks[last]!);
      const { gradLogits, loss } = ofBlock(blocks[last]!, part); // gradLogits: [rows, v]
      const gradWeight = p.gradWeight ? matmul(gradLogits, part, { transposeA: true }) : undefined;
      return {
        loss: loss ? [...before.loss, loss] : [],
        x: p.gradX ? [...before.x, matmul(gradLogits, weight)] : [],
        weight: gradWeight && before.weight ? add(before.weight, gradWeight) : gradWeight,
      };
    });
  const total = upTo(blocks.length - 1);
  return {
    loss: lse ? undefined : joinRows(total.loss),
    gradX: p.gradX ? joinRows(total.x) : undefined,
    gradWeight: total.weight,
  };
}

/** Cases of the losses over a head: block sizes that divide the rows and that do not; targets that count for nothing among them. */
export function headCases<P>(more: P): Case<"x" | "weight" | "targets", never, LinearCrossEntropyParams & P>[] {
  const of = (
    name: string,
    n: number,
    d: number,
    v: number,
    p: Partial<LinearCrossEntropyParams> & { readonly blockRows: number },
  ) => ({
    name,
    inputs: {
      x: { shape: [n, d] },
      weight: { shape: [v, d] },
      targets: {
        shape: [n],
        dtype: "i32" as const,
        fill: { integers: [p.ignoreIndex === undefined ? -1 : 0, v] as const },
      },
    },
    params: { ignoreIndex: -1, labelSmoothing: 0, blockCols: v, ...p, ...more },
  });
  return [
    of("one block", 5, 7, 11, { blockRows: 8 }),
    of("whole blocks", 8, 6, 13, { blockRows: 4 }),
    of("last block partial, smoothed", 7, 4, 17, { blockRows: 3, labelSmoothing: 0.1 }),
    of("one row at a time", 3, 5, 4, { blockRows: 1 }),
    of("blocks of the vocabulary", 7, 6, 13, { blockRows: 8, blockCols: 5 }),
    of("blocks of both, smoothed, a column ignored", 7, 6, 13, {
      blockRows: 3,
      blockCols: 4,
      labelSmoothing: 0.1,
      ignoreIndex: 6,
    }),
    { ...of("130m head", 2048, 768, 50288, { blockRows: 256 }), bench: true },
  ];
}
