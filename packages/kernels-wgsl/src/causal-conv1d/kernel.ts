// Causal depthwise convolution over time with SiLU, forward, backward and one step: the programs. The WGSL is in
// the files beside.
import { type CausalConv1dSpec, type CausalConv1dStepSpec, KernelError, tokenStrides } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { dispatch, type Program, programOf } from "../kernel.ts";
import { columnConfig, sumWidth } from "../rows/sum-partials.ts";
import { tuned } from "../tuning/select.ts";
import { causalConv1dBackward, causalConv1dPartsBackward, partRows } from "./backward.ts";
import { causalConv1dForward } from "./forward.ts";
import { type ConvConfig, convThreads, type ConvUniform } from "./layout.ts";
import { causalConv1dStep } from "./step.ts";

function configOf(spec: CausalConv1dSpec, ahead: number): ConvConfig {
  const {
    width,
    channels,
    activation = "silu",
    bias = false,
    initialState = false,
    finalState = false,
    seqIdx = false,
    strides = {},
  } = spec;
  if (!(width >= 1))
    throw new KernelError(`conv1d_silu: width must be at least 1; got ${width}.`, { kernel: "conv1d_silu" });
  const sizes = Object.values(strides).flatMap(({ batch, token }) => [batch, token]);
  const vector = [channels, ...sizes].every((size) => size % 4 === 0);
  return { width, vector, activation, bias, initialState, finalState, seqIdx, ahead };
}

function gridOf(
  { batch, length }: CausalConv1dSpec,
  units: number,
  segment: number,
  caps: Caps,
): [number, number, number] {
  const grid: [number, number, number] = [Math.ceil(units / convThreads), Math.ceil(length / segment), batch];
  const most = Math.max(...grid);
  if (most > caps.maxComputeWorkgroupsPerDimension) {
    throw new KernelError(
      `conv1d_silu: each grid dimension must be at most ${caps.maxComputeWorkgroupsPerDimension}; got ${grid.join(" × ")}.`,
      {
        kernel: "conv1d_silu",
        kind: "limit",
        limit: "maxComputeWorkgroupsPerDimension",
        needed: most,
        available: caps.maxComputeWorkgroupsPerDimension,
      },
    );
  }
  return grid;
}

const pick = (names: readonly (string | false)[]): Record<string, string> =>
  Object.fromEntries(names.filter((name) => name !== false).map((name) => [name, name]));

/** Values of the uniforms of a walk, and which of them get offsets at run time. */
function walkOf<const T extends string>(
  spec: CausalConv1dSpec,
  tensors: readonly T[],
  segment: number,
  { vector }: ConvConfig,
): { readonly uniforms: Record<ConvUniform<T>, number>; readonly offsets: Record<string, string> } {
  const { length, channels, strides } = spec;
  const per = vector ? 4 : 1;
  const values = tensors.flatMap((name) => {
    const { batch, token } = tokenStrides(strides, name, length, channels);
    return [
      [`${name}_batch`, batch / per],
      [`${name}_token`, token / per],
      [`${name}_offset`, 0],
    ];
  });
  const uniforms = { length, segment, channels: channels / per, ...Object.fromEntries(values) };
  const views = tensors.filter((name) => strides?.[name]);
  return { uniforms, offsets: Object.fromEntries(views.map((name) => [`${name}_offset`, name])) };
}

function forward(spec: CausalConv1dSpec, caps: Caps = baseCaps): Program {
  const { forwardSegment: segment, forwardAhead: ahead } = tuned(caps, "conv");
  const { bias = false, initialState = false, seqIdx = false, finalState = false } = spec;
  const shared = pick([
    "x",
    "weight",
    bias && "bias",
    initialState && "initialState",
    seqIdx && "seqIdx",
    "y",
    finalState && "finalState",
  ]);
  const config = configOf(spec, ahead);
  const walk = walkOf(spec, ["x", "y"], segment, config);
  return programOf([
    dispatch(causalConv1dForward, {
      config,
      buffers: shared,
      ...walk,
      workgroups: gridOf(spec, walk.uniforms.channels, segment, caps),
    }),
  ]);
}

/** Storage buffers that a dispatch of the backward kernel binds at least; a device may allow fewer. */
function backwardBindings(spec: CausalConv1dSpec): number {
  return Object.keys(causalConv1dBackward.bindings(configOf(spec, 1))).length;
}

function backward(spec: CausalConv1dSpec, caps: Caps = baseCaps): Program {
  const { backwardSegment: segment, backwardAhead: ahead } = tuned(caps, "conv");
  const {
    batch,
    length,
    channels,
    width,
    bias = false,
    initialState = false,
    seqIdx = false,
    finalState = false,
  } = spec;
  const rows = partRows({ width, bias });
  const blocks = batch * Math.ceil(length / segment);
  const shared = pick([
    "x",
    "weight",
    bias && "bias",
    initialState && "initialState",
    seqIdx && "seqIdx",
    "gradY",
    finalState && "gradFinalState",
    "gradX",
    initialState && "gradInitialState",
    "parts",
  ]);
  const config = configOf(spec, ahead);
  const walk = walkOf(spec, ["x", "gradY", "gradX"], segment, config);
  const columns = columnConfig(caps);
  const units = rows * channels;
  return programOf(
    [
      dispatch(causalConv1dBackward, {
        config,
        buffers: shared,
        ...walk,
        workgroups: gridOf(spec, walk.uniforms.channels, segment, caps),
      }),
      dispatch(causalConv1dPartsBackward, {
        config: { width, bias, ...columns },
        buffers: pick(["parts", "gradWeight", bias && "gradBias"]),
        uniforms: { blocks, units, channels },
        workgroups: [Math.ceil(units / sumWidth(columns))],
      }),
    ],
    { parts: Math.max(4, blocks * units * 4) },
  );
}

function step(spec: CausalConv1dStepSpec, caps: Caps = baseCaps): Program {
  const {
    batch,
    channels,
    width,
    activation = "silu",
    bias = false,
    pitch = channels,
    start = 0,
    stateLength = width,
  } = spec;
  if (!(stateLength >= width - 1))
    throw new KernelError(
      `causal_conv1d_step: stateLength must be at least width − 1, ${width - 1}; got ${stateLength}.`,
      { kernel: "causal_conv1d_step" },
    );
  const size = batch * channels;
  const buffers = pick(["x", "state", "weight", bias && "bias", "y", "newState"]);
  const workgroups = grid1d(size, convThreads, caps);
  return programOf([
    dispatch(causalConv1dStep, {
      config: { width, activation, bias, stateLength },
      buffers,
      uniforms: { size, channels, pitch, start },
      workgroups,
    }),
  ]);
}

/**
 * The short causal convolution of Mamba-2, channels last, with bias and SiLU: `forward`, `backward` and `step` make
 * programs whose buffers have the names of the specs. Gradients of weight and bias are sums of segments in a fixed
 * order. See README.md.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, weight, y] = [runner.createBuffer(16), runner.createBuffer(8), runner.createBuffer(16)];
 * runner.write(x, new Float32Array([1, 2, 3, 4])); // [1, 4, 1]
 * runner.write(weight, new Float32Array([10, 1])); // [1, 2]
 * runner.run(causalConv1d.forward({ batch: 1, length: 4, channels: 1, width: 2, activation: "none" }), { x, weight, y });
 * console.log(new Float32Array(await runner.read(y, 16))); // 1, 12, 23, 34
 */
export const causalConv1d: {
  readonly forward: (spec: CausalConv1dSpec, caps?: Caps) => Program;
  readonly backward: (spec: CausalConv1dSpec, caps?: Caps) => Program;
  readonly step: (spec: CausalConv1dStepSpec, caps?: Caps) => Program;
  readonly backwardBindings: (spec: CausalConv1dSpec) => number;
} = {
  forward,
  backward,
  step,
  backwardBindings,
};
