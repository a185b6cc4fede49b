// Einstein summation: products of tensors summed over named axes, as a chain of batched matrix products. Gradients come
// by composition.
import { opScope } from "../memory/op-scope.ts";
import { describeValue } from "@x/base";
import { ShapeError } from "../errors.ts";
import { type Shape, showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { sum } from "./sum.ts";
import { permute } from "./permute.ts";
import { reshape } from "./reshape.ts";
import { requireTensorList, indexedNames } from "../arguments/require-tensors.ts";
import { fail, type Named, termsOf } from "./einsum-terms.ts";

function checkSizes(equation: string, named: readonly Named[]): Map<string, number> {
  const sizes = new Map<string, number>();
  named.forEach(({ tensor, axes }, i) => {
    if (tensor.shape.length !== axes.length)
      throw fail(equation, `operand ${i} must have ${axes.length} axes ("${axes}")`, showShape(tensor.shape));
    [...axes].forEach((letter, axis) => {
      const size = tensor.shape[axis]!;
      const known = sizes.get(letter) ?? size;
      if (known !== size)
        throw fail(
          equation,
          `"${letter}" must have one size`,
          `${known} and ${size} (operand ${i}, ${showShape(tensor.shape)})`,
        );
      sizes.set(letter, size);
    });
  });
  return sizes;
}

const only = (axes: string, keep: (letter: string) => boolean): string => [...axes].filter(keep).join("");

/** Sums over the letters that neither the result nor another operand has. */
function dropped({ tensor, axes }: Named, needed: string): Named {
  const gone = [...axes].flatMap((letter, axis) => (needed.includes(letter) ? [] : [axis]));
  return gone.length === 0
    ? { tensor, axes }
    : { tensor: sum(tensor, gone), axes: only(axes, (letter) => needed.includes(letter)) };
}

function ordered({ tensor, axes }: Named, order: string): Tensor {
  return order === axes
    ? tensor
    : permute(
        tensor,
        [...order].map((letter) => axes.indexOf(letter)),
      );
}

/**
 * One operand as a batch of matrices: its letters in the order `batch`, then rows and columns in their present order.
 */
function asMatrices(
  operand: Named,
  batch: string,
  outer: string,
  inner: string,
  sizes: ReadonlyMap<string, number>,
): { tensor: Tensor; innerFirst: boolean } {
  // where the contracted letters already come first, the product reads the matrices transposed and nothing is copied
  const innerFirst = operand.axes === batch + inner + outer;
  const volume = (letters: string): number => [...letters].reduce((product, letter) => product * sizes.get(letter)!, 1);
  const tensor = ordered(operand, innerFirst ? operand.axes : batch + outer + inner);
  const last = innerFirst ? [volume(inner), volume(outer)] : [volume(outer), volume(inner)];
  return { tensor: reshape(tensor, [volume(batch), ...last]), innerFirst };
}

/** Multiplies two operands and sums over the letters that neither the result nor another operand needs. */
function contract(a: Named, b: Named, needed: string, sizes: ReadonlyMap<string, number>): Named {
  const left = dropped(a, b.axes + needed);
  const right = dropped(b, a.axes + needed);
  const shared = only(left.axes, (letter) => right.axes.includes(letter));
  const batch = only(shared, (letter) => needed.includes(letter));
  const inner = only(shared, (letter) => !needed.includes(letter));
  const leftOuter = only(left.axes, (letter) => !shared.includes(letter));
  const rightOuter = only(right.axes, (letter) => !shared.includes(letter));
  const axes = batch + leftOuter + rightOuter;
  if (inner === "") return { tensor: mul(aligned(left, axes), aligned(right, axes)), axes };
  const x = asMatrices(left, batch, leftOuter, inner, sizes);
  const y = asMatrices(right, batch, rightOuter, inner, sizes);
  const product = matmul(x.tensor, y.tensor, { transposeA: x.innerFirst, transposeB: !y.innerFirst });
  return {
    tensor: reshape(
      product,
      [...axes].map((letter) => sizes.get(letter)!),
    ),
    axes,
  };
}

/** With size 1 on the letters that the operand does not have, so that a product broadcasts. */
function aligned(operand: Named, axes: string): Tensor {
  const order = only(axes, (letter) => operand.axes.includes(letter));
  const tensor = ordered(operand, order);
  const shape: Shape = [...axes].map((letter) => (order.includes(letter) ? tensor.shape[order.indexOf(letter)]! : 1));
  return reshape(tensor, shape);
}

/**
 * Product of the operands, summed over the letters that the result does not have: `"bln,bsn->bls"` is y[b,l,s] = Σₙ
 * x₀[b,l,n]·x₁[b,s,n]. Operands are contracted from left to right, each pair by one batched matrix product, so put
 * those first whose product is small.
 *
 * A letter twice in one operand takes its diagonal: "ii->i", and "ii->" is the trace. "..." means all axes without
 * a letter; those of several operands broadcast, aligned right. Axes of size 1 broadcast too.
 *
 * @param equation one letter per axis, operands separated by commas, then "->" and the letters of the result; without
 *   "->" the result has the axes of "...", then, in alphabetical order, the letters that occur once
 * @param operands one tensor per term, of one dtype: f32, f64, i32 or u32
 * @returns a tensor of the result's axes; what it does not name, "..." too, is summed over
 * @throws ShapeError when letters, ranks and sizes do not fit
 * @example
 * einsum("ij,jk->ik", tensor([[1, 2]]), tensor([[3], [4]]));   // [[11]]
 * einsum("...ii->...i", tensor([[1, 2], [3, 4]]));             // [1, 4]
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  if (typeof equation !== "string")
    throw new ShapeError(`einsum: the equation must be a string; got ${describeValue(equation)}.`, {
      op: "einsum",
      got: equation,
    });
  requireTensorList("einsum", "operands", operands);
  return opScope("einsum", indexedNames("operands", operands), () => {
    const terms = termsOf(equation, operands);
    const { named } = terms;
    const sizes = checkSizes(equation, named);
    const product = named.reduce((left, right, i) => {
      const later = named.slice(i + 1).map(({ axes }) => axes);
      return contract(left, right, terms.result + later.join(""), sizes);
    });
    return ordered(dropped(product, terms.result), terms.result);
  });
}
