// Operands stored as they are multiplied: where a device's products round what they read to f16, a value that only they
// read is made in f16, and a large one that several read is rounded once for all of them. Results keep their bits.
import type { Device } from "../device/device.ts";
import { castPrimitive } from "../ops/cast.ts";
import type { Primitive } from "../primitive.ts";
import { sizeOf } from "../shape.ts";
import { Storage } from "../memory/storage.ts";
import { storageBytes } from "../device/lowering.ts";
import { writesOf } from "./readers.ts";
import type { Node, Outside, Value } from "./recording.ts";

/** Values of fewer elements are read from cache however often: a dispatch that rounds them once does not pay. */
const minShared = 2 ** 20;
/** Nodes that may lie between one product and the next that read the same halves: they are memory meanwhile. */
const maxApart = 16;

interface Read {
  readonly at: number;
  readonly name: string;
  readonly value: Value;
  /** the whole value, by a product that rounds it */
  readonly rounded: boolean;
}

/** @param results storages that the captured function returns: they stay as they are */
export function storeRounded(
  nodes: readonly Node[],
  results: ReadonlySet<Storage>,
  outside: Outside,
  device: Device,
): readonly Node[] {
  const reads = readsOf(nodes, device);
  if (![...reads.values()].some((list) => list.some(({ rounded }) => rounded))) return nodes;
  const makers = makersOf(nodes);
  const remade = new Map<number, Node>();
  const casts = new Map<number, Node[]>();
  const halves = new Map<Storage, Map<number, Storage>>();
  const written = writesOf(nodes, outside);
  for (const [storage, list] of reads) {
    const alone = !results.has(storage) && !outside.has(storage) && list.every(({ rounded }) => rounded);
    const maker = alone ? makers.get(storage) : undefined;
    const made = maker === undefined ? undefined : halvedMaker(nodes[maker]!, storage, device);
    if (made) {
      remade.set(maker!, made.node);
      halves.set(storage, new Map(list.map(({ at }) => [at, made.storage])));
      continue;
    }
    for (const run of runsOf(list.filter(({ rounded }) => rounded))) {
      const [first, last] = [run[0]!, run.at(-1)!];
      if (written(storage, first.at, last.at)) continue;
      const { value } = first;
      const y = new Storage(value.storage.device, storageBytes({ ...value, dtype: "f16" }), null);
      casts.set(first.at, [...(casts.get(first.at) ?? []), castOf(value, y)]);
      const places = halves.get(storage) ?? new Map<number, Storage>();
      for (const { at } of run) places.set(at, y);
      halves.set(storage, places);
    }
  }
  if (halves.size === 0) return nodes;
  return nodes.flatMap((recorded, at) => {
    const node = remade.get(at) ?? recorded;
    const inputs = Object.fromEntries(
      Object.entries(node.inputs).map(([name, value]) => {
        const storage = halves.get(value.storage)?.get(at);
        const read =
          storage && reads.get(value.storage)!.some((one) => one.at === at && one.name === name && one.rounded);
        return [name, read ? { ...value, dtype: "f16" as const, storage } : value];
      }),
    );
    return [...(casts.get(at) ?? []), { ...node, inputs }];
  });
}

/** Who reads each value. */
function readsOf(nodes: readonly Node[], device: Device): ReadonlyMap<Storage, readonly Read[]> {
  const reads = new Map<Storage, Read[]>();
  nodes.forEach(({ primitive, inputs, params }, at) => {
    const names = device.roundedInputs(primitive, inputs, params);
    for (const [name, value] of Object.entries(inputs)) {
      const dense = value.dtype === "f32" && !value.rows && value.offset === 0;
      const read = { at, name, value, rounded: dense && names.includes(name) };
      const list = reads.get(value.storage);
      if (list) list.push(read);
      else reads.set(value.storage, [read]);
    }
  });
  return reads;
}

/** The one node that makes each value, by position. */
function makersOf(nodes: readonly Node[]): ReadonlyMap<Storage, number> {
  const makers = new Map<Storage, number>();
  nodes.forEach(({ outputs }, at) => {
    for (const { storage } of Object.values(outputs)) makers.set(storage, at);
  });
  return makers;
}

/** The node with the output `storage` in f16, where its primitive and the device can make it so. */
function halvedMaker(
  { primitive, params, inputs, outputs }: Node,
  storage: Storage,
  device: Device,
): { readonly node: Node; readonly storage: Storage } | undefined {
  const name = primitive.half;
  const value = name && outputs[name];
  if (!value || value.storage !== storage) return undefined;
  const spec = { shape: value.shape, dtype: "f16" } as const;
  const made = new Storage(storage.device, storageBytes(spec), null);
  const node: Node = {
    primitive,
    params: { ...(params as object), half: true },
    inputs,
    outputs: { ...outputs, [name]: { ...spec, storage: made, offset: 0 } },
  };
  return device.prepare(primitive, node.inputs, node.outputs, node.params) ? { node, storage: made } : undefined;
}

/** Large values that at least two products read, one soon after the other. */
function runsOf(reads: readonly Read[]): readonly (readonly Read[])[] {
  const runs: Read[][] = [];
  for (const read of reads) {
    const run = runs.at(-1);
    if (run && read.at - run.at(-1)!.at <= maxApart) run.push(read);
    else runs.push([read]);
  }
  return runs.filter(
    (run) => run.length > 1 && sizeOf(run[0]!.value.shape) >= minShared && sameSize(run.map(({ value }) => value)),
  );
}

function sameSize(values: readonly Value[]): boolean {
  return values.every(({ shape }) => sizeOf(shape) === sizeOf(values[0]!.shape));
}

function castOf(value: Value, storage: Storage): Node {
  return {
    primitive: castPrimitive as unknown as Primitive,
    params: { dtype: "f16", native: true },
    inputs: { x: value },
    outputs: { y: { shape: value.shape, dtype: "f16", storage, offset: 0 } },
  };
}
