// Shared memory of a plan: temporaries that are never alive together take the same block.
import type { Storage } from "../memory/storage.ts";
import { lastUses } from "./readers.ts";
import type { Node } from "./recording.ts";

/** The blocks of a plan, and which temporary is in which. */
export interface Blocks {
  /** temporary value → index into `blockBytes` */
  readonly slots: ReadonlyMap<Storage, number>;
  readonly blockBytes: readonly number[];
}

/** A value, and the positions of the first and the last node that use it. */
interface Lifetime {
  readonly storage: Storage;
  readonly from: number;
  readonly to: number;
}

/**
 * The largest values first, each in the block of those it fits in that is least too large; so a block is as large as its
 * first value, and small values fill what large ones leave. In the order of time blocks that were taken by small values
 * grow, and hold a fourth more than is ever alive in a training step.
 *
 * @param elsewhere whether a value has memory of its own
 */
export function assignBlocks(nodes: readonly Node[], elsewhere: (storage: Storage) => boolean): Blocks {
  const last = lastUses(nodes);
  const lifetimes = new Map<Storage, Lifetime>();
  nodes.forEach(({ outputs }, from) => {
    for (const { storage } of Object.values(outputs))
      // several ops may make parts of one value
      if (!elsewhere(storage) && !lifetimes.has(storage))
        lifetimes.set(storage, { storage, from, to: last.get(storage)! });
  });
  const bySize = [...lifetimes.values()].sort((a, b) => b.storage.sizeBytes - a.storage.sizeBytes || a.from - b.from);
  const slots = new Map<Storage, number>();
  const blocks: { readonly bytes: number; readonly held: Lifetime[] }[] = [];
  for (const value of bySize) {
    let slot = blocks.findLastIndex(({ held }) => held.every(({ from, to }) => to < value.from || from > value.to));
    if (slot < 0) slot = blocks.push({ bytes: value.storage.sizeBytes, held: [] }) - 1;
    blocks[slot]!.held.push(value);
    slots.set(value.storage, slot);
  }
  return { slots, blockBytes: blocks.map(({ bytes }) => bytes) };
}
