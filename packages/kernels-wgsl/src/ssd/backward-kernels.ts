// The kernels of the backward pass that are no matrix products: gate, skip, decays, and the sums of partial results.
import { tokenUniforms } from "../token-uniforms.ts";
import { linearMain } from "../grid.ts";
import { defineKernel } from "../kernel.ts";
import { stateElement, type StatesConfig, unpackedState } from "./state-passing.ts";
import { finiteRate } from "./formulas.ts";
import { complete, sizeUniforms, type TileConfig, tokenStart } from "./uniforms.ts";

/** (11): `y` before the gate becomes its gradient; writes that of z. */
export const gateBackward = defineKernel({
  name: "ssd_gate_backward",
  uniforms: { count: "u32", l: "u32", width: "u32", ...tokenUniforms("gradY", "z", "gradZ") },
  bindings: () => ({ gradY: "read f32", z: "read f32", scanned: "read_write f32", gradZ: "read_write f32" }),
  wgsl: () =>
    complete(
      linearMain(
        64,
        `
  if (index >= u.count) { return; }
  let own = index % u.width;
  let token = index / u.width % u.l;
  let batch = index / u.width / u.l;
  let arrived = gradY[${tokenStart("gradY", "batch", "token")} + own];
  let gate = z[${tokenStart("z", "batch", "token")} + own];
  gradZ[${tokenStart("gradZ", "batch", "token")} + own] = arrived * scanned[index] * silu_gradient(gate);
  scanned[index] = arrived * silu(gate);`,
      ),
    ),
});

/** (20) of a D per channel: Σ gradY·x over the tokens of each chunk: a row [h, p] of partial sums. */
export const skipBackward = defineKernel({
  name: "ssd_skip_backward",
  uniforms: { rows: "u32", l: "u32", c: "u32", width: "u32", ...tokenUniforms("gradY", "x") },
  bindings: () => ({ gradY: "read f32", x: "read f32", partials: "read_write f32" }),
  wgsl: ({ q }: TileConfig) =>
    linearMain(
      64,
      `
  if (index >= u.rows * u.width) { return; }
  let row = index / u.width;
  let first = (row % u.c) * ${q}u;
  let end = min(first + ${q}u, u.l);
  var sum = 0.0;
  for (var t = first; t < end; t++) {
    let own = index % u.width;
    sum += gradY[${tokenStart("gradY", "row / u.c", "t")} + own] * x[${tokenStart("x", "row / u.c", "t")} + own];
  }
  partials[index] = sum;`,
    ),
});

/** (21)–(24): gradient of the decays of a chunk and head, and with it those of dt, A and dtBias. */
export const decayBackward = defineKernel({
  name: "ssd_decay_backward",
  uniforms: {
    ...sizeUniforms,
    cells: "u32",
    dots_tiles: "u32",
    dots_c_start: "u32",
    bias_start: "u32",
    ...tokenUniforms("gradDt"),
  },
  bindings: (config: StatesConfig) => ({
    steps: "read vec4f",
    A: "read f32",
    states: `read ${stateElement(config)}`,
    gradStates: `read ${stateElement(config)}`,
    intra: "read vec2f",
    rowDots: "read f32",
    gradDt: "read_write f32",
    partials: "read_write f32",
  }),
  // The state passes through the whole chunk: every thread's share counts as if at the last token.
  wgsl: ({ q, vector, half }) =>
    complete(`
var<workgroup> from_end: array<f32, ${q}>;
var<workgroup> from_start: array<f32, ${q}>;

fn dots(start: u32, own: u32) -> f32 {
  var sum = 0.0;
  for (var tile = 0u; tile < u.dots_tiles; tile++) { sum += rowDots[start + tile * u.cells * u.h * ${q}u + own]; }
  return sum;
}

@compute @workgroup_size(${q})
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(local_invocation_index) i: u32) {
  let head = group_id.y;
  let cell = group_id.z;
  let own = (cell * u.h + head) * ${q}u + i;
  let size = u.p * u.n${vector ? " / 4u" : ""};
  var passing = 0.0;
  for (var element = i; element < size; element += ${q}u) {
    let at = (cell * u.h + head) * size + element;
    passing += ${
      half
        ? `dot(${unpackedState("states[at]")}, ${unpackedState("gradStates[at]")})`
        : vector
          ? "dot(states[at], gradStates[at])"
          : "states[at] * gradStates[at]"
    };
  }
  let here = steps[own];
  let last = steps[(cell * u.h + head) * ${q}u + ${q - 1}u];
  let through = decay_of_sum(last.yz) * passing;
  let input = dots(0u, own);
  from_end[i] = through;
  workgroupBarrier();
  var whole = 0.0;
  for (var j = 0u; j < ${q}u; j++) { whole += from_end[j]; }
  workgroupBarrier();
  from_end[i] = here.x * input;
  from_start[i] = dots(u.dots_c_start, own);
  workgroupBarrier();
  let within = intra[own];
  var log_decay = whole + within.x;
  for (var j = 0u; j < ${q}u; j++) {
    log_decay += select(from_start[j], from_end[j], j < i);
  }
  let gradient = (${finiteRate("A[head]")} * log_decay + input + within.y) * here.w;
  let t = (cell % u.c) * ${q}u + i;
  if (t < u.l) { gradDt[${tokenStart("gradDt", "(u.batch_start + cell / u.c)", "t")} + head] = gradient; }
  workgroupBarrier();
  from_end[i] = log_decay * here.x;
  from_start[i] = select(0.0, gradient, t < u.l);
  workgroupBarrier();
  if (i == 0u) {
    var sums = vec2f(0.0);
    for (var j = 0u; j < ${q}u; j++) { sums += vec2f(from_end[j], from_start[j]); }
    let at = (u.batch_start * u.c + cell) * u.h + head;
    partials[at] = sums.x;
    partials[u.bias_start + at] = sums.y;
  }
}
`),
});

/**
 * Σ over `rows` rows and `inner` neighbours: `sums[i] = Σ_r Σ_k partials[start + r·width + i·inner + k]`; a workgroup
 * per sum, in a fixed order.
 */
export const partialsSum = defineKernel({
  name: "ssd_partials_sum",
  uniforms: { start: "u32", rows: "u32", width: "u32", inner: "u32" },
  bindings: () => ({ partials: "read f32", sums: "read_write f32" }),
  wgsl: () => `
var<workgroup> shares: array<f32, 128>;

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(local_invocation_index) lid: u32) {
  var sum = 0.0;
  for (var i = lid; i < u.rows * u.inner; i += 128u) {
    sum += partials[u.start + (i / u.inner) * u.width + group_id.x * u.inner + i % u.inner];
  }
  shares[lid] = sum;
  workgroupBarrier();
  for (var half = 64u; half > 0u; half /= 2u) {
    if (lid < half) { shares[lid] += shares[lid + half]; }
    workgroupBarrier();
  }
  if (lid == 0u) { sums[group_id.x] = shares[0]; }
}
`,
});

/** Σ of `blocks` arrays of `count` elements, one after the other, into tokens of `width` elements. */
export const blocksSum = defineKernel({
  name: "ssd_blocks_sum",
  uniforms: {
    blocks: "u32",
    block_stride: "u32",
    count: "u32",
    batch_start: "u32",
    l: "u32",
    width: "u32",
    ...tokenUniforms("sums"),
  },
  bindings: () => ({ parts: "read f32", sums: "read_write f32" }),
  wgsl: () =>
    linearMain(
      64,
      `
  if (index >= u.count) { return; }
  var sum = 0.0;
  for (var block = 0u; block < u.blocks; block++) { sum += parts[block * u.block_stride + index]; }
  let batch = u.batch_start + index / u.width / u.l;
  sums[${tokenStart("sums", "batch", "index / u.width % u.l")} + index % u.width] = sum;`,
    ),
});
