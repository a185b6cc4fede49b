// Values made twice: what is large, and quickly made of what is in memory anyway, is made again where it is read long
// after, in place of being held meanwhile. The same kernel on the same numbers: no result changes a bit.
import { mapValues, storageBytes } from "../device/lowering.ts";
import { Storage } from "../memory/storage.ts";
import type { Placement } from "./elide-copies.ts";
import { largeBytes, lastUses, readersOf, writesOf } from "./readers.ts";
import type { Node, Outside } from "./recording.ts";

/** Nodes between one reader and the next, from which on the memory is worth more than the time. */
const minApart = 32;

/** @param results storages that the captured function returns: they must be in memory */
export function makeAgain(
  { nodes, placed }: Placement,
  results: ReadonlySet<Storage>,
  outside: Outside,
): readonly Node[] {
  const readers = readersOf(nodes);
  const last = lastUses(nodes);
  const written = writesOf(nodes, outside);
  /** position → nodes made again before it; value → what its readers from a position on read instead */
  const again = new Map<number, Node[]>();
  const instead = new Map<Storage, { readonly from: number; readonly storage: Storage }>();
  nodes.forEach((node, at) => {
    const name = node.primitive.again;
    const value = name && node.outputs[name];
    if (!value) return;
    const { storage } = value;
    const whole = storage.sizeBytes === storageBytes(value); // else it is made in its place in a larger one
    if (!whole || storage.sizeBytes < largeBytes || results.has(storage) || placed.has(storage)) return;
    const reads = readers.get(storage) ?? [];
    const from = reads.find((read, i) => read - (reads[i - 1] ?? at) >= minApart);
    if (from === undefined) return;
    const there = Object.values(node.inputs).every(
      ({ storage: input }) =>
        (outside.has(input) || last.get(input)! >= from) && !instead.has(input) && !written(input, at, from),
    );
    if (!there) return;
    const outputs = mapValues(node.outputs, (made) => ({
      ...made,
      storage: new Storage(made.storage.device, storageBytes(made), null),
    }));
    instead.set(storage, { from, storage: outputs[name]!.storage });
    again.set(from, [...(again.get(from) ?? []), { ...node, outputs }]);
  });
  return nodes.flatMap((node, at) => {
    const inputs = mapValues(node.inputs, (value) => {
      const other = instead.get(value.storage);
      return other && at >= other.from ? { ...value, storage: other.storage } : value;
    });
    return [...(again.get(at) ?? []), { ...node, inputs }];
  });
}
