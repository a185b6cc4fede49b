// The selective scan of Mamba-2 (state space duality), whole sequences. `step.ts` is one token of it.
import { ssdForwardWasm } from "@x/kernels-wasm";
import { ssd as kernels } from "@x/kernels-wgsl";
import {
  apply,
  checkOptions,
  definePrimitive,
  type Primitive,
  requireArity,
  type Tensor,
  zerosLike,
} from "@x/tensor/core";
import { ssdBackward } from "./backward.ts";
import { ssdCases, type SsdOptional } from "./cases.ts";
import { ssdForwardCpu } from "./cpu.ts";
import { ssdReference } from "./reference.ts";
import { checkScan, dimsOf, specOf, type SsdParams } from "./spec.ts";

/**
 * Inputs x [b, l, h, p], dt [b, l, h], A [h], B and C [b, l, g, n]; D [h] or [h, p], z [b, l, h, p], dtBias [h], initialState [b, h, p, n],
 * seqIdx i32 [b, l]; outputs y [b, l, h, p] and finalState [b, h, p, n].
 */
export const ssdPrimitive: Primitive<"x" | "dt" | "A" | "B" | "C", SsdOptional, "y" | "finalState", SsdParams> =
  definePrimitive({
    name: "ssd",
    inputs: ["x", "dt", "A", "B", "C"],
    optional: ["D", "z", "dtBias", "initialState", "seqIdx"],
    outputs: ["y", "finalState"],
    infer(inputs, p: SsdParams) {
      const { b, h, p: headDim, n } = checkScan("ssd", inputs, p);
      const { shape, dtype } = inputs.x;
      return { y: { shape, dtype }, finalState: { shape: [b, h, headDim, n], dtype } };
    },
    reference: ssdReference,
    cpu: ssdForwardCpu,
    views: ["x", "dt", "B", "C", "z", "y"],
    viewAlignment: 4,
    rowAxes: { x: 2, dt: 1, B: 2, C: 2, z: 2, y: 2 },
    webgpu(inputs, p, caps, y) {
      return kernels.program(specOf(inputs, p, y), caps);
    },
    wasm: (inputs, p, y) => ssdForwardWasm.program(specOf(inputs, p, y)),
    vjp({ x, grad, p }) {
      const grads = ssdBackward({ ...x, gradY: grad.y ?? zerosLike(x.x), gradFinalState: grad.finalState }, p);
      return {
        x: grads.gradX,
        dt: grads.gradDt,
        A: grads.gradA,
        B: grads.gradB,
        C: grads.gradC,
        D: grads.gradD,
        z: grads.gradZ,
        dtBias: grads.gradDtBias,
        initialState: grads.gradInitialState,
      };
    },
    cases: ssdCases,
    cost(inputs) {
      const { b, l, h, p, g, n } = dimsOf(inputs);
      return { flops: 5 * b * l * h * p * n, bytes: 4 * (b * l * (2 * h * p + h + 2 * g * n) + b * h * p * n) };
    },
  });

/** Options of {@link ssd}. */
export interface SsdOptions {
  /** weight of the input in the output, [h] or [h, p] */
  readonly D?: Tensor | undefined;
  /** gate, [b, l, h, p]: y ← y · silu(z), the part from D included */
  readonly z?: Tensor | undefined;
  /** added to dt before softplus, [h] */
  readonly dtBias?: Tensor | undefined;
  /** state before the first token, [b, h, p, n]; default zeros */
  readonly initialState?: Tensor | undefined;
  /**
   * i32 [b, l], the document of each token: the state is cleared wherever the number changes. The row begins in document 0, so the initial state reaches
   * only tokens of a first document numbered 0. Tokens with a negative number are padding: they have dt = 0 and so feed no state, and between a document and
   * padding the state is cleared as between documents.
   */
  readonly seqIdx?: Tensor | undefined;
  /** apply softplus to dt + dtBias; default true */
  readonly dtSoftplus?: boolean;
  /** limits of dt after softplus; default [0, Infinity] */
  readonly dtLimit?: readonly [lo: number, hi: number];
  /** tokens per chunk of the reference; kernels choose their own, results differ by rounding only. Default 256. */
  readonly chunkSize?: number;
}

/**
 * Selective state space scan `S_t = e^(dt_t·A) S_(t−1) + dt_t x_t ⊗ B_t`, `y_t = S_t C_t + D ⊙ x_t`, per head, with
 * `dt ← clamp(softplus(dt + dtBias), dtLimit)`. Head i reads B and C of group floor(i / (h/g)).
 *
 * Computed in chunks (plain loops: token by token, in doubles); decays and states are f32. Decays never grow: e^min(dt·A, 0). One below e^−87.3 is 0, and has no gradient,
 * however large dt and −A are; A may be −∞.
 *
 * @param x [b, l, h, p]; any l ≥ 1
 * @param dt [b, l, h], before bias and softplus
 * @param A [h], negative (checkpoints hold log(−A))
 * @param B [b, l, g, n], how the input enters the state; g divides h
 * @param C [b, l, g, n], how the state enters the output
 * @returns y [b, l, h, p] and finalState [b, h, p, n], the state after the last token (with `seqIdx`: of the document that the row ends in)
 * @throws ShapeError, DTypeError when inputs do not fit together; KernelError when one sequence exceeds the device's limits
 * Source: T. Dao, A. Gu, "Transformers are SSMs" (2024); state-spaces/mamba e9594ce.
 * @example
 * const x = ones([1, 3, 1, 1]);
 * const { y } = ssd(x, ones([1, 3, 1]), tensor([Math.log(0.5)]), ones([1, 3, 1, 1]), ones([1, 3, 1, 1]), { dtSoftplus: false });
 * console.log((await y.data()).join(" ")); // 1 1.5 1.75
 */
export function ssd(
  x: Tensor,
  dt: Tensor,
  A: Tensor,
  B: Tensor,
  C: Tensor,
  options: SsdOptions = {},
): { readonly y: Tensor; readonly finalState: Tensor } {
  requireArity("ssd", arguments, 6);
  checkOptions<SsdOptions>("ssd", options, {
    D: true,
    z: true,
    dtBias: true,
    initialState: true,
    seqIdx: true,
    dtSoftplus: "boolean",
    dtLimit: true,
    chunkSize: true,
  });
  const { D, z, dtBias, initialState, seqIdx, dtSoftplus = true, dtLimit = [0, Infinity], chunkSize = 256 } = options;
  return apply(
    ssdPrimitive,
    { x, dt, A, B, C, D, z, dtBias, initialState, seqIdx },
    { chunkSize, dtSoftplus, dtLimit },
  );
}
