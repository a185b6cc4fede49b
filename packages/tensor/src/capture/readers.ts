// Which nodes of a recording read each value, and which is the last that uses it, and which write to it.
import type { Storage } from "../memory/storage.ts";
import type { Node, Outside } from "./recording.ts";

/** From so many bytes on, the memory of a value is worth more than the time of making it later or again. */
export const largeBytes: number = 2 ** 22;

/** Value → positions of the nodes that read it, in order (reading it twice in one node is one reader). */
export function readersOf(nodes: readonly Node[]): ReadonlyMap<Storage, readonly number[]> {
  const readers = new Map<Storage, number[]>();
  nodes.forEach(({ inputs }, at) => {
    for (const storage of new Set(Object.values(inputs).map((value) => value.storage))) {
      const list = readers.get(storage);
      if (list) list.push(at);
      else readers.set(storage, [at]);
    }
  });
  return readers;
}

/** Position of the last node that uses each value. */
export function lastUses(nodes: readonly Node[]): Map<Storage, number> {
  const last = new Map<Storage, number>();
  nodes.forEach((node, at) => {
    for (const value of [...Object.values(node.outputs), ...Object.values(node.inputs)]) last.set(value.storage, at);
  });
  return last;
}

/** Tells whether a node between two positions writes in place to the memory of a value. */
export function writesOf(
  nodes: readonly Node[],
  outside: Outside,
): (storage: Storage, after: number, before: number) => boolean {
  const whole = (storage: Storage): Storage => (outside.get(storage)?.storage ?? storage).whole;
  const writes = nodes.flatMap(({ primitive, inputs }, at) =>
    (primitive.mutates ?? []).flatMap((name) => (inputs[name] ? [{ at, written: whole(inputs[name].storage) }] : [])),
  );
  return (storage, after, before) =>
    writes.some(({ at, written }) => at > after && at < before && written === whole(storage));
}
