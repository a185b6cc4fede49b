import type { Storage } from "../storage.ts";
import type { Node } from "./recorder.ts";

export function fuseElementwise(nodes: readonly Node[], _results: ReadonlySet<Storage>): readonly Node[] {
  return nodes;
}
