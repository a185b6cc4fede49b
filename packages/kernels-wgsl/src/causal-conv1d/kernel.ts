// Causal depthwise convolution over time with SiLU, forward, backward and one step: the programs. The WGSL is in
// the files beside.
import type { CausalConv1dSpec, CausalConv1dStepSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { KernelError } from "../errors.ts";
import { grid1d } from "../grid.ts";
import { dispatch, type Program } from "../kernel.ts";
import { columnConfig, sumWidth } from "../rows/sum-partials.ts";
import { tuned } from "../tuning/select.ts";
import { causalConv1dBackward, causalConv1dPartsBackward, partRows } from "./backward.ts";
import { causalConv1dForward } from "./forward.ts";
import { type ConvConfig, convThreads, type convUniforms, mostParts } from "./layout.ts";
import { causalConv1dStep } from "./step.ts";

/** Storage buffers that one dispatch binds at most, whatever the device allows. */
const maxBindings = 10;

/** A run of parts that one dispatch computes: which, and the channel it begins at. */
interface Span {
  readonly part: number;
  readonly widths: readonly number[];
  readonly first: number;
}

function configOf(spec: CausalConv1dSpec, parts: number, ahead: number): ConvConfig {
  const {
    width,
    channels,
    activation = "silu",
    bias = false,
    initialState = false,
    finalState = false,
    seqIdx = false,
    pitch = channels,
    start = 0,
  } = spec;
  if (!(width >= 1))
    throw new KernelError(`conv1d_silu: width must be at least 1; got ${width}.`, { kernel: "conv1d_silu" });
  const vector = [pitch, start, ...partsOf(spec)].every((size) => size % 4 === 0);
  return { width, vector, activation, bias, initialState, finalState, seqIdx, parts, ahead };
}

function partsOf({ parts, channels }: Pick<CausalConv1dSpec, "parts" | "channels">): readonly number[] {
  return parts ?? [channels];
}

/** As many parts to a dispatch as its bindings allow: with one part each, a dispatch binds fewest. */
function spansOf(spec: CausalConv1dSpec, bindings: (parts: number) => number, caps: Caps): Span[] {
  const widths = partsOf(spec);
  const allowed = Math.min(maxBindings, caps.maxStorageBuffersPerShaderStage);
  const count =
    [...Array(Math.min(mostParts, widths.length)).keys()]
      .map((i) => i + 1)
      .findLast((parts) => bindings(parts) <= allowed) ?? 1;
  const spans: Span[] = [];
  for (let part = 0, first = 0; part < widths.length; part += count) {
    const own = widths.slice(part, part + count);
    if (own.some((width) => width > 0)) spans.push({ part, widths: own, first });
    first += own.reduce((sum, width) => sum + width, 0);
  }
  return spans;
}

function bindingsOf(
  kernel: typeof causalConv1dForward | typeof causalConv1dBackward,
  spec: CausalConv1dSpec,
): (parts: number) => number {
  return (parts) => Object.keys(kernel.bindings(configOf(spec, parts, 1))).length;
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

/** Bindings `y0`, `y1`, … of a span → the program's buffers, of which a call without parts has one, `y`. */
function partBuffers(name: "y" | "gradY", spec: CausalConv1dSpec, { part, widths }: Span): Record<string, string> {
  return Object.fromEntries(widths.map((_, i) => [`${name}${i}`, spec.parts ? `${name}${part + i}` : name]));
}

function uniformsOf(
  spec: CausalConv1dSpec,
  { widths, first }: Span,
  segment: number,
  vector: boolean,
): Record<keyof typeof convUniforms, number> {
  const { length, channels: total, pitch = total, start = 0 } = spec;
  const per = vector ? 4 : 1;
  const [end0 = 0, end1 = 0, end2 = 0] = widths.map((_, i) =>
    widths.slice(0, i + 1).reduce((sum, width) => sum + width, 0),
  );
  const channels = Math.max(end0, end1, end2);
  return {
    length,
    segment,
    channels: channels / per,
    first: first / per,
    total: total / per,
    pitch: pitch / per,
    start: (start + first) / per,
    end0: end0 / per,
    end1: end1 / per,
  };
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
    finalState && "finalState",
  ]);
  return {
    temps: {},
    dispatches: spansOf(spec, bindingsOf(causalConv1dForward, spec), caps).map((span) => {
      const config = configOf(spec, span.widths.length, ahead);
      const uniforms = uniformsOf(spec, span, segment, config.vector);
      return dispatch(causalConv1dForward, {
        config,
        buffers: { ...shared, ...partBuffers("y", spec, span) },
        uniforms,
        workgroups: gridOf(spec, uniforms.channels, segment, caps),
      });
    }),
  };
}

/** Storage buffers that a dispatch of the backward kernel binds at least; a device may allow fewer. */
function backwardBindings(spec: CausalConv1dSpec): number {
  return bindingsOf(causalConv1dBackward, spec)(1);
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
    finalState && "gradFinalState",
    "gradX",
    initialState && "gradInitialState",
    "parts",
  ]);
  const walks = spansOf(spec, bindingsOf(causalConv1dBackward, spec), caps).map((span) => {
    const config = configOf(spec, span.widths.length, ahead);
    const uniforms = uniformsOf(spec, span, segment, config.vector);
    return dispatch(causalConv1dBackward, {
      config,
      buffers: { ...shared, ...partBuffers("gradY", spec, span) },
      uniforms,
      workgroups: gridOf(spec, uniforms.channels, segment, caps),
    });
  });
  const columns = columnConfig(caps);
  const units = rows * channels;
  return {
    temps: { parts: Math.max(4, blocks * units * 4) },
    dispatches: [
      ...walks,
      dispatch(causalConv1dPartsBackward, {
        config: { width, bias, ...columns },
        buffers: pick(["parts", "gradWeight", bias && "gradBias"]),
        uniforms: { blocks, units, channels },
        workgroups: [Math.ceil(units / sumWidth(columns))],
      }),
    ],
  };
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
  return {
    temps: {},
    dispatches: [
      dispatch(causalConv1dStep, {
        config: { width, activation, bias, stateLength },
        buffers,
        uniforms: { size, channels, pitch, start },
        workgroups,
      }),
    ],
  };
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
