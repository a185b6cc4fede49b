// From recorded nodes to a plan: drops what nothing needs, fuses elementwise chains, places what is copied, and assigns
// memory by liveness.
import type { Device } from "../device/device.ts";
import type { Storage } from "../memory/storage.ts";
import { fuseElementwise } from "./fuse.ts";
import { placeJoins } from "./place-joins.ts";
import { elideCopies } from "./elide-copies.ts";
import { makeAgain } from "./make-again.ts";
import { normsInProducts } from "./norms-in-products.ts";
import { storeRounded } from "./store-rounded.ts";
import { assignBlocks } from "./assign-blocks.ts";
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
  return { nodes, placed, ...assignBlocks(nodes, (storage) => results.has(storage) || placed.has(storage)) };
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
