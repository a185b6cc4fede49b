// Random moments that a seed gives again.
import { createHash } from "node:crypto";

/** Numbers in [0, 1), the same for a seed. */
export function numbersOf(seed: number): () => number {
  let i = 0;
  return () => createHash("sha256").update(`${seed} ${i++}`).digest().readUInt32LE(0) / 2 ** 32;
}
