// Which nodes of a recording read each value.
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
