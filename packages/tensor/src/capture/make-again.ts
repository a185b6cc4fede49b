// Values made twice: what is large, and quickly made of what is in memory anyway, is made again where it is read long
// after, in place of being held meanwhile. The same kernel on the same numbers: no result changes a bit.
import { storageBytes } from "../device/lowering.ts";
import { Storage } from "../storage.ts";
import type { Placement } from "./elide-copies.ts";
import { lastUses, readersOf } from "./readers.ts";
import type { Node, Outside, Value } from "./recording.ts";

/** Smaller values are not worth a kernel. */
const minBytes = 2 ** 22;
/** Nodes between one reader and the next, from which on the memory is worth more than the time. */
const minApart = 32;

/** @param results storages that the captured function returns: they must be in memory */
export function makeAgain(
  { nodes, placed }: Placement,
  results: ReadonlySet<Storage>,
  outside: Outside,
): readonly Node[] {
  if (!nodes.some(({ primitive }) => primitive.again)) return nodes;
  const readers = readersOf(nodes);
  const last = lastUses(nodes);
  const makers = new Map<Storage, number>();
  for (const { outputs } of nodes)
    for (const { storage } of Object.values(outputs)) makers.set(storage, (makers.get(storage) ?? 0) + 1);
  const whole = (storage: Storage): Storage => (outside.get(storage)?.storage ?? storage).whole;
  const writes = nodes.flatMap(({ primitive, inputs }, at) =>
    (primitive.mutates ?? []).flatMap((name) => (inputs[name] ? [{ at, storage: whole(inputs[name].storage) }] : [])),
  );
  /** position → nodes made again before it; value → what its readers from a position on read instead */
  const again = new Map<number, Node[]>();
  const instead = new Map<Storage, { readonly from: number; readonly storage: Storage }>();
  nodes.forEach((node, at) => {
    const name = node.primitive.again;
    const value = name && node.outputs[name];
    if (!value) return;
    const { storage } = value;
    if (storage.sizeBytes < minBytes || results.has(storage) || placed.has(storage) || makers.get(storage) !== 1)
      return;
    const reads = readers.get(storage) ?? [];
    const from = reads.find((read, i) => read - (reads[i - 1] ?? at) >= minApart);
    if (from === undefined) return;
    const there = Object.values(node.inputs).every(({ storage: input }) => {
      const kept = outside.has(input) || last.get(input)! >= from;
      return (
        kept &&
        !instead.has(input) &&
        !writes.some((write) => write.at > at && write.at < from && write.storage === whole(input))
      );
    });
    if (!there) return;
    const copy = copyOf(node);
    instead.set(storage, { from, storage: copy.outputs[name]!.storage });
    again.set(from, [...(again.get(from) ?? []), copy]);
  });
  if (instead.size === 0) return nodes;
  return nodes.flatMap((node, at) => {
    const inputs = Object.entries(node.inputs).map(([name, value]): [string, Value] => {
      const other = instead.get(value.storage);
      return [name, other && at >= other.from ? { ...value, storage: other.storage } : value];
    });
    return [...(again.get(at) ?? []), { ...node, inputs: Object.fromEntries(inputs) }];
  });
}

/** The node with outputs of its own. */
function copyOf(node: Node): Node {
  const outputs = Object.entries(node.outputs).map(([name, value]): [string, Value] => [
    name,
    { ...value, storage: new Storage(value.storage.device, storageBytes(value), null) },
  ]);
  return { ...node, outputs: Object.fromEntries(outputs) };
}
