// One token of the selective scan: what decoding runs. Same options as `ssd`, with the same meaning.
import type { SsdSizes, SsdStepSpec } from "@x/base";
import { ssdStepWasm } from "@x/kernels-wasm";
import { ssdStep as kernels } from "@x/kernels-wgsl";
import {
  add,
  apply,
  type Case,
  checkOptions,
  definePrimitive,
  einsum,
  exp,
  type HostTensor,
  type Inputs,
  mul,
  type Primitive,
  repeatInterleave,
  requireArity,
  reshape,
  type Spec,
  type Tensor,
} from "@x/tensor/core";
import { siluOf, skipOf, stepOf } from "./cpu.ts";
import { logDecays, skipAndGate, stepSizes } from "./reference.ts";
import { checkInputs, checkParams, checkRank, skipKind, type SsdParams } from "./spec.ts";

/** Parameters of one step. */
export type SsdStepParams = Pick<SsdParams, "dtSoftplus" | "dtLimit">;

type Input = "state" | "x" | "dt" | "A" | "B" | "C";
type Optional = "D" | "z" | "dtBias";
type StepDims = Omit<SsdSizes, "l">;

function dimsOf({ state, B }: Readonly<Record<"state" | "B", Pick<Spec, "shape">>>): StepDims {
  const [b, h, p, n] = state.shape as [number, number, number, number];
  return { b, h, p, g: B.shape[1]!, n };
}

function check(x: Inputs<Input, Optional, Spec>, params: SsdStepParams): StepDims {
  const op = "ssdStep";
  checkRank(op, "state", x.state, 4, "[b, h, p, n]");
  checkRank(op, "B", x.B, 3, "[b, g, n]");
  const dims = dimsOf(x);
  const { b, h, p, g, n } = dims;
  checkInputs(
    op,
    x,
    { ...dims, l: 1 },
    {
      state: [[b, h, p, n]],
      x: [[b, h, p]],
      z: [[b, h, p]],
      dt: [[b, h]],
      A: [[h]],
      dtBias: [[h]],
      D: [[h], [h, p]],
      B: [[b, g, n]],
      C: [[b, g, n]],
    },
  );
  checkParams(op, dims, params);
  return dims;
}

function specOf(inputs: Inputs<Input, Optional, Spec>, params: SsdStepParams): SsdStepSpec {
  const { D, z, dtBias } = inputs;
  return { ...dimsOf(inputs), ...params, D: skipKind(D), z: z !== undefined, dtBias: dtBias !== undefined };
}

interface CaseOptions extends Partial<SsdStepParams> {
  readonly D?: "head" | "channel";
  readonly z?: true;
  readonly dtBias?: true;
  readonly bench?: true;
}

function stepCase(
  name: string,
  { b, h, p, g, n }: StepDims,
  options: CaseOptions = {},
): Case<Input, Optional, SsdStepParams> {
  const { D, z, dtBias, bench, dtSoftplus = true, dtLimit = [0, Infinity] } = options;
  return {
    name,
    inputs: {
      state: [b, h, p, n],
      x: [b, h, p],
      dt: { shape: [b, h], fill: dtSoftplus ? { normal: [-1, 1] } : { uniform: [0.01, 0.6] } },
      A: { shape: [h], fill: { uniform: [-2, -0.1] } },
      B: [b, g, n],
      C: [b, g, n],
      ...(D ? { D: D === "head" ? [h] : [h, p] } : {}),
      ...(z ? { z: [b, h, p] } : {}),
      ...(dtBias ? { dtBias: { shape: [h], fill: { normal: [-0.5, 0.5] } as const } } : {}),
    },
    params: { dtSoftplus, dtLimit },
    ...(bench ? { bench } : {}),
  };
}

/** Inputs state [b, h, p, n], x [b, h, p], dt [b, h], A [h], B and C [b, g, n], D [h] or [h, p], z [b, h, p], dtBias [h]; outputs y [b, h, p] and newState. */
export const ssdStepPrimitive: Primitive<Input, Optional, "y" | "newState", SsdStepParams> = definePrimitive({
  name: "ssd_step",
  inputs: ["state", "x", "dt", "A", "B", "C"],
  optional: ["D", "z", "dtBias"],
  outputs: ["y", "newState"],
  infer(inputs, p: SsdStepParams) {
    check(inputs, p);
    const {
      state: { shape },
      x,
    } = inputs;
    return { y: { shape: x.shape, dtype: x.dtype }, newState: { shape, dtype: x.dtype } };
  },
  reference({ state, x, dt, A, B, C, D, z, dtBias }, p) {
    const { b, h, g } = dimsOf({ state, B });
    const size = stepSizes(dt, dtBias, p); // [b, h]
    const decay = exp(logDecays(size, A)); // [b, h]
    const perHead = (value: Tensor): Tensor => repeatInterleave(value, h / g, 1); // [b, h, n]
    const input = einsum("bhp,bhn->bhpn", mul(x, reshape(size, [b, h, 1])), perHead(B));
    const newState = add(mul(state, reshape(decay, [b, h, 1, 1])), input);
    return { y: skipAndGate(einsum("bhpn,bhn->bhp", newState, perHead(C)), x, D, z), newState };
  },
  cpu: stepCpu,
  webgpu: (inputs, params, caps) => kernels.program(specOf(inputs, params), caps),
  wasm: (inputs, params) => ssdStepWasm.program(specOf(inputs, params)),
  cases: [
    stepCase("one number", { b: 1, h: 1, p: 1, g: 1, n: 1 }),
    stepCase("every option", { b: 2, h: 4, p: 5, g: 2, n: 7 }, { D: "head", z: true, dtBias: true }),
    stepCase(
      "D per channel, dt limited",
      { b: 2, h: 6, p: 3, g: 3, n: 17 },
      { D: "channel", dtBias: true, dtLimit: [0.1, 0.4] },
    ),
    stepCase("raw dt", { b: 3, h: 2, p: 8, g: 1, n: 16 }, { dtSoftplus: false, z: true }),
    stepCase("more rows than a workgroup", { b: 1, h: 3, p: 23, g: 1, n: 15 }, { D: "head" }),
    stepCase("130m", { b: 1, h: 24, p: 64, g: 1, n: 128 }, { D: "head", dtBias: true, bench: true }),
  ],
  cost({ state }) {
    const size = state.shape.reduce((product, dim) => product * dim, 1);
    return { flops: 5 * size, bytes: 8 * size };
  },
});

function stepCpu(
  { state, x, dt, A, B, C, D, z, dtBias }: Inputs<Input, Optional, HostTensor>,
  { y, newState }: Readonly<Record<"y" | "newState", HostTensor>>,
  params: SsdStepParams,
): void {
  const { b, h, p, g, n } = dimsOf({ state, B });
  const [from, to, keys, queries] = [state.data, newState.data, B.data, C.data];
  for (let slot = 0; slot < b * h; slot++) {
    const head = slot % h;
    const key = (Math.floor(slot / h) * g + Math.floor(head / (h / g))) * n;
    const [size] = stepOf(dt.data[slot]! + (dtBias ? dtBias.data[head]! : 0), params);
    const decay = Math.exp(Math.min(size * Math.max(A.data[head]!, -Number.MAX_VALUE), 0));
    for (let k = 0; k < p; k++) {
      const row = slot * p + k;
      const input = size * x.data[row]!;
      let sum = 0;
      for (let i = 0, at = row * n; i < n; i++, at++) {
        const value = decay * from[at]! + input * keys[key + i]!;
        to[at] = value;
        sum += value * queries[key + i]!;
      }
      const scanned = sum + skipOf(D, head, k) * x.data[row]!;
      y.data[row] = z ? scanned * siluOf(z.data[row]!) : scanned;
    }
  }
}

/** Options of {@link ssdStep}. */
export interface SsdStepOptions {
  /** [h] or [h, p] */
  readonly D?: Tensor | undefined;
  /** [b, h, p] */
  readonly z?: Tensor | undefined;
  /** [h] */
  readonly dtBias?: Tensor | undefined;
  /** default true */
  readonly dtSoftplus?: boolean;
  /** limits of dt after softplus, as in the scan; default [0, Infinity] */
  readonly dtLimit?: readonly [lo: number, hi: number];
}

/**
 * `ssd` for one token: `S ← e^(dt·A) S + dt x ⊗ B`, `y = S C + D ⊙ x`, times silu(z).
 *
 * Steps from a zero state give what `ssd` gives, with every option: limits of dt and D per channel too.
 *
 * @param state [b, h, p, n], f32 (f64 on the CPU); it is left as it was
 * @param x [b, h, p]
 * @param dt [b, h], before bias and softplus
 * @param A [h], negative
 * @param B [b, g, n]
 * @param C [b, g, n]
 * @returns y [b, h, p] and the state after the token
 * @throws ShapeError, DTypeError when inputs do not fit together
 * @example
 * const [one, half] = [ones([1, 1, 1]), tensor([Math.log(0.5)])];
 * const { y } = ssdStep(ones([1, 1, 1, 1]), one, ones([1, 1]), half, one, one, { dtSoftplus: false });
 * console.log(await y.item()); // 1.5
 */
export function ssdStep(
  state: Tensor,
  x: Tensor,
  dt: Tensor,
  A: Tensor,
  B: Tensor,
  C: Tensor,
  options: SsdStepOptions = {},
): { readonly y: Tensor; readonly state: Tensor } {
  requireArity("ssdStep", arguments, 7);
  checkOptions<SsdStepOptions>("ssdStep", options, {
    D: true,
    z: true,
    dtBias: true,
    dtSoftplus: "boolean",
    dtLimit: true,
  });
  const { D, z, dtBias, dtSoftplus = true, dtLimit = [0, Infinity] } = options;
  const { y, newState } = apply(ssdStepPrimitive, { state, x, dt, A, B, C, D, z, dtBias }, { dtSoftplus, dtLimit });
  return { y, state: newState };
}
