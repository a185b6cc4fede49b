// From recorded nodes to a plan: drops what nothing needs, fuses elementwise chains, places what is copied, and assigns
// memory by liveness.
import type { Device } from "../device/device.ts";
import type { Storage } from "../storage.ts";
import { fuseElementwise } from "./fuse.ts";
import { placeJoins } from "./place-joins.ts";
import { elideCopies } from "./elide-copies.ts";
import { makeAgain } from "./make-again.ts";
import { normsInProducts } from "./norms-in-products.ts";
import { storeRounded } from "./store-rounded.ts";
import { lastUses } from "./readers.ts";
import type { Node, Outside } from "./recording.ts";

/** Nodes in order, and the shared memory block of each temporary value. */
export interface Plan {
  readonly nodes: readonly Node[];
  /** temporary value → index into `blockBytes` */
  readonly slots: ReadonlyMap<Storage, number>;
  readonly blockBytes: readonly number[];
  /** value → the placeholder of the memory from outside that it is written to */
  readonly placed: ReadonlyMap<Storage, Storage>;
}

/**
 * @param results storages of the values that the captured function returns: they get memory of their own at every
 * replay
 */
export function makePlan(
  recorded: readonly Node[],
  results: ReadonlySet<Storage>,
  outside: Outside,
  device: Device | null,
): Plan {
  const fused = fuseElementwise(withoutDeadCode(recorded, results), results, outside);
  const placement = device
    ? elideCopies(
        placeJoins(
          storeRounded(normsInProducts(fused, results, outside, device), results, outside, device),
          results,
          outside,
          device,
        ),
        results,
        outside,
        device,
      )
    : { nodes: fused, placed: new Map<Storage, Storage>() };
  const { placed } = placement;
  // The CPU has more memory than time.
  const nodes = device?.kind === "cpu" ? placement.nodes : makeAgain(placement, results, outside);
  const last = lastUses(nodes);
  const slots = new Map<Storage, number>();
  const blockBytes: number[] = [];
  const free: number[] = [];
  nodes.forEach((node, at) => {
    for (const { storage } of Object.values(node.outputs)) {
      // Several ops may make parts of one value.
      if (!results.has(storage) && !placed.has(storage) && !slots.has(storage))
        slots.set(storage, takeBlock(free, blockBytes, storage.sizeBytes));
    }
    for (const storage of new Set(
      [...Object.values(node.inputs), ...Object.values(node.outputs)].map((value) => value.storage),
    )) {
      const slot = slots.get(storage);
      if (slot !== undefined && last.get(storage) === at) free.push(slot);
    }
  });
  return { nodes, slots, blockBytes, placed };
}

/** Keeps the nodes that a result depends on and those that write in place. */
function withoutDeadCode(nodes: readonly Node[], results: ReadonlySet<Storage>): Node[] {
  const needed = new Set(results);
  const kept = nodes.toReversed().filter((node) => {
    const wanted =
      node.primitive.mutates !== undefined || Object.values(node.outputs).some((value) => needed.has(value.storage));
    if (wanted) for (const value of Object.values(node.inputs)) needed.add(value.storage);
    return wanted;
  });
  return kept.reverse();
}

/** The free block that fits best; the largest too small one grows rather than leaving it idle; else a new one. */
function takeBlock(free: number[], blockBytes: number[], sizeBytes: number): number {
  let best = -1;
  free.forEach((slot, i) => {
    const [size, bestSize] = [blockBytes[slot]!, best < 0 ? -1 : blockBytes[free[best]!]!];
    const better = bestSize < 0 || (bestSize < sizeBytes ? size > bestSize : size >= sizeBytes && size < bestSize);
    if (better) best = i;
  });
  if (best < 0) return blockBytes.push(sizeBytes) - 1;
  const [slot] = free.splice(best, 1) as [number];
  blockBytes[slot] = Math.max(blockBytes[slot]!, sizeBytes);
  return slot;
}
