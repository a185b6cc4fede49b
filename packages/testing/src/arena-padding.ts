// The padding between the tensors of an arena, for tests that it is zero.
import { joinAdjacent, type Tensor } from "@x/tensor";

/**
 * The elements between consecutive tensors.
 *
 * @throws when they are not in one run
 */
export async function arenaPadding(tensors: readonly Tensor[]): Promise<number[]> {
  const [run, ...more] = joinAdjacent(tensors.map((tensor) => [tensor]));
  if (!run || more.length > 0)
    throw new Error(`arenaPadding: the tensors must lie in one run; they lie in ${more.length + 1}.`);
  const all = await run.tensors[0]!.data();
  const own = new Uint8Array(all.length);
  run.rows.forEach((row, i) => own.fill(1, run.starts[i]!, run.starts[i]! + tensors[row]!.size));
  return [...all].filter((_, at) => own[at] === 0);
}
