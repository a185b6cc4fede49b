// Trees: tensors inside arrays and plain objects, for functions that take or return several.
import { isPlainObject } from "./arguments/plain-object.ts";
import { requireArity, requireFunction } from "./arguments/require.ts";
import { Tensor } from "./tensor.ts";

/** A tensor, or arrays and plain objects of trees; other values are carried along untouched. */
export type Tree = unknown;

/**
 * The tensors of a tree, in order. Raises nothing: whatever is no tensor, array or plain object has none.
 *
 * @param tree tensors of any shape and any dtype in arrays and plain objects
 * @returns the tensors themselves, each as often as it occurs
 * @example
 * leaves({ a: tensor([1]), b: [tensor([2]), "text"] }).length; // 2
 */
export function leaves(tree: Tree): Tensor[] {
  requireArity("leaves", arguments, 1);
  const found: Tensor[] = [];
  gather(tree, found);
  return found;
}

function gather(tree: Tree, found: Tensor[]): void {
  if (tree instanceof Tensor) found.push(tree);
  else if (Array.isArray(tree)) for (const item of tree) gather(item, found);
  else if (isPlainObject(tree)) for (const key of Object.keys(tree)) gather(tree[key], found);
}

/**
 * The same tree with every tensor replaced.
 *
 * @param tree tensors of any shape and any dtype in arrays and plain objects
 * @param replace gives the tensor, or another value, to put in its place
 * @returns a copy of the arrays and plain objects around the tensors; other values are the same
 * @throws ConfigError when `replace` is no function
 * @example
 * mapTree({ a: tensor([1, 2]) }, neg); // { a: [-1, -2] }
 */
export function mapTree<T extends Tree>(tree: T, replace: (tensor: Tensor) => Tensor): T {
  requireArity("mapTree", arguments, 2);
  requireFunction("mapTree", "replace", replace);
  const walk = (node: unknown): unknown => {
    if (node instanceof Tensor) return replace(node);
    if (Array.isArray(node)) return node.map(walk);
    if (!isPlainObject(node)) return node;
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(node)) {
      // Assigning to this one would set the prototype.
      if (key === "__proto__")
        Object.defineProperty(copy, key, {
          value: walk(node[key]),
          enumerable: true,
          writable: true,
          configurable: true,
        });
      else copy[key] = walk(node[key]);
    }
    return copy;
  };
  return walk(tree) as T;
}
