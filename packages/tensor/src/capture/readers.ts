// Which nodes of a recording read each value, and which is the last that uses it.
import type { Storage } from "../storage.ts";
import type { Node } from "./recording.ts";

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
