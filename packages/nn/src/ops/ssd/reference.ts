// The scan in core ops, chunked: matrix products inside a chunk, the recurrence between chunks. The oracle of the kernels and their documentation.
import {
  add,
  concat,
  constant,
  cumsum,
  einsum,
  eq,
  exp,
  ge,
  gt,
  lt,
  mul,
  pad,
  permute,
  repeatInterleave,
  reshape,
  segsumExp,
  silu,
  slice,
  softplus,
  stack,
  type Tensor,
  where,
  zeros,
} from "@x/tensor/core";
import { documentCounts } from "../documents.ts";
import { dimsOf, type SsdParams } from "./spec.ts";

/** Inputs of the scan. */
export interface SsdInputs {
  readonly x: Tensor;
  readonly dt: Tensor;
  readonly A: Tensor;
  readonly B: Tensor;
  readonly C: Tensor;
  readonly D?: Tensor | undefined;
  readonly z?: Tensor | undefined;
  readonly dtBias?: Tensor | undefined;
  readonly initialState?: Tensor | undefined;
  readonly seqIdx?: Tensor | undefined;
}

/** dt after bias, softplus and limits; a value at a limit still has its gradient, one beyond has none. */
export function stepSizes(
  dt: Tensor,
  dtBias: Tensor | undefined,
  { dtSoftplus, dtLimit: [lo, hi] }: Pick<SsdParams, "dtSoftplus" | "dtLimit">,
): Tensor {
  const biased = dtBias ? add(dt, dtBias) : dt;
  const positive = dtSoftplus ? softplus(biased) : biased;
  const raised = where(lt(positive, lo), lo, positive);
  return hi === Infinity ? raised : where(gt(raised, hi), hi, raised);
}

/** dt·A, at most 0. A is bounded, so that its product with a step of 0 is 0. */
export function logDecays(dt: Tensor, A: Tensor): Tensor {
  const product = mul(dt, where(lt(A, -3e38), -3e38, A));
  return where(gt(product, 0), 0, product);
}

/** y + D ⊙ x, then times silu(z). D is [h] or [h, p], x and z […, h, p]. */
export function skipAndGate(y: Tensor, x: Tensor, D: Tensor | undefined, z: Tensor | undefined): Tensor {
  const skipped = D ? add(y, mul(x, D.shape.length === 1 ? reshape(D, [D.shape[0]!, 1]) : D)) : y;
  return z ? mul(skipped, silu(z)) : skipped;
}

/** y and finalState of the scan. */
export function ssdReference(inputs: SsdInputs, params: SsdParams): { y: Tensor; finalState: Tensor } {
  const { x, A, D, z, dtBias, initialState, seqIdx } = inputs;
  const { b, l, h, p, g, n } = dimsOf(inputs);
  const q = Math.min(params.chunkSize, l);
  const c = Math.ceil(l / q);
  const zero = constant(0, x.dtype, x.device);
  const chunks = (value: Tensor): Tensor => reshape(pad(value, 1, 0, c * q - l), [b, c, q, ...value.shape.slice(2)]);
  const perHead = (value: Tensor): Tensor => chunks(repeatInterleave(value, h / g, 2));

  const sizes = stepSizes(inputs.dt, dtBias, params); // [b, l, h]
  const dt = chunks(seqIdx ? where(reshape(ge(seqIdx, 0), [b, l, 1]), sizes, zero) : sizes); // [b, c, q, h]
  const values = mul(chunks(x), reshape(dt, [b, c, q, h, 1])); // [b, c, q, h, p]
  const B = perHead(inputs.B); // [b, c, q, h, n]
  const C = perHead(inputs.C); // [b, c, q, h, n]
  const logDecay = permute(logDecays(dt, A), [0, 1, 3, 2]); // [b, c, h, q]
  const sums = cumsum(logDecay, 3); // [b, c, h, q]

  let within = segsumExp(logDecay); // [b, c, h, q, q]
  let fromStart = exp(sums); // [b, c, h, q]
  if (seqIdx) {
    const documents = reshape(documentCounts(seqIdx, x, c * q), [b, c, 1, q]);
    const first = zeros([b, 1, 1, 1], { dtype: x.dtype, device: x.device });
    const entering = concat([first, slice(slice(documents, 3, q - 1), 1, 0, c - 1)], 1); // [b, c, 1, 1]
    within = where(eq(reshape(documents, [b, c, 1, q, 1]), reshape(documents, [b, c, 1, 1, q])), within, zero);
    fromStart = where(eq(documents, entering), fromStart, zero);
  }

  const scores = mul(einsum("bcihn,bcjhn->bchij", C, B), within); // [b, c, h, q, q]
  const near = einsum("bchij,bcjhp->bcihp", scores, values); // [b, c, q, h, p]
  const toEnd = permute(reshape(slice(within, 3, q - 1), [b, c, h, q]), [0, 1, 3, 2]); // [b, c, q, h]
  const made = einsum("bcjhp,bcjhn->bchpn", mul(values, reshape(toEnd, [b, c, q, h, 1])), B); // [b, c, h, p, n]
  const through = reshape(slice(fromStart, 3, q - 1), [b, c, h, 1, 1]);

  let state = initialState ?? zeros([b, h, p, n], { dtype: x.dtype, device: x.device });
  const entering: Tensor[] = [];
  for (let k = 0; k < c; k++) {
    const ofChunk = (value: Tensor): Tensor => reshape(slice(value, 1, k, k + 1), [b, ...value.shape.slice(2)]);
    entering.push(state);
    state = add(mul(ofChunk(through), state), ofChunk(made));
  }
  const far = einsum("bcihn,bchpn->bcihp", C, stack(entering, 1)); // [b, c, q, h, p]
  const reach = reshape(permute(fromStart, [0, 1, 3, 2]), [b, c, q, h, 1]);
  const y = slice(reshape(add(near, mul(far, reach)), [b, c * q, h, p]), 1, 0, l);
  return { y: skipAndGate(y, x, D, z), finalState: state };
}
