// One token of the scan: the recurrence itself, S ← decay·S + dt·x ⊗ B, y = S·C. Reads and writes the state once.
import { baseCaps, type Caps } from "../caps.ts";
import { conv1dSilu } from "../causal-conv1d/kernel.ts";
import { functionsFor } from "../elementwise/functions.ts";
import { KernelError } from "../errors.ts";
import { grid1d } from "../grid.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";
import { tuned } from "../tuning/select.ts";
import { skipStrides, type SsdShape, stepUniforms } from "./sizes.ts";
import { finiteRate, when } from "./uniforms.ts";

const workgroupSize = 64;
/** Storage buffers that a dispatch binds at most, whatever the device allows: more is not portable. */
const mostBindings = 10;
const sizes = { b: "u32", h: "u32", p: "u32", g: "u32", n: "u32" } as const;
const stepping = { softplus: "u32", lo: "f32", hi: "f32" } as const;

/** WGSL of dt and the decay of `slot` = batch · h + head, from the raw step. `projected`: as {@link StepConfig} says. */
function stepOf({ dtBias, projected }: Pick<StepConfig, "dtBias" | "projected">): string {
  const [raw, rate] = projected
    ? ["projected[slot / u.h * u.pitch + u.dt_start + head]", "-exp(min(aLog[head], 88.0))"]
    : ["dt[slot]", finiteRate("A[head]")];
  return `
fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  var size = ${raw}${dtBias ? " + dtBias[head]" : ""};
  if (u.softplus != 0u) { size = max(size, 0.0) + log1p(exp(-abs(size))); }
  size = clamp(size, u.lo, u.hi);
  return vec2f(size, decay(max(size * ${rate}, -200.0)));
}
`;
}

/** (dt, decay) of every batch element and head, for devices that cannot bind everything at once. */
export const stepPrepare: Kernel<
  "dt" | "A" | "dtBias" | "prepared",
  "count" | "h" | keyof typeof stepping,
  { readonly dtBias: boolean }
> = defineKernel({
  name: "ssd_step_prepare",
  uniforms: { count: "u32", h: "u32", ...stepping },
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
   * x, B and C lie in `convolved`, [x h·p | B g·n | C g·n] per batch element, z and dt in `projected`, rows of `pitch`, at `z_start` and `dt_start`;
   * `aLog` holds log(−A)
   */
  readonly projected: boolean;
  /** threads that share a row of the state; 1 needs no barrier */
  readonly lanes: 1 | 16;
  /** a thread takes `wideRows` rows of a head by vectors of four columns: B and C are loaded once for all of them. With one lane, where p and n are multiples of 4. */
  readonly wide: boolean;
}

/** A vector of x and of y. */
const wideRows = 4;

/** A few threads per row of the state, which take neighbouring columns, or a thread for a few rows. */
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
  keyof typeof sizes | keyof typeof stepping | "d_head" | "d_channel" | "pitch" | "z_start" | "dt_start",
  StepConfig
> = defineKernel({
  name: "ssd_step_forward",
  uniforms: { ...sizes, ...stepping, d_head: "u32", d_channel: "u32", pitch: "u32", z_start: "u32", dt_start: "u32" },
  bindings: ({ D, z, dtBias, prepared, projected, wide }) => {
    const [read, write] = wide
      ? (["read vec4f", "read_write vec4f"] as const)
      : (["read f32", "read_write f32"] as const);
    return projected
      ? {
          state: read,
          convolved: read,
          projected: "read f32",
          aLog: "read f32",
          ...when(dtBias, { dtBias: "read f32" }),
          ...when(D, { D: "read f32" }),
          y: write,
          newState: write,
        }
      : {
          state: read,
          x: read,
          ...(prepared
            ? { prepared: "read vec2f" as const }
            : { dt: "read f32" as const, A: "read f32" as const, ...when(dtBias, { dtBias: "read f32" }) }),
          B: read,
          C: read,
          ...when(D, { D: "read f32" }),
          ...when(z, { z: read }),
          y: write,
          newState: write,
        };
  },
  wgsl: (config) => {
    const { D, z, dtBias, prepared, projected, lanes } = config;
    if (config.wide) return wideText(config);
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
    const finish = `let scanned = sum${D ? ` + D[slot % u.h * u.d_head + row % u.p * u.d_channel] * ${x}` : ""};
    y[row] = ${z ? `scanned * silu(${gate})` : "scanned"};`;
    const wgsl = `${prepared ? "" : stepOf({ dtBias, projected })}
${lanes > 1 ? `var<workgroup> shares: array<f32, ${workgroupSize}>;\n` : ""}
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
  ${
    lanes > 1
      ? `shares[lid] = sum;
  workgroupBarrier();
  if (valid && lid % ${lanes}u == 0u) {
    for (var i = 1u; i < ${lanes}u; i++) { sum += shares[lid + i]; }
    ${finish}
  }`
      : `if (valid) {
    ${finish}
  }`
  }
}
`;
    return functionsFor(wgsl) + wgsl;
  },
});

function wideText({ D, z, dtBias, prepared, projected }: StepConfig): string {
  const rows = Array.from({ length: wideRows }, (_, i) => i);
  const each = (text: (i: number) => string): string => rows.map(text).join("\n");
  const group = "(slot % u.h) / (u.h / u.g) * u.n";
  // Counted in vectors; h·p, n and with them all places are multiples of 4.
  const [x, B, C, places] = projected
    ? [
        "convolved[own]",
        "convolved[key + k]",
        "convolved[key + u.g * columns + k]",
        `let own = (row + slot / u.h * 2u * u.g * u.n) / 4u;
  let key = ((slot / u.h + 1u) * u.h * u.p + slot / u.h * 2u * u.g * u.n + ${group}) / 4u;`,
      ]
    : ["x[row / 4u]", "B[key + k]", "C[key + k]", `let key = ((slot / u.h) * u.g * u.n + ${group}) / 4u;`];
  const gate = (i: number): string =>
    projected ? `projected[slot / u.h * u.pitch + u.z_start + row % (u.h * u.p) + ${i}u]` : `gates[${i}]`;
  const result = (i: number): string => {
    const scanned = `dot(sum${i}, vec4f(1.0))${D ? ` + D[slot % u.h * u.d_head + (row % u.p + ${i}u) * u.d_channel] * values[${i}]` : ""}`;
    return z ? `(${scanned}) * silu(${gate(i)})` : scanned;
  };
  const wgsl = `${prepared ? "" : stepOf({ dtBias, projected })}
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = ((group_id.y * groups.x + group_id.x) * ${workgroupSize}u + lid) * ${wideRows}u;
  if (row >= u.b * u.h * u.p) { return; }
  let slot = row / u.p;
  let columns = u.n / 4u;
  ${places}
  let step = ${prepared ? "prepared[slot]" : "step_of(slot)"};
  let values = ${x};
  let inputs = step.x * values;
${each((i) => `  var sum${i} = vec4f();`)}
  for (var k = 0u; k < columns; k++) {
    let keys = ${B};
    let queries = ${C};
${each(
  (i) => `    let state${i} = step.y * state[(row + ${i}u) * columns + k] + inputs[${i}] * keys;
    newState[(row + ${i}u) * columns + k] = state${i};
    sum${i} += state${i} * queries;`,
)}
  }
${z && !projected ? "  let gates = z[row / 4u];\n" : ""}  y[row / 4u] = vec4f(
${rows.map((i) => `    ${result(i)},`).join("\n")}
  );
}
`;
  return functionsFor(wgsl) + wgsl;
}

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

/** What a step depends on; the flags name the buffers they switch on. */
export type SsdStepShape = Pick<
  SsdShape,
  "b" | "h" | "p" | "g" | "n" | "dtSoftplus" | "dtLimit" | "D" | "z" | "dtBias"
>;

function layoutOf({ p, n }: SsdStepShape, caps: Caps): Pick<StepConfig, "lanes" | "wide"> {
  const lanes = tuned(caps, "ssd").stepLanes;
  return { lanes, wide: lanes === 1 && p % wideRows === 0 && n % 4 === 0 };
}

function rowsPerGroup({ lanes, wide }: Pick<StepConfig, "lanes" | "wide">): number {
  return wide ? workgroupSize * wideRows : workgroupSize / lanes;
}

/** One token of the scan. */
export const ssdStep = {
  /**
   * Program of `newState = e^(dt·A)·state + dt x ⊗ B`, `y = newState·C + D ⊙ x`, times silu(z). Buffers: state and newState [b, h, p, n], x, z and y
   * [b, h, p], dt [b, h], A and dtBias [h], B and C [b, g, n], D [h] or [h, p]. One dispatch where the device binds enough buffers, else two or three.
   * @throws KernelError when sizes do not fit together
   */
  program(shape: SsdStepShape, caps: Caps = baseCaps): Program {
    const { b, h, p, g, n, D, z = false, dtBias = false } = shape;
    if (h % g !== 0) throw new KernelError(`ssd step: g must divide h; got g = ${g} and h = ${h}.`);
    const hasD = D !== undefined;
    const most = Math.min(caps.maxStorageBuffersPerShaderStage, mostBindings);
    const optional = (hasD ? 1 : 0) + (z ? 1 : 0);
    const prepared = 8 + optional + (dtBias ? 1 : 0) > most;
    const gateApart = prepared && 7 + optional > most;
    const { lanes, wide } = layoutOf(shape, caps);
    const given = (names: readonly (string | false)[]): Record<string, string> =>
      Object.fromEntries(names.filter((name) => name !== false).map((name) => [name, name]));
    const before = dispatch(stepPrepare, {
      config: { dtBias },
      buffers: given(["dt", "A", dtBias && "dtBias", "prepared"]),
      uniforms: { count: b * h, h, ...stepUniforms(shape) },
      workgroups: [Math.ceil((b * h) / workgroupSize)],
    });
    const step = dispatch(stepForward, {
      config: { D: hasD, z: z && !gateApart, dtBias: dtBias && !prepared, prepared, projected: false, lanes, wide },
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
      uniforms: { b, h, p, g, n, ...stepUniforms(shape), ...skipStrides(shape), pitch: 0, z_start: 0, dt_start: 0 },
      workgroups: grid1d(b * h * p, rowsPerGroup({ lanes, wide }), caps),
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
   * Program of one token of a mixer from what in_proj made of it: conv step, SiLU, scan step and gate in two dispatches of at most 8 storage buffers. Buffers:
   * projected [b, pitch], of which [z h·p | x h·p | B g·n | C g·n | dt h] from `start` on are read; conv and newConv [b, h·p + 2·g·n, width], weight
   * [h·p + 2·g·n, width] and bias; state and newState [b, h, p, n]; aLog and dtBias [h], D as the shape says; y [b, h·p], times silu(z) if `z`.
   */
  projected(
    shape: SsdStepShape & {
      readonly pitch: number;
      readonly start: number;
      readonly width: number;
      readonly bias: boolean;
    },
    caps: Caps = baseCaps,
  ): Program {
    const { b, h, p, g, n, D, z = false, dtBias = false, pitch, start, width, bias } = shape;
    const channels = h * p + 2 * g * n;
    const { lanes, wide } = layoutOf(shape, caps);
    const conv = conv1dSilu.step({ batch: b, channels, width, bias, pitch, start: start + h * p }, caps);
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
      config: { D: D !== undefined, z, dtBias, prepared: false, projected: true, lanes, wide },
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
        ...stepUniforms(shape),
        ...skipStrides(shape),
        pitch,
        z_start: start,
        dt_start: start + h * p + channels,
      },
      workgroups: grid1d(b * h * p, rowsPerGroup({ lanes, wide }), caps),
    });
    return { temps: { ...conv.temps, convolved: 4 * b * channels }, dispatches: [...renamed, step] };
  },
  kernels: {
    stepPrepare: stepPrepare as typeof stepPrepare,
    stepForward: stepForward as typeof stepForward,
    gateForward: gateForward as typeof gateForward,
  },
} as const;

function mapNames(
  buffers: Readonly<Record<string, string>>,
  names: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(buffers).map(([binding, buffer]) => [binding, names[buffer]!]));
}
