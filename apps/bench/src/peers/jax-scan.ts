// The selective scan in jax-js: the chunked form of the Mamba-2 paper, with cumsum, exp, where and einsum. One group.
import type { Jax, JaxArray } from "./jax-api.ts";

/** Tokens per chunk. Of 32, 64 and 128, 64 was the fastest on lavapipe and, with gradients, on wasm. */
const chunk = 64;

/** x [b, l, h, p], dt [b, l, h], a [h], b and c [b, l, 1, n]; y [b, l, h, p]. Consumes all; l is a multiple of the chunk or shorter. */
export function jaxScan(
  { numpy: np }: Jax,
  x: JaxArray,
  dt: JaxArray,
  a: JaxArray,
  b: JaxArray,
  c: JaxArray,
): JaxArray {
  const [batch, l, h, p] = x.shape as [number, number, number, number];
  const n = b.shape[3]!;
  const q = Math.min(chunk, l);
  const chunks = l / q;
  const xdt = np.multiply(x, dt.ref.reshape([batch, l, h, 1])).reshape([batch, chunks, q, h, p]);
  const decay = np.multiply(dt, a).reshape([batch, chunks, q, h]).transpose([0, 3, 1, 2]); // [b, h, c, q]
  const [bs, cs] = [b.reshape([batch, chunks, q, n]), c.reshape([batch, chunks, q, n])];
  const sums = np.cumsum(decay, -1);
  const ends = sums.ref.slice([], [], [], [q - 1, q]); // [b, h, c, 1]

  // Within each chunk.
  const inside = segmentDecay(np, sums.ref, q); // [b, h, c, q, q]
  const scores = np.einsum("bcln,bcsn->bcls", cs.ref, bs.ref);
  const diagonal = np.einsum(
    "bhcls,bcshp->bclhp",
    np.multiply(inside, scores.reshape([batch, 1, chunks, q, q])),
    xdt.ref,
  );

  // What each chunk adds to the state, the states at the chunks' beginnings, and what they give.
  const toEnd = np.exp(np.subtract(ends.ref, sums.ref)); // [b, h, c, q]
  const added = np.einsum(
    "bcln,bclhp->bchpn",
    bs,
    np.multiply(xdt, toEnd.transpose([0, 2, 3, 1]).reshape([batch, chunks, q, h, 1])),
  );
  const totals = np.cumsum(
    np.pad(ends.reshape([batch, h, chunks]), [
      [0, 0],
      [0, 0],
      [1, 0],
    ]),
    -1,
  ); // [b, h, c + 1]
  const across = segmentDecay(np, totals, chunks + 1).slice([], [], [0, chunks], [1, chunks + 1]); // [b, h, z, c]: 0 unless c < z
  const states = np.einsum("bhzc,bchpn->bzhpn", across, added);
  const fromStates = np.multiply(
    np.einsum("bcln,bchpn->bclhp", cs, states),
    np.exp(sums).transpose([0, 2, 3, 1]).reshape([batch, chunks, q, h, 1]),
  );
  return np.add(diagonal, fromStates).reshape([batch, l, h, p]);
}

/** e^(s_i − s_j) for j ≤ i, else 0, over the last axis. */
function segmentDecay(np: Jax["numpy"], sums: JaxArray, size: number): JaxArray {
  const axes = sums.shape.slice(0, -1);
  const difference = np.subtract(sums.ref.reshape([...axes, size, 1]), sums.reshape([...axes, 1, size]));
  const causal = np.greater(np.tril(np.ones([size, size])), 0);
  return np.where(causal.ref, np.exp(np.where(causal, difference, 0)), 0);
}
