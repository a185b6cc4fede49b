// Copy elision: a recorded copy of a value to existing memory is dropped where the op that makes the value can write
// there directly.
import type { Device } from "../device/device.ts";
import type { Storage } from "../memory/storage.ts";
import type { Node, Outside } from "./recording.ts";

/** The nodes without the elided copies, and the memory that their values are written to instead. */
export interface Placement {
  readonly nodes: readonly Node[];
  readonly placed: ReadonlyMap<Storage, Storage>;
}

/** CPU kernels write whole vectors of this many bytes, past the end of a value that does not fill its last vector. */
const vectorBytes = 16;

/** A use of memory from outside the recording. */
interface Touch {
  readonly storage: Storage;
  readonly at: number;
  readonly writes: boolean;
}

/** @param results storages that the captured function returns: they need memory of their own */
export function elideCopies(
  nodes: readonly Node[],
  results: ReadonlySet<Storage>,
  outside: Outside,
  device: Device,
): Placement {
  const uses = new Map<Storage, Node[]>();
  const made = new Set<Storage>();
  const touches = new Map<Storage, Touch[]>();
  nodes.forEach((node, at) => {
    for (const { storage } of Object.values(node.outputs)) made.add(storage);
    for (const [name, { storage }] of Object.entries({ ...node.inputs, ...node.outputs })) {
      const there = outside.get(storage)?.storage;
      if (!there) append(uses, storage, node);
      else
        append(touches, there.whole, { storage: there, at, writes: node.primitive.mutates?.includes(name) ?? false });
    }
  });
  const placed = new Map<Storage, Storage>();
  const kept = nodes.filter((node, at) => {
    if (!node.primitive.transfer) return true;
    const [source, standIn] = [node.inputs["source"]!.storage, node.inputs["target"]!.storage];
    const target = outside.get(standIn)?.storage;
    if (!made.has(source) || results.has(source) || placed.has(source) || !target) return true;
    if (target.sizeBytes !== source.sizeBytes || target.sizeBytes % vectorBytes !== 0) return true;
    // No other op may use the target between the making of the value and the copy, and none may write to it afterwards.
    const alone = touches
      .get(target.whole)!
      .every((touch) => touch.at === at || !touch.storage.overlaps(target) || (touch.at > at && !touch.writes));
    if (!alone) return true;
    const where = (storage: Storage): Storage => {
      const place = storage === source ? standIn : (placed.get(storage) ?? storage);
      return (outside.get(place)?.storage ?? place).whole;
    };
    const fits = uses.get(source)!.every((user) => {
      if (user === node) return true;
      const names = Object.entries({ ...user.inputs, ...user.outputs })
        .filter(([, value]) => where(value.storage) === target.whole)
        .map(([name]) => name);
      return names.length < 2 || device.mayShareBlock(user.primitive, user.inputs, user.outputs, user.params, names);
    });
    if (fits) placed.set(source, standIn);
    return !fits;
  });
  return { nodes: kept, placed };
}

function append<T>(lists: Map<Storage, T[]>, key: Storage, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
