// Scaled dot-product attention over whole sequences. `cached.ts` goes on from a cache of keys and values.
import { attentionWasm } from "@x/kernels-wasm";
import { attention as kernels } from "@x/kernels-wgsl";
import {
  apply,
  checkOptions,
  definePrimitive,
  mul,
  opScope,
  type Primitive,
  requireArity,
  sizeOf,
  sub,
  sum,
  type Tensor,
  zerosLike,
} from "@x/tensor/core";
import { attentionBackwardPrimitive } from "./backward.ts";
import { attentionCases } from "./cases.ts";
import { attentionReference } from "./reference.ts";
import { type AttentionParams, checkAttention, checkScale, sizesOf, specOf } from "./spec.ts";

/**
 * Inputs q [b, l, heads, a], k and v [b, m, kvHeads, a], seqIdx i32 [b, m]; outputs y [b, l, heads, a] and logSum [b, l, heads], the logarithm of each
 * query's sum of exponentials.
 */
export const attentionPrimitive: Primitive<"q" | "k" | "v", "seqIdx", "y" | "logSum", AttentionParams> =
  definePrimitive({
    name: "attention",
    inputs: ["q", "k", "v"],
    optional: ["seqIdx"],
    outputs: ["y", "logSum"],
    saved: ["logSum"],
    infer(inputs, params: AttentionParams) {
      checkAttention("attention", inputs, params);
      const { shape, dtype } = inputs.q;
      return { y: { shape, dtype }, logSum: { shape: shape.slice(0, 3), dtype } };
    },
    reference: attentionReference,
    views: ["q", "k", "v", "y"],
    viewAlignment: 4,
    rowAxes: { q: 2, k: 2, v: 2, y: 2 },
    webgpu(inputs, params, caps, y) {
      const spec = specOf(inputs, params, { likeQ: { y: y.y } });
      return kernels.takes(spec) ? kernels.forward(spec, caps) : undefined;
    },
    wasm: (inputs, params, y) => attentionWasm.program(specOf(inputs, params, { likeQ: { y: y.y } })),
    vjp({ x: { q, k, v, seqIdx }, y: { y, logSum }, grad, p }) {
      const gradY = grad.y ?? zerosLike(q);
      const product = sum(mul(y, gradY), -1);
      // ∂logSum/∂score is the weight, as it is what delta is subtracted from.
      const delta = grad.logSum ? sub(product, grad.logSum) : product;
      const { gradQ, gradK, gradV } = apply(attentionBackwardPrimitive, { q, k, v, logSum, delta, gradY, seqIdx }, p);
      return { q: gradQ, k: gradK, v: gradV };
    },
    cases: attentionCases,
    cost(inputs, { causal }) {
      const { b, l, m, heads, headDim } = sizesOf(inputs);
      const seen = causal ? l * (m - (l - 1) / 2) : l * m;
      return {
        flops: 4 * b * heads * headDim * seen,
        bytes: 4 * (2 * sizeOf(inputs.q.shape) + 2 * sizeOf(inputs.k.shape)),
      };
    },
  });

/** Options of {@link attention}. */
export interface AttentionOptions {
  /** multiplies the products of queries and keys; default 1/√a */
  readonly scale?: number;
  /** whether a query sees only keys that are not after it; default false, as in PyTorch. With m > l the queries are the last l of the m tokens. */
  readonly causal?: boolean;
  /**
   * i32 [b, m], the number of each token's document. A document is a run of equal numbers, which may repeat: a query sees the keys of its own one. Tokens with a
   * negative number are padding: they see nothing, which gives zeros, and nothing sees them.
   */
  readonly seqIdx?: Tensor | undefined;
}

/**
 * Scaled dot-product attention, `y_i = Σ_j softmax_j(scale · q_i·k_j) v_j` for every head, over the keys j that query i sees. Query head h uses key and value
 * head floor(h / (heads / kvHeads)). No matrix of l × m numbers is made.
 *
 * @param q [b, l, heads, a], f32 or f64; a up to 256 has kernels
 * @param k [b, m, kvHeads, a], kvHeads a divisor of heads
 * @param v like k
 * @returns [b, l, heads, a]
 * @throws ShapeError, DTypeError when they do not fit together; ConfigError for an unknown option
 * Source: Vaswani et al., "Attention Is All You Need", 2017; computed as in Dao, "FlashAttention-2", 2023.
 * @example
 * const [q, k] = [zeros([1, 2, 1, 1]), zeros([1, 2, 1, 1])];
 * const y = attention(q, k, tensor([[[[1]], [[3]]]]), { causal: true });
 * console.log((await y.data()).join(" ")); // 1 2
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
  requireArity("attention", arguments, 4);
  const op = "attention";
  checkOptions<AttentionOptions>(op, options, { scale: true, causal: "boolean", seqIdx: true });
  const { causal = false, seqIdx } = options;
  if (options.scale !== undefined) checkScale(op, options.scale);
  return opScope(
    op,
    { q, k, v },
    () => {
      const scale = options.scale ?? (q.shape[3] ?? 1) ** -0.5;
      return apply(attentionPrimitive, { q, k, v, seqIdx }, { scale, causal }).y;
    },
    { seqIdx },
  );
}
