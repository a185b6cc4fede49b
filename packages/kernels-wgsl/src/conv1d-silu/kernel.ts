// Causal depthwise convolution over time with SiLU, forward, backward and one step: the programs. The WGSL stands in the files beside.
import { baseCaps, type Caps } from "../caps.ts";
import { KernelError } from "../errors.ts";
import { grid1d } from "../grid.ts";
import { dispatch, type Program } from "../kernel.ts";
import { conv1dSiluBackward, conv1dSiluPartsBackward, partRows } from "./backward.ts";
import { type ConvConfig, conv1dSiluForward, convThreads } from "./forward.ts";
import { conv1dSiluStep } from "./step.ts";

/** y[b,t,c] = act(bias[c] + Σ_k weight[c,k] · x[b, t − (width − 1) + k, c]). Tensors are [batch, length, channels], weight is [channels, width]. */
export interface Conv1dSiluSpec {
  readonly batch: number;
  readonly length: number;
  readonly channels: number;
  readonly width: number;
  /** default silu */
  readonly activation?: "silu" | "none";
  readonly bias?: boolean;
  /** forward: reads `initialState` [batch, channels, width − 1], oldest first; backward: also writes `gradInitialState` */
  readonly initialState?: boolean;
  /** forward: writes `finalState` [batch, channels, width − 1]; backward: reads `gradFinalState` */
  readonly finalState?: boolean;
  /** reads `seqIdx` i32 [batch, length]: a tap counts inside its document only; y is 0 where it is negative */
  readonly seqIdx?: boolean;
}

/** Shape of one step: x [batch, channels], states [batch, channels, width]. */
export interface Conv1dSiluStepSpec extends Pick<Conv1dSiluSpec, "batch" | "channels" | "width" | "activation" | "bias"> {
  /** x is [batch, pitch], and its channels begin at `start`; default: channels, 0 */
  readonly pitch?: number;
  readonly start?: number;
}

// Time steps per thread. Each segment reads width − 1 inputs again, and backward computes as many sums again: longer segments waste less but are fewer.
const forwardSegment = 16;
const backwardSegment = 32;

function configOf(spec: Conv1dSiluSpec): ConvConfig {
  const { width, channels, activation = "silu", bias = false, initialState = false, finalState = false, seqIdx = false } = spec;
  if (!(width >= 1)) throw new KernelError(`conv1d_silu: width must be at least 1; got ${width}.`, { kernel: "conv1d_silu" });
  return { width, vector: channels % 4 === 0, activation, bias, initialState, finalState, seqIdx };
}

function gridOf({ batch, length, channels }: Conv1dSiluSpec, segment: number, vector: boolean, caps: Caps): [number, number, number] {
  const grid: [number, number, number] = [Math.ceil(channels / (vector ? 4 : 1) / convThreads), Math.ceil(length / segment), batch];
  const most = Math.max(...grid);
  if (most > caps.maxComputeWorkgroupsPerDimension) {
    throw new KernelError(`conv1d_silu: each grid dimension must be at most ${caps.maxComputeWorkgroupsPerDimension}; got ${grid.join(" × ")}.`, {
      kernel: "conv1d_silu", kind: "limit", limit: "maxComputeWorkgroupsPerDimension", needed: most, available: caps.maxComputeWorkgroupsPerDimension,
    });
  }
  return grid;
}

const pick = (names: readonly (string | false)[]): Record<string, string> =>
  Object.fromEntries(names.filter((name) => name !== false).map((name) => [name, name]));

function forward(spec: Conv1dSiluSpec, caps: Caps = baseCaps): Program {
  const config = configOf(spec);
  const { length, channels } = spec;
  const workgroups = gridOf(spec, forwardSegment, config.vector, caps);
  const buffers = pick(["x", "weight", config.bias && "bias", config.initialState && "initialState", config.seqIdx && "seqIdx", "y", config.finalState && "finalState"]);
  const uniforms = { length, channels: config.vector ? channels / 4 : channels, segment: forwardSegment };
  return { temps: {}, dispatches: [dispatch(conv1dSiluForward, { config, buffers, uniforms, workgroups })] };
}

/** Storage buffers that the backward kernel binds; a device may allow fewer. */
function backwardBindings(spec: Conv1dSiluSpec): number {
  return Object.keys(conv1dSiluBackward.bindings(configOf(spec))).length;
}

function backward(spec: Conv1dSiluSpec, caps: Caps = baseCaps): Program {
  const config = configOf(spec);
  const { batch, length, channels } = spec;
  const workgroups = gridOf(spec, backwardSegment, config.vector, caps);
  const parts = batch * workgroups[1];
  const rows = partRows(config);
  const buffers = pick([
    "x", "weight", config.bias && "bias", config.initialState && "initialState", config.seqIdx && "seqIdx",
    "gradY", config.finalState && "gradFinalState", "gradX", config.initialState && "gradInitialState", "parts",
  ]);
  const uniforms = { length, channels: config.vector ? channels / 4 : channels, segment: backwardSegment };
  return {
    temps: { parts: Math.max(4, parts * rows * channels * 4) },
    dispatches: [
      dispatch(conv1dSiluBackward, { config, buffers, uniforms, workgroups }),
      dispatch(conv1dSiluPartsBackward, {
        config: { width: config.width, bias: config.bias }, buffers: pick(["parts", "gradWeight", config.bias && "gradBias"]),
        uniforms: { parts, channels }, workgroups: grid1d(rows * channels, convThreads, caps),
      }),
    ],
  };
}

function step(spec: Conv1dSiluStepSpec, caps: Caps = baseCaps): Program {
  const { batch, channels, width, activation = "silu", bias = false, pitch = channels, start = 0 } = spec;
  const size = batch * channels;
  const buffers = pick(["x", "state", "weight", bias && "bias", "y", "newState"]);
  const workgroups = grid1d(size, convThreads, caps);
  return { temps: {}, dispatches: [dispatch(conv1dSiluStep, { config: { width, activation, bias }, buffers, uniforms: { size, channels, pitch, start }, workgroups })] };
}

/**
 * The short causal convolution of Mamba-2, channels last, with bias and SiLU: `forward`, `backward` and `step` make programs whose buffers have the
 * names of the specs. Gradients of weight and bias are sums of segments in a fixed order. See README.md.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, weight, y] = [runner.createBuffer(16), runner.createBuffer(8), runner.createBuffer(16)];
 * runner.write(x, new Float32Array([1, 2, 3, 4])); // [1, 4, 1]
 * runner.write(weight, new Float32Array([10, 1])); // [1, 2]
 * runner.run(conv1dSilu.forward({ batch: 1, length: 4, channels: 1, width: 2, activation: "none" }), { x, weight, y });
 * console.log(new Float32Array(await runner.read(y, 16))); // 1, 12, 23, 34
 */
export const conv1dSilu: {
  readonly forward: (spec: Conv1dSiluSpec, caps?: Caps) => Program;
  readonly backward: (spec: Conv1dSiluSpec, caps?: Caps) => Program;
  readonly step: (spec: Conv1dSiluStepSpec, caps?: Caps) => Program;
  readonly backwardBindings: (spec: Conv1dSiluSpec) => number;
  readonly kernels: {
    readonly forward: typeof conv1dSiluForward;
    readonly backward: typeof conv1dSiluBackward;
    readonly partsBackward: typeof conv1dSiluPartsBackward;
    readonly step: typeof conv1dSiluStep;
  };
} = {
  forward, backward, step, backwardBindings,
  kernels: { forward: conv1dSiluForward, backward: conv1dSiluBackward, partsBackward: conv1dSiluPartsBackward, step: conv1dSiluStep },
};
