// Norms inside products: an RMS norm whose rows only products read is computed by these, where the device has a kernel
// for that. A decoding step of a layer then has a dispatch less for every norm.
import type { Device } from "../device/device.ts";
import type { RowNorm } from "../device/lowering.ts";
import { sizeOf } from "../shape.ts";
import type { Storage } from "../memory/storage.ts";
import { readersOf, writesOf } from "./readers.ts";
import type { Node, Outside, Value } from "./recording.ts";

/** @param results storages that the captured function returns: they must be made */
export function normsInProducts(
  nodes: readonly Node[],
  results: ReadonlySet<Storage>,
  outside: Outside,
  device: Device,
): readonly Node[] {
  const readers = readersOf(nodes);
  const written = writesOf(nodes, outside);
  const replaced = new Map<Node, Node | null>();
  nodes.forEach((node, at) => {
    const norm = node.primitive.rowNorm?.(node.inputs, node.params);
    const places = norm && productsOf(node, norm, nodes, readers, results);
    if (!places) return;
    if (Object.values(node.inputs).some(({ storage }) => written(storage, at, places.at(-1)!))) return;
    const normed = places.map((place, i) => normedNode(nodes[place]!, node, norm, i === 0));
    if (!normed.every(({ primitive, params, inputs, outputs }) => device.prepare(primitive, inputs, outputs, params)))
      return;
    replaced.set(node, null);
    places.forEach((place, i) => replaced.set(nodes[place]!, normed[i]!));
  });
  if (replaced.size === 0) return nodes;
  return nodes.flatMap((node) => {
    const next = replaced.get(node);
    return next === undefined ? [node] : next === null ? [] : [next];
  });
}

/** Positions of the products that read a norm, in order; undefined where anything else needs it. */
function productsOf(
  { outputs }: Node,
  norm: RowNorm,
  nodes: readonly Node[],
  readers: ReadonlyMap<Storage, readonly number[]>,
  results: ReadonlySet<Storage>,
): readonly number[] | undefined {
  const y = outputs[norm.y]!;
  const places = readers.get(y.storage);
  if (!places || results.has(y.storage)) return undefined;
  for (const [name, { storage }] of Object.entries(outputs)) {
    if (name === norm.y) continue;
    // The first product makes the sum.
    if (name === norm.summed ? (readers.get(storage)?.[0] ?? Infinity) <= places[0]! : readers.has(storage))
      return undefined;
    if (name !== norm.summed && results.has(storage)) return undefined;
  }
  const reads = places.every((place) => {
    const { primitive, inputs } = nodes[place]!;
    const own = Object.entries(inputs).filter(([, { storage }]) => storage === y.storage);
    return own.length === 1 && own[0]![0] === "x" && primitive.normed && isRows(own[0]![1], y);
  });
  return reads ? places : undefined;
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
