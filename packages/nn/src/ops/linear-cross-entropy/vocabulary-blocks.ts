// A linear head over a vocabulary whose table is too large for one operand: losses and gradients by blocks of the vocabulary, within blocks of rows. Two passes: the
// log-sum-exp of each row over all blocks, then the gradients of each block.
import {
  add,
  and,
  apply,
  checkIds,
  eq,
  ge,
  logsumexp,
  lt,
  matmul,
  mul,
  reshape,
  stack,
  sub,
  sum,
  type Tensor,
  tidy,
  where,
} from "@x/tensor/core";
import {
  countedRows,
  crossEntropyBackwardPrimitive,
  crossEntropyRowsPrimitive,
  rowLosses,
} from "../cross-entropy/rows.ts";
import { targetRange } from "../cross-entropy/targets.ts";
import {
  type HeadGradients,
  type HeadInputs,
  joinRows,
  type LinearCrossEntropyParams,
  type RowBlock,
  rowBlocks,
  rowsOf,
} from "./row-blocks.ts";

type Head = Pick<HeadInputs, "x" | "weight" | "targets">;

/** Positions in a block of the vocabulary are what targets are for it; −1 elsewhere. */
const NO_COLUMN = -1;
const inBlock = { ignoreIndex: NO_COLUMN, labelSmoothing: 0 };

/** A block of the vocabulary: its part of the table, and the targets as its columns. */
function blockOf(
  { weight, targets }: Head,
  counted: Tensor,
  block: RowBlock,
): { table: Tensor; columns: Tensor; hits: Tensor } {
  const hits = and(counted, and(ge(targets, block.start), lt(targets, block.end)));
  return { table: rowsOf(weight, block), columns: where(hits, sub(targets, block.start), NO_COLUMN), hits };
}

/** Of each row, over the blocks so far: log Σ exp of the logits, the target's logit (0 before its block), and, for smoothing, the sum of the logits. */
interface RunningLoss {
  readonly lse: Tensor;
  readonly hit: Tensor;
  readonly total: Tensor | undefined;
}

/** Losses and log-sum-exps of all rows. */
export function lossesByColumns(
  head: Head,
  p: LinearCrossEntropyParams,
): { readonly loss: Tensor; readonly lse: Tensor } {
  const { x, weight } = head;
  const v = weight.shape[0]!;
  // Below, a target that is in no block would be as one that is ignored.
  const { op, ...range } = targetRange("linearCrossEntropy", v, p.ignoreIndex);
  const targets = checkIds(op, head.targets, range);
  const counted = countedRows(targets, v, p.ignoreIndex);
  const ofBlock = (block: RowBlock): RunningLoss => {
    const { table, columns, hits } = blockOf(head, counted, block);
    const rows = rowBlocks(x.shape[0]!, p.blockRows).map((part) =>
      tidy(() => {
        const logits = matmul(rowsOf(x, part), table, { transposeB: true });
        const { loss, lse } = apply(crossEntropyRowsPrimitive, { logits, targets: rowsOf(columns, part) }, inBlock);
        return { loss, lse, total: p.labelSmoothing > 0 ? sum(logits, 1) : undefined };
      }),
    );
    const lse = joinRows(rows.map((part) => part.lse));
    // A block of −∞ alone has no shares, and a loss of NaN; its logits are its log-sum-exp.
    const own = where(eq(lse, -Infinity), lse, sub(lse, joinRows(rows.map(({ loss }) => loss))));
    return {
      lse,
      hit: where(hits, own, 0),
      total: p.labelSmoothing > 0 ? joinRows(rows.map(({ total }) => total!)) : undefined,
    };
  };
  const blocks = rowBlocks(v, p.blockCols);
  // Each call disposes of what the call inside it returned as soon as its own is made.
  const upTo = (last: number): RunningLoss =>
    tidy(() => {
      if (last === 0) return ofBlock(blocks[0]!);
      const before = upTo(last - 1);
      const { lse, hit, total } = ofBlock(blocks[last]!);
      return {
        lse: logsumexp(stack([before.lse, lse]), 0),
        hit: add(before.hit, hit),
        total: total && add(before.total!, total),
      };
    });
  const { lse, hit, total } = upTo(blocks.length - 1);
  const smoothing = p.labelSmoothing;
  const sharp = sub(lse, hit);
  const loss = total ? add(mul(sharp, 1 - smoothing), mul(sub(lse, mul(total, 1 / v)), smoothing)) : sharp;
  return { loss: rowLosses(loss, targets, counted, p.ignoreIndex), lse };
}

interface RunningGradients {
  readonly x: Tensor | undefined;
  readonly weight: readonly Tensor[];
}

/** Gradients of the rows' cross entropies by x and weight, and their losses where `lse` is not known yet. */
export function gradientsByColumns(
  head: HeadInputs,
  p: LinearCrossEntropyParams & { readonly gradX: boolean; readonly gradWeight: boolean },
): HeadGradients {
  const { x, weight, targets, gradLoss, gradLse } = head;
  const made = head.lse ? undefined : lossesByColumns(head, p);
  const lse = head.lse ?? made!.lse;
  const v = weight.shape[0]!;
  const counted = countedRows(targets, v, p.ignoreIndex);
  // Of a row's logits: (g + gradLse)·softmax − (1 − s)·g·onehot − s·g/v. In the block of its target the kernel takes (1 − s)·g for both, elsewhere all comes as gradLse.
  const g = where(counted, gradLoss, 0);
  const onTarget = mul(g, 1 - p.labelSmoothing);
  const onAll = gradLse ? add(g, gradLse) : g;
  const spread = p.labelSmoothing > 0 ? mul(g, p.labelSmoothing / v) : undefined;
  const blocks = rowBlocks(v, p.blockCols);
  const ofBlock = (block: RowBlock): { x: Tensor | undefined; weight: Tensor | undefined } => {
    const { table, columns, hits } = blockOf(head, counted, block);
    const rest = sub(onAll, where(hits, onTarget, 0));
    const parts = rowBlocks(x.shape[0]!, p.blockRows);
    const upTo = (last: number): { readonly x: readonly Tensor[]; readonly weight: Tensor | undefined } =>
      tidy(() => {
        const before = last > 0 ? upTo(last - 1) : { x: [], weight: undefined };
        const part = parts[last]!;
        const rows = rowsOf(x, part);
        const gradLogits = tidy(() => {
          const logits = matmul(rows, table, { transposeB: true });
          const found = apply(
            crossEntropyBackwardPrimitive,
            {
              logits,
              targets: rowsOf(columns, part),
              lse: rowsOf(lse, part),
              gradLoss: rowsOf(onTarget, part),
              gradLse: rowsOf(rest, part),
            },
            inBlock,
          ).gradLogits;
          return spread ? sub(found, reshape(rowsOf(spread, part), [part.end - part.start, 1])) : found;
        });
        const gradWeight = p.gradWeight ? matmul(gradLogits, rows, { transposeA: true }) : undefined;
        return {
          x: p.gradX ? [...before.x, matmul(gradLogits, table)] : [],
          weight: gradWeight && before.weight ? add(before.weight, gradWeight) : gradWeight,
        };
      });
    const total = upTo(parts.length - 1);
    return { x: p.gradX ? joinRows(total.x) : undefined, weight: total.weight };
  };
  const upTo = (last: number): RunningGradients =>
    tidy(() => {
      const before = last > 0 ? upTo(last - 1) : { x: undefined, weight: [] };
      const { x: gradX, weight: gradWeight } = ofBlock(blocks[last]!);
      return {
        x: gradX && before.x ? add(before.x, gradX) : gradX,
        weight: gradWeight ? [...before.weight, gradWeight] : [],
      };
    });
  const total = upTo(blocks.length - 1);
  return { loss: made?.loss, gradX: total.x, gradWeight: p.gradWeight ? joinRows(total.weight) : undefined };
}
