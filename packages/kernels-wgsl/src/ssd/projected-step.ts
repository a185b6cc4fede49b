// One token of a mixer from what in_proj made of it to what its norm or out_proj takes, in one dispatch: convolution
// step, SiLU, dt, scan step, D and gate. Each workgroup convolves B and C of its head's group again: that is less work
// than a dispatch costs.
import type { SsdStepSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { windowText } from "../causal-conv1d/step.ts";
import { activationsFor } from "../elementwise/activation-text.ts";
import { grid1d } from "../grid.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";
import { maxUniformElements, uniformElement } from "../uniform-elements.ts";
import { discretizeFunctions, type DiscretizeUniform, discretizeUniforms } from "./formulas.ts";
import { discretizeValues, skipStrides } from "./sizes.ts";
import { when } from "./uniforms.ts";

const workgroupSize = 128;
/** Threads that share a row of the state. */
const lanes = 16;
/** Rows of the state, channels of x, that a workgroup takes of a head. */
const rows = workgroupSize / lanes;
/** Numbers of B and C in workgroup memory: half of what every device has. */
const maxKeys = 2048;

/** What is baked into the text: sizes of what is bound as uniforms or kept in workgroup memory, and flags. */
export interface ProjectedStepConfig {
  readonly heads: number;
  readonly state: number;
  /** taps of the convolution, and inputs that its state holds */
  readonly width: number;
  readonly bias: boolean;
  readonly gated: boolean;
  readonly dtBias: boolean;
  /** numbers of D; 0: none */
  readonly skips: number;
}

const uniforms = {
  b: "u32",
  p: "u32",
  g: "u32",
  pitch: "u32",
  start: "u32",
  d_head: "u32",
  d_channel: "u32",
} as const;

type Name = "projected" | "conv" | "weight" | "bias" | "state" | "aLog" | "dtBias" | "D" | "y" | "newConv" | "newState";

export const projectedStepForward: Kernel<Name, keyof typeof uniforms | DiscretizeUniform, ProjectedStepConfig> =
  defineKernel({
    name: "projected_step",
    uniforms: { ...uniforms, ...discretizeUniforms },
    bindings: ({ heads, bias, dtBias, skips }) => ({
      projected: "read f32",
      conv: "read f32",
      weight: "read f32",
      ...when(bias, { bias: "read f32" }),
      state: "read f32",
      aLog: `uniform ${heads}`,
      ...when(dtBias, { dtBias: `uniform ${heads}` }),
      ...when(skips > 0, { D: `uniform ${skips}` }),
      y: "read_write f32",
      newConv: "read_write f32",
      newState: "read_write f32",
    }),
    wgsl: (config) => {
      const { heads, state, width, bias, gated, dtBias, skips } = config;
      const skip = skips > 0 ? ` + ${uniformElement("D", "head * u.d_head + channel * u.d_channel")} * x` : "";
      const wgsl = `${discretizeFunctions}
const heads = ${heads}u;
const columns = ${state}u;
// B, then C, of the group, and the head's x, convolved
var<workgroup> keys: array<f32, ${2 * state}>;
var<workgroup> inputs: array<f32, ${rows}>;
var<workgroup> shares: array<f32, ${workgroupSize}>;

// A channel of [x | B | C] after the convolution. \`keeps\`: writes its window.
fn convolved(batch: u32, channel: u32, keeps: bool) -> f32 {
  let channels = heads * u.p + 2u * u.g * columns;
  let index = batch * channels + channel;
  let now = projected[batch * u.pitch + u.start + heads * u.p + channel];
  var sum = ${bias ? "bias[channel]" : "0.0"};
${windowText(width, width, { state: "conv", newState: "newConv", keeps: "keeps" })}
  sum += weight[channel * ${width}u + ${width - 1}u] * now;
  return silu(sum);
}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let parts = (u.p + ${rows - 1}u) / ${rows}u;
  let item = group_id.y * groups.x + group_id.x;
  let slot = item / parts;
  let batch = slot / heads;
  let head = slot % heads;
  let first = item % parts * ${rows}u;
  let exists = batch < u.b;
  let perGroup = heads / u.g;
  if (exists) {
    let key = heads * u.p + head / perGroup * columns;
    let keeps = head % perGroup == 0u && first == 0u;
    for (var i = lid; i < 2u * columns; i += ${workgroupSize}u) {
      keys[i] = convolved(batch, key + i / columns * u.g * columns + i % columns, keeps);
    }
    if (lid < ${rows}u && first + lid < u.p) {
      inputs[lid] = convolved(batch, head * u.p + first + lid, true);
    }
  }
  workgroupBarrier();
  let channel = first + lid / ${lanes}u;
  let valid = exists && channel < u.p;
  let row = slot * u.p + channel;
  let x = inputs[lid / ${lanes}u];
  var sum = 0.0;
  if (valid) {
    let raw = projected[batch * u.pitch + u.start + 2u * heads * u.p + 2u * u.g * columns + head]${dtBias ? ` + ${uniformElement("dtBias", "head")}` : ""};
    let size = step_size(raw).x;
    let kept = decay(log_decay(size, -exp(min(${uniformElement("aLog", "head")}, 88.0))));
    let input = size * x;
    for (var k = lid % ${lanes}u; k < columns; k += ${lanes}u) {
      let value = kept * state[row * columns + k] + input * keys[k];
      newState[row * columns + k] = value;
      sum += value * keys[columns + k];
    }
  }
  shares[lid] = sum;
  workgroupBarrier();
  if (valid && lid % ${lanes}u == 0u) {
    for (var i = 1u; i < ${lanes}u; i++) { sum += shares[lid + i]; }
    let scanned = sum${skip};
    y[row] = ${gated ? "scanned * silu(projected[batch * u.pitch + u.start + head * u.p + channel])" : "scanned"};
  }
}
`;
      return activationsFor(wgsl) + wgsl;
    },
  });

/** One token of a mixer, and where what in_proj made of it is. */
export interface ProjectedStepSpec extends SsdStepSpec {
  /** numbers of a row of `projected`, and those before z in it */
  readonly pitch: number;
  readonly start: number;
  /** taps of the convolution */
  readonly width: number;
  readonly bias: boolean;
}

/**
 * The program; undefined where per-head parameters are too many for uniform buffers, or B and C for workgroup memory.
 * Buffers: projected [b, pitch], of which [z h·p | x h·p | B g·n | C g·n | dt h] from `start` on are read; conv and
 * newConv [b, h·p + 2·g·n, width], weight [h·p + 2·g·n, width] and bias; state and newState [b, h, p, n]; aLog = log(−A)
 * and dtBias [h], D as the shape says; y [b, h·p], times silu(z) if `z`.
 */
export function projectedStepProgram(spec: ProjectedStepSpec, caps: Caps = baseCaps): Program | undefined {
  const { b, h, p, g, n, D, z = false, dtBias = false, pitch, start, width, bias } = spec;
  const skips = D === undefined ? 0 : D === "head" ? h : h * p;
  if (Math.max(h, skips) > maxUniformElements || 2 * n > maxKeys) return undefined;
  const names = ["projected", "conv", "weight", bias && "bias", "state", "aLog", dtBias && "dtBias", skips > 0 && "D"];
  const buffers = [...names, "y", "newConv", "newState"].filter((name) => name !== false);
  const step = dispatch(projectedStepForward, {
    config: { heads: h, state: n, width, bias, gated: z, dtBias, skips },
    buffers: Object.fromEntries(buffers.map((name) => [name, name])) as Record<Name, string>,
    uniforms: { b, p, g, pitch, start, ...discretizeValues(spec), ...skipStrides(spec) },
    workgroups: grid1d(b * h * Math.ceil(p / rows), 1, caps),
  });
  return { temps: {}, dispatches: [step] };
}
