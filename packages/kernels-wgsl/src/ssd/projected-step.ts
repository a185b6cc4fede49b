// One token of a mixer from what in_proj made of it to what its norm or out_proj takes, in one dispatch: convolution
// step, SiLU, dt, scan step, D and gate. Each workgroup convolves B and C of its head's group again: that is less work
// than a dispatch costs.
import type { SsdStepSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { windowText } from "../causal-conv1d/step.ts";
import { activationsFor } from "../elementwise/activation-text.ts";
import { grid1d } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import { maxUniformElements, uniformElement } from "../uniform-elements.ts";
import { decayParts, discretizeFunctions, discretizeUniforms } from "./formulas.ts";
import { discretizeValues, skipStrides } from "./sizes.ts";
import { when } from "./uniforms.ts";
import { range } from "../range.ts";

/** Numbers of B and C in workgroup memory: half of what every device has. */
const maxKeys = 2048;
/** Numbers of the state that a thread loads before it computes: more would not stay in registers. */
const maxHeld = 16;

/** How a workgroup is laid out. */
export interface ProjectedStepLayout {
  /** threads, of which so many share a row of the state, a channel of x */
  readonly threads: number;
  readonly lanes: number;
  /** rows that a thread takes, each with other lanes */
  readonly passes: number;
  /** threads of a subgroup, which add up without workgroup memory; absent: all goes through that */
  readonly subgroup?: number;
}

/** What is baked into the text: the layout, sizes of what is bound as uniforms or kept in workgroup memory, and flags. */
export interface ProjectedStepConfig extends ProjectedStepLayout {
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

export const projectedStepForward = defineKernel({
  name: "projected_step",
  features: ({ subgroup }) => (subgroup ? (["subgroups"] as const) : []),
  uniforms: { ...uniforms, ...discretizeUniforms },
  bindings: ({ heads, bias, dtBias, skips }: ProjectedStepConfig) => ({
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
    const { heads, state, width, bias, gated, dtBias, skips, threads, lanes, passes, subgroup = 1 } = config;
    const rows = threads / lanes;
    const channels = rows * passes;
    const shares = lanes / subgroup;
    const skip = skips > 0 ? ` + ${uniformElement("D", "head * u.d_head + channel * u.d_channel")} * x` : "";
    const turns = range(passes);
    const columns = range(Math.ceil(state / lanes));
    const ragged = state % lanes !== 0;
    const lines = (texts: readonly string[]): string => texts.map((text) => `  ${text}\n`).join("");
    /** the row of a turn, of those that the workgroup takes */
    const place = (j: number): string => `(own + ${j * rows}u)`;
    const load = (j: number): string[] => [
      `let channel${j} = first + ${place(j)};`,
      `let row${j} = slot * u.p + channel${j};`,
      ...columns.map((i) => `let held${j}_${i} = state[min(row${j}, u.b * heads * u.p - 1u) * columns + column${i}];`),
      ...(gated ? [`let gate${j} = projected[projection + head * u.p + min(channel${j}, u.p - 1u)];`] : []),
    ];
    const column = (j: number, i: number): string[] => {
      const texts = [
        `let value${i} = fma(held${j}_${i}, kept.x, fma(held${j}_${i}, kept.y, input * keys[column${i}]));`,
        `newState[row${j} * columns + column${i}] = value${i};`,
        `sum${j} += value${i} * keys[columns + column${i}];`,
      ];
      return ragged && i === columns.length - 1 ? [`if (lane + ${i * lanes}u < columns) {`, ...texts, "}"] : texts;
    };
    const scan = (j: number): string[] => [
      `var sum${j} = 0.0;`,
      `if (exists && channel${j} < u.p) {`,
      `let input = size * inputs[${place(j)}];`,
      ...columns.flatMap((i) => column(j, i)),
      "}",
      ...(subgroup > 1 ? [`sum${j} = subgroupAdd(sum${j});`] : []),
      ...(shares > 1
        ? [`if (lane % ${subgroup}u == 0u) { shares[${place(j)} * ${shares}u + lane / ${subgroup}u] = sum${j}; }`]
        : []),
    ];
    const store = (j: number): string[] => [
      `if (channel${j} < u.p) {`,
      `let channel = channel${j};`,
      `let x = inputs[${place(j)}];`,
      `let sum = ${
        shares > 1
          ? range(shares)
              .map((k) => `shares[${place(j)} * ${shares}u + ${k}u]`)
              .join(" + ")
          : `sum${j}`
      };`,
      `let scanned = sum${skip};`,
      `y[row${j}] = ${gated ? `scanned * silu(gate${j})` : "scanned"};`,
      "}",
    ];
    const wgsl = `${discretizeFunctions}${decayParts}
const heads = ${heads}u;
const columns = ${state}u;
// B, then C, of the group, and the head's x, convolved
var<workgroup> keys: array<f32, ${2 * state}>;
var<workgroup> inputs: array<f32, ${channels}>;
${shares > 1 ? `var<workgroup> shares: array<f32, ${channels * shares}>;\n` : ""}
// A channel of [x | B | C] after the convolution. 'keeps': writes its window.
fn convolved(batch: u32, channel: u32, keeps: bool) -> f32 {
  let channels = heads * u.p + 2u * u.g * columns;
  let index = batch * channels + channel;
  let now = projected[batch * u.pitch + u.start + heads * u.p + channel];
  var sum = ${bias ? "bias[channel]" : "0.0"};
${windowText(width, width, { state: "conv", newState: "newConv", keeps: "keeps" })}
  sum += weight[channel * ${width}u + ${width - 1}u] * now;
  return silu(sum);
}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let parts = (u.p + ${channels - 1}u) / ${channels}u;
  let item = group_id.y * groups.x + group_id.x;
  let slot = item / parts;
  let exists = slot < u.b * heads;
  let batch = select(0u, slot / heads, exists);
  let head = slot % heads;
  let first = item % parts * ${channels}u;
  let own = lid / ${lanes}u;
  let lane = lid % ${lanes}u;
  let perGroup = heads / u.g;
  let projection = batch * u.pitch + u.start;
  // The way to memory is long: what depends on nothing is asked for first.
${lines([...columns.map((i) => `let column${i} = ${ragged ? `min(lane + ${i * lanes}u, columns - 1u)` : `lane + ${i * lanes}u`};`), ...turns.flatMap(load)])}  let raw = projected[projection + 2u * heads * u.p + 2u * u.g * columns + head]${dtBias ? ` + ${uniformElement("dtBias", "head")}` : ""};
  if (exists) {
    let key = heads * u.p + head / perGroup * columns;
    let keeps = head % perGroup == 0u && first == 0u;
    for (var i = lid; i < 2u * columns; i += ${threads}u) {
      keys[i] = convolved(batch, key + i / columns * u.g * columns + i % columns, keeps);
    }
    if (lid < ${channels}u && first + lid < u.p) {
      inputs[lid] = convolved(batch, head * u.p + first + lid, true);
    }
  }
  let size = step_size(raw).x;
  let kept = decay_parts(log_decay(size, keep_nan(-exp(min(${uniformElement("aLog", "head")}, 88.0)), ${uniformElement("aLog", "head")})));
  workgroupBarrier();
${lines([...turns.flatMap(scan), ...(shares > 1 ? ["workgroupBarrier();"] : []), "if (exists && lane == 0u) {", ...turns.flatMap(store), "}"])}}
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
export function projectedStepProgram(
  spec: ProjectedStepSpec,
  caps: Caps = baseCaps,
  layout: ProjectedStepLayout = layoutFor(spec, caps),
): Program | undefined {
  const { b, h, p, g, n, D, z = false, dtBias = false, pitch, start, width, bias } = spec;
  const skips = D === undefined ? 0 : D === "head" ? h : h * p;
  if (Math.max(h, skips) > maxUniformElements || 2 * n > maxKeys) return undefined;
  const names = ["projected", "conv", "weight", bias && "bias", "state", "aLog", dtBias && "dtBias", skips > 0 && "D"];
  const buffers = [...names, "y", "newConv", "newState"].filter((name) => name !== false);
  const channels = (layout.threads / layout.lanes) * layout.passes;
  const step = dispatch(projectedStepForward, {
    config: { heads: h, state: n, width, bias, gated: z, dtBias, skips, ...layout },
    buffers: Object.fromEntries(buffers.map((name) => [name, name])) as Record<Name, string>,
    uniforms: { b, p, g, pitch, start, ...discretizeValues(spec), ...skipStrides(spec) },
    workgroups: grid1d(b * h * Math.ceil(p / channels), 1, caps),
  });
  return programOf([step]);
}

/** Workgroups that keep a GPU, or a processor, busy: with more of them, each takes more rows, and B and C are convolved less often. */
const busyWorkgroups = { hardware: 1024, software: 16 };

function layoutFor({ b, h, p, n }: ProjectedStepSpec, caps: Caps): ProjectedStepLayout {
  const { adapter, features, subgroupMinSize: subgroup, maxComputeInvocationsPerWorkgroup: most } = caps;
  const software = adapter === "software";
  const added = features.has("subgroups") && subgroup === caps.subgroupMaxSize && subgroup > 1;
  const threads = software || most < 256 ? 128 : 256;
  const lanes = software || !added ? 16 : Math.max(32, subgroup);
  const rows = threads / lanes;
  const workgroups = b * h * Math.ceil(p / rows);
  let passes = 1;
  while (
    2 * passes * rows <= p &&
    2 * passes * Math.ceil(n / lanes) <= maxHeld &&
    workgroups >= 2 * passes * busyWorkgroups[software ? "software" : "hardware"]
  )
    passes *= 2;
  return { threads, lanes, passes, ...(added && subgroup <= lanes && { subgroup }) };
}
