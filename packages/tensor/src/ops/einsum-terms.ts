// The terms of an Einstein summation: letters for axes, an ellipsis spelled out, repeated letters taken as diagonals,
// axes of size 1 left to broadcasting.
import { ShapeError } from "../errors.ts";
import { showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { permute } from "./permute.ts";
import { reshape, squeeze } from "./reshape.ts";
import { narrow, pad } from "./slice.ts";

/** A tensor whose axes have names, one letter each. */
export interface Named {
  readonly tensor: Tensor;
  readonly axes: string;
}

export function fail(equation: string, must: string, got: string): ShapeError {
  return new ShapeError(`einsum: in "${equation}" ${must}; got ${got}.`, { op: "einsum", equation, got });
}

/** Names of the axes of an ellipsis, counted from the last: they are aligned right. */
const ellipsisAxes = "αβγδεζηθικλμ";
const ofEllipsis = (count: number): string => Array.from(ellipsisAxes.slice(0, count)).reverse().join("");

const occursOnce = (letters: string) => (letter: string) => letters.indexOf(letter) === letters.lastIndexOf(letter);

/**
 * Operands with their letters, each letter once per operand, and the letters of the result. Without "->" the result has
 * the axes of the ellipsis, then, in alphabetical order, the letters that occur once.
 */
export function termsOf(equation: string, operands: readonly Tensor[]): { named: readonly Named[]; result: string } {
  const [left = "", right, ...more] = equation.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  const isTerm = (term: string): boolean => /^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/.test(term);
  if (more.length > 0 || ![...terms, right ?? ""].every(isTerm)) {
    throw fail(
      equation,
      'axes must be single letters or one "...", operands separated by commas, the result after one "->"',
      "something else",
    );
  }
  if (terms.length !== operands.length)
    throw fail(equation, `there must be ${terms.length} operands`, String(operands.length));
  const depths = terms.map((term, i) => {
    const rank = operands[i]!.shape.length;
    const letters = term.replace("...", "").length;
    const depth = term.includes("...") ? rank - letters : 0;
    if (depth < 0 || depth > ellipsisAxes.length || letters + depth !== rank)
      throw fail(
        equation,
        `operand ${i} must have ${letters} axes${depth === 0 && !term.includes("...") ? "" : " or more"} ("${term}")`,
        showShape(operands[i]!.shape),
      );
    return depth;
  });
  const spelled = (term: string, depth: number): string => term.replace("...", ofEllipsis(depth));
  const most = Math.max(...depths);
  const letters = terms.join("").replaceAll(".", "");
  const result =
    right === undefined
      ? ofEllipsis(most) + [...letters].filter(occursOnce(letters)).sort().join("")
      : spelled(right, most);
  const named = terms.map((term, i) =>
    diagonal(equation, { tensor: operands[i]!, axes: spelled(term, depths[i]!) }, i),
  );
  if (new Set(result).size !== result.length)
    throw fail(equation, "a letter must occur once in the result", `"${right ?? result}"`);
  for (const letter of result)
    if (!named.some(({ axes }) => axes.includes(letter)))
      throw fail(equation, "every letter of the result must occur in an operand", `"${letter}"`);
  return { named: named.map((each, i) => spread(each, named.toSpliced(i, 1))), result };
}

/** Axes with one letter as one: in rows of n + 1, the elements of a diagonal stand below each other. */
function diagonal(equation: string, { tensor, axes }: Named, operand: number): Named {
  const letter = [...axes].find((each, i) => axes.lastIndexOf(each) > i);
  if (letter === undefined) return { tensor, axes };
  const [first, second] = [axes.indexOf(letter), axes.indexOf(letter, axes.indexOf(letter) + 1)];
  const n = tensor.shape[first]!;
  if (tensor.shape[second] !== n)
    throw fail(
      equation,
      `"${letter}" must have one size`,
      `${n} and ${tensor.shape[second]} (operand ${operand}, ${showShape(tensor.shape)})`,
    );
  const rest = tensor.shape.flatMap((_, axis) => (axis === first || axis === second ? [] : [axis]));
  const square = permute(tensor, [...rest, first, second]);
  const sizes = rest.map((axis) => tensor.shape[axis]!);
  const rows = reshape(pad(reshape(square, [...sizes, n * n]), -1, 0, n), [...sizes, n, n + 1]);
  const kept = {
    tensor: squeeze(narrow(rows, -1, 0, 1), -1),
    axes: rest.map((axis) => axes[axis]!).join("") + letter,
  };
  return diagonal(equation, kept, operand);
}

/** Without the axes of size 1 that another operand has longer: its elements serve all of them. */
function spread({ tensor, axes }: Named, others: readonly Named[]): Named {
  const at = [...axes].findIndex(
    (letter, axis) =>
      tensor.shape[axis] === 1 &&
      others.some((other) => other.axes.includes(letter) && other.tensor.shape[other.axes.indexOf(letter)] !== 1),
  );
  if (at < 0) return { tensor, axes };
  return spread({ tensor: squeeze(tensor, at), axes: axes.slice(0, at) + axes.slice(at + 1) }, others);
}
