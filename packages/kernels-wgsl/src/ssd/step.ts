// One token of the scan: the recurrence itself, S ← decay·S + dt·x ⊗ B, y = S·C. Reads and writes the state once.
import { KernelError, type SsdStepSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { activationsFor } from "../elementwise/activation-text.ts";
import { grid1d } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import {
  decayParts,
  discretizeFunctions,
  discretizeUniforms,
  finiteRate,
  skipUniforms,
  skipWeight,
} from "./formulas.ts";
import { projectedStepProgram, type ProjectedStepSpec } from "./projected-step.ts";
import { discretizeValues, skipStrides } from "./sizes.ts";
import { when } from "./uniforms.ts";

const workgroupSize = 64;
/** Threads that share a row of the state. */
const lanes = 16;
/** Storage buffers that a dispatch binds at most, whatever the device allows: more is not portable. */
const maxBindings = 10;
const sizes = { b: "u32", h: "u32", p: "u32", g: "u32", n: "u32" } as const;

/** WGSL of dt and the two parts of the decay of `slot` = batch · h + head, from the raw step. */
function stepOf({ dtBias }: Pick<StepConfig, "dtBias">): string {
  return `${discretizeFunctions}${decayParts}
fn step_of(slot: u32) -> vec4f {
  let head = slot % u.h;
  let size = step_size(dt[slot]${dtBias ? " + dtBias[head]" : ""}).x;
  return vec4f(size, decay_parts(log_decay(size, ${finiteRate("A[head]")})), 0.0);
}
`;
}

/** What `step_of` says of every batch element and head, for devices that cannot bind everything at once. */
export const stepPrepare = defineKernel({
  name: "ssd_step_prepare",
  uniforms: { count: "u32", h: "u32", ...discretizeUniforms },
  bindings: ({ dtBias }: { readonly dtBias: boolean }) => ({
    dt: "read f32",
    A: "read f32",
    ...when(dtBias, { dtBias: "read f32" }),
    prepared: "read_write vec4f",
  }),
  wgsl: ({ dtBias }) => {
    const wgsl = `${stepOf({ dtBias })}
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < u.count) { prepared[id.x] = step_of(id.x); }
}
`;
    return activationsFor(wgsl) + wgsl;
  },
});

export interface StepConfig {
  readonly D: boolean;
  readonly z: boolean;
  readonly dtBias: boolean;
  /** dt and decays come from {@link stepPrepare} */
  readonly prepared: boolean;
}

/** {@link lanes} threads per row of the state, which take neighbouring columns. */
export const stepForward = defineKernel({
  name: "ssd_step_forward",
  uniforms: { ...sizes, ...discretizeUniforms, ...skipUniforms },
  bindings: ({ D, z, dtBias, prepared }: StepConfig) => ({
    state: "read f32",
    x: "read f32",
    ...(prepared
      ? { prepared: "read vec4f" as const }
      : { dt: "read f32" as const, A: "read f32" as const, ...when(dtBias, { dtBias: "read f32" }) }),
    B: "read f32",
    C: "read f32",
    ...when(D, { D: "read f32" }),
    ...when(z, { z: "read f32" }),
    y: "read_write f32",
    newState: "read_write f32",
  }),
  wgsl: ({ D, z, dtBias, prepared }) => {
    const rows = workgroupSize / lanes;
    const group = "(slot % u.h) / (u.h / u.g) * u.n";
    const finish = `let scanned = sum${D ? ` + ${skipWeight("slot % u.h", "row % u.p")} * x[row]` : ""};
    y[row] = ${z ? `scanned * silu(z[row])` : "scanned"};`;
    const wgsl = `${prepared ? "" : stepOf({ dtBias })}
var<workgroup> shares: array<f32, ${workgroupSize}>;

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = (group_id.y * groups.x + group_id.x) * ${rows}u + lid / ${lanes}u;
  let valid = row < u.b * u.h * u.p;
  let slot = row / u.p;
  let key = (slot / u.h) * u.g * u.n + ${group};
  var sum = 0.0;
  if (valid) {
    let step = ${prepared ? "prepared[slot]" : "step_of(slot)"};
    let input = step.x * x[row];
    for (var k = lid % ${lanes}u; k < u.n; k += ${lanes}u) {
      let held = state[row * u.n + k];
      let value = fma(held, step.y, fma(held, step.z, input * B[key + k]));
      newState[row * u.n + k] = value;
      sum += value * C[key + k];
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
    return activationsFor(wgsl) + wgsl;
  },
});

/** y ← y · silu(z). */
export const gateForward = defineKernel({
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
    return activationsFor(wgsl) + wgsl;
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
      config: { D: hasD, z: z && !gateApart, dtBias: dtBias && !prepared, prepared },
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
      uniforms: { b, h, p, g, n, ...discretizeValues(shape), ...skipStrides(shape) },
      workgroups: grid1d(b * h * p, workgroupSize / lanes, caps),
    });
    const after = dispatch(gateForward, {
      config: {},
      buffers: given(["z", "y"]),
      uniforms: { count: b * h * p },
      workgroups: grid1d(b * h * p, workgroupSize, caps),
    });
    return programOf(
      [...(prepared ? [before] : []), step, ...(gateApart ? [after] : [])],
      prepared ? { prepared: 16 * b * h } : {},
    );
  },
  /** One token of a mixer from what in_proj made of it. */
  projected(spec: ProjectedStepSpec, caps: Caps = baseCaps): Program | undefined {
    return projectedStepProgram(spec, caps);
  },
} as const;
