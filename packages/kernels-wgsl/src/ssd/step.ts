// One token of the scan: the recurrence itself, S ← decay·S + dt·x ⊗ B, y = S·C. Reads and writes the state once.
import type { SsdStepSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { causalConv1d } from "../causal-conv1d/kernel.ts";
import { functionsFor } from "../elementwise/functions.ts";
import { KernelError } from "../errors.ts";
import { grid1d } from "../grid.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";
import {
  type DiscretizeUniform,
  discretizeFunctions,
  discretizeUniforms,
  finiteRate,
  type SkipUniform,
  skipUniforms,
  skipWeight,
} from "./formulas.ts";
import { discretizeValues, skipStrides } from "./sizes.ts";
import { when } from "./uniforms.ts";

const workgroupSize = 64;
/** Threads that share a row of the state. */
const lanes = 16;
/** Storage buffers that a dispatch binds at most, whatever the device allows: more is not portable. */
const maxBindings = 10;
const sizes = { b: "u32", h: "u32", p: "u32", g: "u32", n: "u32" } as const;

/**
 * WGSL of dt and the decay of `slot` = batch · h + head, from the raw step. `projected`: as {@link StepConfig} says.
 */
function stepOf({ dtBias, projected }: Pick<StepConfig, "dtBias" | "projected">): string {
  const [raw, rate] = projected
    ? ["projected[slot / u.h * u.pitch + u.dt_start + head]", "-exp(min(aLog[head], 88.0))"]
    : ["dt[slot]", finiteRate("A[head]")];
  return `${discretizeFunctions}
fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  let size = step_size(${raw}${dtBias ? " + dtBias[head]" : ""}).x;
  return vec2f(size, decay(log_decay(size, ${rate})));
}
`;
}

/** (dt, decay) of every batch element and head, for devices that cannot bind everything at once. */
export const stepPrepare: Kernel<
  "dt" | "A" | "dtBias" | "prepared",
  "count" | "h" | DiscretizeUniform,
  { readonly dtBias: boolean }
> = defineKernel({
  name: "ssd_step_prepare",
  uniforms: { count: "u32", h: "u32", ...discretizeUniforms },
  bindings: ({ dtBias }) => ({
    dt: "read f32",
    A: "read f32",
    ...when(dtBias, { dtBias: "read f32" }),
    prepared: "read_write vec2f",
  }),
  wgsl: ({ dtBias }) => {
    const wgsl = `${stepOf({ dtBias, projected: false })}
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < u.count) { prepared[id.x] = step_of(id.x); }
}
`;
    return functionsFor(wgsl) + wgsl;
  },
});

export interface StepConfig {
  readonly D: boolean;
  readonly z: boolean;
  readonly dtBias: boolean;
  /** dt and decays come from {@link stepPrepare} */
  readonly prepared: boolean;
  /**
   * x, B and C are in `convolved`, [x h·p | B g·n | C g·n] per batch element, z and dt in `projected`, rows of `pitch`,
   * at `z_start` and `dt_start`; `aLog` holds log(−A)
   */
  readonly projected: boolean;
}

/** {@link lanes} threads per row of the state, which take neighbouring columns. */
export const stepForward: Kernel<
  | "state"
  | "x"
  | "dt"
  | "A"
  | "dtBias"
  | "prepared"
  | "B"
  | "C"
  | "D"
  | "z"
  | "y"
  | "newState"
  | "convolved"
  | "projected"
  | "aLog",
  keyof typeof sizes | DiscretizeUniform | SkipUniform | "pitch" | "z_start" | "dt_start",
  StepConfig
> = defineKernel({
  name: "ssd_step_forward",
  uniforms: { ...sizes, ...discretizeUniforms, ...skipUniforms, pitch: "u32", z_start: "u32", dt_start: "u32" },
  bindings: ({ D, z, dtBias, prepared, projected }) =>
    projected
      ? {
          state: "read f32",
          convolved: "read f32",
          projected: "read f32",
          aLog: "read f32",
          ...when(dtBias, { dtBias: "read f32" }),
          ...when(D, { D: "read f32" }),
          y: "read_write f32",
          newState: "read_write f32",
        }
      : {
          state: "read f32",
          x: "read f32",
          ...(prepared
            ? { prepared: "read vec2f" as const }
            : { dt: "read f32" as const, A: "read f32" as const, ...when(dtBias, { dtBias: "read f32" }) }),
          B: "read f32",
          C: "read f32",
          ...when(D, { D: "read f32" }),
          ...when(z, { z: "read f32" }),
          y: "read_write f32",
          newState: "read_write f32",
        },
  wgsl: ({ D, z, dtBias, prepared, projected }) => {
    const rows = workgroupSize / lanes;
    const [x, B, C, gate] = projected
      ? [
          "convolved[own]",
          "convolved[key + k]",
          "convolved[key + u.g * u.n + k]",
          "projected[slot / u.h * u.pitch + u.z_start + row % (u.h * u.p)]",
        ]
      : ["x[row]", "B[key + k]", "C[key + k]", "z[row]"];
    const group = "(slot % u.h) / (u.h / u.g) * u.n";
    const places = projected
      ? `let own = row + slot / u.h * 2u * u.g * u.n;
    let key = (slot / u.h + 1u) * u.h * u.p + slot / u.h * 2u * u.g * u.n + ${group};`
      : `let key = (slot / u.h) * u.g * u.n + ${group};`;
    const finish = `let scanned = sum${D ? ` + ${skipWeight("slot % u.h", "row % u.p")} * ${x}` : ""};
    y[row] = ${z ? `scanned * silu(${gate})` : "scanned"};`;
    const wgsl = `${prepared ? "" : stepOf({ dtBias, projected })}
var<workgroup> shares: array<f32, ${workgroupSize}>;

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = (group_id.y * groups.x + group_id.x) * ${rows}u + lid / ${lanes}u;
  let valid = row < u.b * u.h * u.p;
  let slot = row / u.p;
  ${places}
  var sum = 0.0;
  if (valid) {
    let step = ${prepared ? "prepared[slot]" : "step_of(slot)"};
    let input = step.x * ${x};
    for (var k = lid % ${lanes}u; k < u.n; k += ${lanes}u) {
      let value = step.y * state[row * u.n + k] + input * ${B};
      newState[row * u.n + k] = value;
      sum += value * ${C};
    }
  }
  shares[lid] = sum;
  workgroupBarrier();
  if (valid && lid % ${lanes}u == 0u) {
    for (var i = 1u; i < ${lanes}u; i++) { sum += shares[lid + i]; }
    ${finish}
  }
}
`;
    return functionsFor(wgsl) + wgsl;
  },
});

/** y ← y · silu(z). */
export const gateForward: Kernel<"z" | "y", "count"> = defineKernel({
  name: "ssd_gate_forward",
  uniforms: { count: "u32" },
  bindings: () => ({ z: "read f32", y: "read_write f32" }),
  wgsl: () => {
    const wgsl = `@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * ${workgroupSize}u + id.x;
  if (index < u.count) { y[index] *= silu(z[index]); }
}
`;
    return functionsFor(wgsl) + wgsl;
  },
});

/** One token of the scan. */
export const ssdStep = {
  /**
   * Program of `newState = e^(dt·A)·state + dt x ⊗ B`, `y = newState·C + D ⊙ x`, times silu(z). Buffers: state and
   * newState [b, h, p, n], x, z and y [b, h, p], dt [b, h], A and dtBias [h], B and C [b, g, n], D [h] or [h, p]. One
   * dispatch where the device binds enough buffers, else two or three.
   * @throws KernelError when sizes do not fit together
   */
  program(shape: SsdStepSpec, caps: Caps = baseCaps): Program {
    const { b, h, p, g, n, D, z = false, dtBias = false } = shape;
    if (h % g !== 0) throw new KernelError(`ssd step: g must divide h; got g = ${g} and h = ${h}.`);
    const hasD = D !== undefined;
    const most = Math.min(caps.maxStorageBuffersPerShaderStage, maxBindings);
    const optional = (hasD ? 1 : 0) + (z ? 1 : 0);
    const prepared = 8 + optional + (dtBias ? 1 : 0) > most;
    const gateApart = prepared && 7 + optional > most;
    const given = (names: readonly (string | false)[]): Record<string, string> =>
      Object.fromEntries(names.filter((name) => name !== false).map((name) => [name, name]));
    const before = dispatch(stepPrepare, {
      config: { dtBias },
      buffers: given(["dt", "A", dtBias && "dtBias", "prepared"]),
      uniforms: { count: b * h, h, ...discretizeValues(shape) },
      workgroups: [Math.ceil((b * h) / workgroupSize)],
    });
    const step = dispatch(stepForward, {
      config: { D: hasD, z: z && !gateApart, dtBias: dtBias && !prepared, prepared, projected: false },
      buffers: given([
        "state",
        "x",
        ...(prepared ? ["prepared"] : ["dt", "A", dtBias && "dtBias"]),
        "B",
        "C",
        hasD && "D",
        z && !gateApart && "z",
        "y",
        "newState",
      ]),
      uniforms: { b, h, p, g, n, ...discretizeValues(shape), ...skipStrides(shape), pitch: 0, z_start: 0, dt_start: 0 },
      workgroups: grid1d(b * h * p, workgroupSize / lanes, caps),
    });
    const after = dispatch(gateForward, {
      config: {},
      buffers: given(["z", "y"]),
      uniforms: { count: b * h * p },
      workgroups: grid1d(b * h * p, workgroupSize, caps),
    });
    return {
      temps: prepared ? { prepared: 8 * b * h } : {},
      dispatches: [...(prepared ? [before] : []), step, ...(gateApart ? [after] : [])],
    };
  },
  /**
   * Program of one token of a mixer from what in_proj made of it: conv step, SiLU, scan step and gate in two dispatches
   * of at most 8 storage buffers. Buffers: projected [b, pitch], of which [z h·p | x h·p | B g·n | C g·n | dt h] from
   * `start` on are read; conv and newConv [b, h·p + 2·g·n, width], weight [h·p + 2·g·n, width] and bias; state and
   * newState [b, h, p, n]; aLog and dtBias [h], D as the shape says; y [b, h·p], times silu(z) if `z`.
   */
  projected(
    shape: SsdStepSpec & {
      readonly pitch: number;
      readonly start: number;
      readonly width: number;
      readonly bias: boolean;
    },
    caps: Caps = baseCaps,
  ): Program {
    const { b, h, p, g, n, D, z = false, dtBias = false, pitch, start, width, bias } = shape;
    const channels = h * p + 2 * g * n;
    const conv = causalConv1d.step({ batch: b, channels, width, bias, pitch, start: start + h * p }, caps);
    const names = {
      x: "projected",
      state: "conv",
      weight: "weight",
      bias: "bias",
      y: "convolved",
      newState: "newConv",
    } as Record<string, string>;
    const renamed = conv.dispatches.map((one) => ({ ...one, buffers: mapNames(one.buffers, names) }));
    const step = dispatch(stepForward, {
      config: { D: D !== undefined, z, dtBias, prepared: false, projected: true },
      buffers: {
        state: "state",
        convolved: "convolved",
        projected: "projected",
        aLog: "aLog",
        ...(dtBias ? { dtBias: "dtBias" } : {}),
        ...(D ? { D: "D" } : {}),
        y: "y",
        newState: "newState",
      },
      uniforms: {
        b,
        h,
        p,
        g,
        n,
        ...discretizeValues(shape),
        ...skipStrides(shape),
        pitch,
        z_start: start,
        dt_start: start + h * p + channels,
      },
      workgroups: grid1d(b * h * p, workgroupSize / lanes, caps),
    });
    return { temps: { ...conv.temps, convolved: 4 * b * channels }, dispatches: [...renamed, step] };
  },
} as const;

function mapNames(
  buffers: Readonly<Record<string, string>>,
  names: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(buffers).map(([binding, buffer]) => [binding, names[buffer]!]));
}
