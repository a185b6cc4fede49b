// One token of a Mamba-2 layer between its two projections: conv step, SiLU, dt, scan step, D and gate, straight from what in_proj made.
import { ssdStep as kernels } from "@x/kernels-wgsl";
import {
  apply,
  type Case,
  checkOptions,
  computeDTypes,
  definePrimitive,
  exp,
  type Inputs,
  minimum,
  mul,
  neg,
  opScope,
  type Primitive,
  requireArity,
  requireCount,
  requireDType,
  requireOptions,
  reshape,
  type Shape,
  ShapeError,
  showShape,
  silu,
  sizeOf,
  slice,
  type Spec,
  split,
  type Tensor,
} from "@x/tensor/core";
import { flatTaps } from "../causal-conv1d/index.ts";
import { causalConv1dStep } from "../causal-conv1d/step.ts";
import { checkInputs, checkParams, checkRank, skipKind, type SsdParams } from "../ssd/spec.ts";
import { ssdStep } from "../ssd/step.ts";

/** Parameters of one token of a layer. */
export interface ProjectedStepParams extends Pick<SsdParams, "dtLimit"> {
  /** groups of B and C */
  readonly groups: number;
  /** multiply y by silu(z) */
  readonly gated: boolean;
}

type Input = "projected" | "conv" | "state" | "weight" | "dtBias" | "aLog" | "D";
type Sizes = Readonly<Record<"b" | "h" | "p" | "g" | "n" | "c" | "w" | "pitch" | "start", number>>;

/** Sizes from the inputs: c channels of the convolution, `start` where z begins in a row of `projected`. */
function sizesOf(
  { projected, state, weight }: Readonly<Record<"projected" | "state" | "weight", Pick<Spec, "shape">>>,
  g: number,
): Sizes {
  const [b, h, p, n] = state.shape as [number, number, number, number];
  const pitch = projected.shape[1]!;
  const c = h * p + 2 * g * n;
  return { b, h, p, g, n, c, w: weight.shape[1]!, pitch, start: pitch - h * p - c - h };
}

function check(x: Inputs<Input, "bias", Spec>, params: ProjectedStepParams): Sizes {
  const op = "projectedStep";
  const { projected } = x;
  checkRank(op, "projected", projected, 2, "[b, …z, x, B, C, dt]");
  requireDType(op, "projected", projected.dtype, computeDTypes);
  checkRank(op, "state", x.state, 4, "[b, h, p, n]");
  checkRank(op, "weight", x.weight, 2, "[c, w]");
  const sizes = sizesOf(x, params.groups);
  const { b, h, p, n, c, w, pitch, start } = sizes;
  if (start < 0) {
    throw new ShapeError(
      `${op}: rows of projected must hold z, x (${h * p} each), B, C (${params.groups * n} each) and dt (${h}), ${pitch - start} numbers; got ${showShape(projected.shape)}.`,
      { op, expected: pitch - start, got: projected.shape },
    );
  }
  if (projected.shape[0] !== b)
    throw ShapeError.must(op, "projected", `have the batch of state, ${b}`, projected.shape, b);
  const expected: Record<string, readonly Shape[]> = {
    projected: [[b, pitch]],
    conv: [[b, c, w]],
    state: [[b, h, p, n]],
    weight: [[c, w]],
    bias: [[c]],
    dtBias: [[h]],
    aLog: [[h]],
    D: [[h], [h, p]],
  };
  checkInputs(op, { x: projected, ...x }, { ...sizes, l: 1 }, { x: expected["projected"]!, ...expected });
  checkParams(op, sizes, params);
  return sizes;
}

interface CaseOptions extends Partial<ProjectedStepParams> {
  readonly D?: "channel";
  readonly bias?: false;
  /** numbers before z in a row */
  readonly start?: number;
  readonly bench?: true;
}

function stepCase(
  name: string,
  [b, h, p, n, w]: readonly [number, number, number, number, number],
  options: CaseOptions = {},
): Case<Input, "bias", ProjectedStepParams> {
  const { D, bias, start = 0, groups = 1, gated = true, dtLimit = [0, Infinity], bench } = options;
  const c = h * p + 2 * groups * n;
  return {
    name,
    inputs: {
      projected: [b, start + h * p + c + h],
      conv: [b, c, w],
      state: [b, h, p, n],
      weight: [c, w],
      dtBias: { shape: [h], fill: { normal: [-0.5, 0.5] } },
      aLog: { shape: [h], fill: { uniform: [-2, 0.7] } },
      D: D ? [h, p] : [h],
      ...(bias === false ? {} : { bias: [c] }),
    },
    params: { groups, gated, dtLimit },
    ...(bench ? { bench } : {}),
  };
}

/**
 * Inputs projected [b, start + h·p + c + h], conv [b, c, w], state [b, h, p, n], weight [c, w], bias [c], dtBias and aLog [h], D [h] or [h, p], where
 * c = h·p + 2·g·n; outputs y [b, h·p], newConv and newState.
 */
export const projectedStepPrimitive: Primitive<Input, "bias", "y" | "newConv" | "newState", ProjectedStepParams> =
  definePrimitive({
    name: "projected_step",
    inputs: ["projected", "conv", "state", "weight", "dtBias", "aLog", "D"],
    optional: ["bias"],
    outputs: ["y", "newConv", "newState"],
    infer(inputs, params: ProjectedStepParams) {
      const { b, h, p } = check(inputs, params);
      const {
        projected: { dtype },
        conv,
        state,
      } = inputs;
      return {
        y: { shape: [b, h * p], dtype },
        newConv: { shape: conv.shape, dtype },
        newState: { shape: state.shape, dtype },
      };
    },
    reference({ projected, conv, state, weight, bias, dtBias, aLog, D }, { groups, gated, dtLimit }) {
      const { b, h, p, n, c, start } = sizesOf({ projected, state, weight }, groups);
      const own = start === 0 ? projected : slice(projected, 1, start);
      const [z, xBC, dt] = split(own, [h * p, c, h], 1);
      const convolved = causalConv1dStep(xBC, conv, weight, { bias });
      const [x, B, C] = split(convolved.y, [h * p, groups * n, groups * n], 1);
      const heads = (value: Tensor): Tensor => reshape(value, [b, h, p]);
      const keys = (value: Tensor): Tensor => reshape(value, [b, groups, n]);
      const next = ssdStep(state, heads(x), dt, neg(exp(minimum(aLog, 88))), keys(B), keys(C), { D, dtBias, dtLimit });
      const y = reshape(next.y, [b, h * p]);
      return { y: gated ? mul(y, silu(z)) : y, newConv: convolved.state, newState: next.state };
    },
    webgpu(inputs, { groups, gated, dtLimit }, caps) {
      const { b, h, p, g, n, w, pitch, start } = sizesOf(inputs, groups);
      return kernels.projected(
        {
          b,
          h,
          p,
          g,
          n,
          width: w,
          pitch,
          start,
          bias: inputs.bias !== undefined,
          dtSoftplus: true,
          dtLimit,
          D: skipKind(inputs.D),
          z: gated,
          dtBias: true,
        },
        caps,
      );
    },
    cases: [
      stepCase("one number", [1, 1, 1, 1, 1]),
      stepCase("groups, numbers before z, D per channel", [2, 4, 5, 7, 4], { groups: 2, start: 6, D: "channel" }),
      stepCase("no gate, no bias, dt limited", [3, 6, 4, 8, 3], {
        groups: 3,
        gated: false,
        bias: false,
        dtLimit: [0.1, 0.4],
      }),
      stepCase("more rows than a workgroup", [1, 3, 23, 17, 4]),
      stepCase("130m", [1, 24, 64, 128, 4], { bench: true }),
    ],
    cost({ projected, conv, state, weight }) {
      const size = sizeOf(state.shape);
      return {
        flops: 5 * size + 2 * sizeOf(conv.shape),
        bytes: 4 * (2 * size + 2 * sizeOf(conv.shape) + sizeOf(weight.shape) + sizeOf(projected.shape)),
      };
    },
  });

/** What a layer keeps between its projections. */
export interface ProjectedStepWeights {
  /** taps [c, w], or [c, 1, w] as checkpoints hold them */
  readonly weight: Tensor;
  /** [c] */
  readonly bias?: Tensor | undefined;
  /** [h] */
  readonly dtBias: Tensor;
  /** [h], log(−A) */
  readonly aLog: Tensor;
  /** [h] or [h, p] */
  readonly D: Tensor;
}

/** Options of {@link projectedStep}. */
export interface ProjectedStepOptions {
  /** groups of B and C; default 1 */
  readonly groups?: number;
  /** multiply y by silu(z); default true */
  readonly gated?: boolean;
  /** limits of dt after softplus; default [0, Infinity] */
  readonly dtLimit?: readonly [lo: number, hi: number];
}

/**
 * One token of a Mamba-2 layer from its input projection to what its norm or output projection takes: `causalConv1dStep` with SiLU on x, B and C, then
 * `ssdStep` with A = −e^aLog and dt = softplus(dt + dtBias), times silu(z). On WebGPU one dispatch reads the projection where in_proj left it.
 *
 * @param projected [b, …], f32 (f64 on the CPU); each row ends in z h·p, x h·p, B g·n, C g·n, dt h
 * @param state conv [b, c, w] and ssm [b, h, p, n], c = h·p + 2·g·n; they are left as they were
 * @returns y [b, h·p] and the states after the token
 * @throws ShapeError, DTypeError when inputs do not fit together
 * @example
 * const states = { conv: zeros([1, 4, 2]), ssm: zeros([1, 1, 2, 1]) };
 * const weights = { weight: ones([4, 2]), dtBias: zeros([1]), aLog: zeros([1]), D: ones([1]) };
 * const { y } = projectedStep(ones([1, 7]), states, weights); // [1, 2]
 */
export function projectedStep(
  projected: Tensor,
  state: { readonly conv: Tensor; readonly ssm: Tensor },
  weights: ProjectedStepWeights,
  options: ProjectedStepOptions = {},
): { readonly y: Tensor; readonly conv: Tensor; readonly ssm: Tensor } {
  requireArity("projectedStep", arguments, 4);
  requireOptions("projectedStep", state, "state");
  requireOptions("projectedStep", weights, "weights");
  checkOptions<ProjectedStepOptions>("projectedStep", options, { groups: true, gated: "boolean", dtLimit: true });
  const { conv, ssm } = state;
  const { weight, bias, dtBias, aLog, D } = weights;
  const { groups = 1, gated = true, dtLimit = [0, Infinity] } = options;
  requireCount("projectedStep", "groups", groups, 1);
  const step = (): { readonly y: Tensor; readonly conv: Tensor; readonly ssm: Tensor } => {
    const { y, newConv, newState } = apply(
      projectedStepPrimitive,
      { projected, conv, state: ssm, weight: flatTaps(weight), bias, dtBias, aLog, D },
      { groups, gated, dtLimit },
    );
    return { y, conv: newConv, ssm: newState };
  };
  const given = { projected, "state.conv": conv, "state.ssm": ssm };
  const held = { "weights.weight": weight, "weights.dtBias": dtBias, "weights.aLog": aLog, "weights.D": D };
  return opScope("projectedStep", { ...given, ...held }, step, { "weights.bias": bias });
}
