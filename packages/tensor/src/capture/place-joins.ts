// Joins in place: the inputs of a recorded concat (what the gradient of a split is, too) are made where they belong in
// its result, so that nothing is copied.
import { observes } from "../apply.ts";
import { contiguousPrimitive } from "../ops/contiguous-primitive.ts";
import type { Device } from "../device/device.ts";
import { mapValues } from "../device/lowering.ts";
import { dtypeBytes } from "../numbers/dtype.ts";
import type { Primitive } from "../primitive.ts";
import { reshapedView, type RowLayout, rowsOfPart } from "../row-layout.ts";
import { type Shape, sizeOf } from "../shape.ts";
import type { Storage } from "../memory/storage.ts";
import type { Node, Outside, Value } from "./recording.ts";

/** Where a value is made: a part of the result of a join. */
interface Part {
  readonly storage: Storage;
  readonly offset: number;
  readonly rows: RowLayout;
  readonly shape: Shape;
}

/**
 * The nodes without the joins of which an input can be made in place; the other inputs of such a join are copied to
 * theirs, one by one. An input is made in place where the op that makes it, and all that read it, take views ({@link
 * Primitive.views}).
 *
 * @param results storages that the captured function returns: they need memory of their own
 */
export function placeJoins(
  nodes: readonly Node[],
  results: ReadonlySet<Storage>,
  outside: Outside,
  device: Device,
): readonly Node[] {
  const joins = nodes.filter(({ primitive, outputs }) => primitive.joins && dtypeBytes(outputs["y"]!.dtype) >= 4);
  if (joins.length === 0) return nodes;
  const uses = usesOf(nodes);
  const parts = new Map<Storage, Part>();
  const replaced = new Map<Node, readonly Node[]>();
  for (const join of joins) {
    const copies: Node[] = [];
    let placed = 0;
    for (const { value, part } of partsOf(join)) {
      const free = !results.has(value.storage) && !outside.has(value.storage) && !parts.has(value.storage);
      if (free && fits(value, part, join, uses.get(value.storage)!, parts, device)) {
        parts.set(value.storage, part);
        placed++;
      } else if (sizeOf(value.shape) > 0) copies.push(copyOf(value, part));
    }
    if (placed > 0) replaced.set(join, copies);
  }
  if (replaced.size === 0) return nodes;
  const moved = (node: Node): Node => relocated(node, parts);
  return nodes.flatMap((node) => (replaced.get(node) ?? [node]).map(moved));
}

function usesOf(nodes: readonly Node[]): Map<Storage, Node[]> {
  const uses = new Map<Storage, Node[]>();
  for (const node of nodes) {
    for (const storage of new Set([...Object.values(node.inputs), ...Object.values(node.outputs)].map(storageOf))) {
      const list = uses.get(storage);
      if (list) list.push(node);
      else uses.set(storage, [node]);
    }
  }
  return uses;
}

const storageOf = ({ storage }: Value): Storage => storage;

/** The inputs of a join, each with its place in the result. */
function partsOf({ primitive, inputs, outputs, params }: Node): { readonly value: Value; readonly part: Part }[] {
  const { axis } = params as { readonly axis: number };
  const y = outputs["y"]!;
  let start = 0;
  return primitive.inputs.map((name) => {
    const value = inputs[name]!;
    const length = value.shape[axis]!;
    const part = { storage: y.storage, shape: value.shape, ...rowsOfPart(y, axis, start, length) };
    start += length;
    return { value, part };
  });
}

/** Whether everything that touches a value can do so at its place in the result of `join`. */
function fits(
  value: Value,
  part: Part,
  join: Node,
  users: readonly Node[],
  parts: ReadonlyMap<Storage, Part>,
  device: Device,
): boolean {
  if (value.rows || value.offset > 0) return false;
  const [maker] = users;
  if (!maker || maker === join || !Object.values(maker.outputs).some(({ storage }) => storage === value.storage))
    return false;
  const after = new Map([...parts, [value.storage, part]]);
  return users.every((user) => {
    const operands = { ...user.inputs, ...user.outputs };
    const own = Object.entries(operands).filter(([, { storage }]) => storage === value.storage);
    if (user === join) return own.length === 1;
    if (user.primitive.transfer || user.primitive.joins || user.primitive.mutates) return false;
    const possible = own.every(([name, operand]) => {
      const { rows } = moved(operand, part) ?? {};
      return rows !== undefined && observes(user.primitive, name, { shape: operand.shape, rows });
    });
    if (!possible) return false;
    const { primitive, params, inputs, outputs } = relocated(user, after);
    const sharing = Object.entries({ ...inputs, ...outputs }).filter(([, { storage }]) => storage === part.storage);
    const names = sharing.map(([name]) => name);
    return names.length < 2 || device.mayShareBlock(primitive, inputs, outputs, params, names);
  });
}

/** A value, perhaps reshaped, at its place; undefined where its shape does not keep the rows. */
function moved({ shape, dtype, offset, rows }: Value, part: Part): Value | undefined {
  if (offset > 0 || rows || sizeOf(shape) !== sizeOf(part.shape)) return undefined;
  const view = reshapedView({ shape: part.shape, dtype, rows: part.rows }, shape);
  return view && { shape, dtype, storage: part.storage, offset: part.offset, rows: part.rows };
}

function relocated({ primitive, params, inputs, outputs }: Node, parts: ReadonlyMap<Storage, Part>): Node {
  const place = (value: Value): Value => {
    const part = parts.get(value.storage);
    return part ? moved(value, part)! : value;
  };
  return { primitive, params, inputs: mapValues(inputs, place), outputs: mapValues(outputs, place) };
}

function copyOf(value: Value, { storage, offset, rows }: Part): Node {
  const y: Value = { shape: value.shape, dtype: value.dtype, storage, offset, rows };
  return {
    primitive: contiguousPrimitive as unknown as Primitive,
    params: undefined,
    inputs: { x: value },
    outputs: { y },
  };
}
