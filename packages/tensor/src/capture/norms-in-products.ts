// Norms inside products: an RMS norm whose rows only products read is computed by these, where the device has a kernel
// for that. A decoding step of a layer then has a dispatch less for every norm.
import type { Device } from "../device/device.ts";
import type { RowNorm } from "../device/lowering.ts";
import { sizeOf } from "../shape.ts";
import type { Storage } from "../storage.ts";
import type { Node, Outside, Value } from "./recorder.ts";

/** @param results storages that the captured function returns: they must be made */
export function normsInProducts(
  nodes: readonly Node[],
  results: ReadonlySet<Storage>,
  outside: Outside,
  device: Device,
): readonly Node[] {
  const replaced = new Map<Node, Node | null>();
  nodes.forEach((node, at) => {
    const norm = node.primitive.rowNorm?.(node.inputs, node.params);
    const products = norm && productsOf(node, at, norm, nodes, results, outside);
    const normed = products?.map((product, i) => normedNode(product, node, norm!, i === 0));
    if (!normed?.every(({ primitive, params, inputs, outputs }) => device.prepare(primitive, inputs, outputs, params)))
      return;
    replaced.set(node, null);
    products!.forEach((product, i) => replaced.set(product, normed[i]!));
  });
  if (replaced.size === 0) return nodes;
  return nodes.flatMap((node) => {
    const next = replaced.get(node);
    return next === undefined ? [node] : next === null ? [] : [next];
  });
}

/** The products that read the norm at `at`, in order; undefined where anything else needs it, or its inputs change. */
function productsOf(
  node: Node,
  at: number,
  norm: RowNorm,
  nodes: readonly Node[],
  results: ReadonlySet<Storage>,
  outside: Outside,
): readonly Node[] | undefined {
  const y = node.outputs[norm.y]!;
  const whole = ({ storage }: Value): Storage => (outside.get(storage)?.storage ?? storage).whole;
  const read = new Set(Object.values(node.inputs).map(whole));
  const summed = norm.summed && node.outputs[norm.summed]!.storage;
  const others = new Set(
    Object.entries(node.outputs)
      .filter(([name]) => name !== norm.summed && name !== norm.y)
      .map(([, { storage }]) => storage),
  );
  if (results.has(y.storage) || [...others].some((storage) => results.has(storage))) return undefined;
  const products: Node[] = [];
  let changed = false;
  for (const user of nodes.slice(at + 1)) {
    const inputs = Object.entries(user.inputs);
    const own = inputs.filter(([, { storage }]) => storage === y.storage);
    if (inputs.some(([, { storage }]) => others.has(storage))) return undefined;
    if (products.length === 0 && inputs.some(([, { storage }]) => storage === summed)) return undefined;
    if (own.length > 0) {
      const [name, value] = own[0]!;
      if (changed || own.length > 1 || name !== "x" || !user.primitive.normed || !isRows(value, y)) return undefined;
      products.push(user);
    }
    const written = (user.primitive.mutates ?? []).map((name) => user.inputs[name]);
    changed ||= written.some((value) => value !== undefined && read.has(whole(value)));
  }
  return products.length > 0 ? products : undefined;
}

/** Whether a product reads all of a norm's result, row by row. */
function isRows(value: Value, y: Value): boolean {
  return (
    value.offset === 0 &&
    !value.rows &&
    value.shape.at(-1) === y.shape.at(-1) &&
    sizeOf(value.shape) === sizeOf(y.shape)
  );
}

/** The product with the norm inside. The first makes the sum, which the others read. */
function normedNode(product: Node, norm: Node, names: RowNorm, first: boolean): Node {
  const [x, addend, summed] = [
    norm.inputs[names.x]!,
    norm.inputs[names.addend ?? ""],
    norm.outputs[names.summed ?? ""],
  ];
  const rows = (value: Value): Value => ({ ...value, shape: product.inputs["x"]!.shape });
  const adds = first && addend && summed;
  return {
    primitive: product.primitive.normed!(),
    params: { eps: names.eps, product: product.params },
    inputs: {
      ...product.inputs,
      x: rows(first || !summed ? x : summed),
      normWeight: norm.inputs[names.weight]!,
      ...(adds && { addend: rows(addend) }),
    },
    outputs: { ...product.outputs, ...(adds && { summed: rows(summed) }) },
  };
}
