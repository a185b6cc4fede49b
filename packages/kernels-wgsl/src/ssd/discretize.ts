// Discretization: step sizes and cumulative log decays of every token of a chunk. Numbers are the equations of README.md.
import { tokenUniforms } from "../token-uniforms.ts";
import { defineKernel } from "../kernel.ts";
import { discretizeFunctions, discretizeUniforms, finiteRate, minLogDecay } from "./formulas.ts";
import { complete, sizeUniforms, type TileConfig, tokenStart, when } from "./uniforms.ts";

/** WGSL: the log decay of a token that nothing passes. e^−128 is 0 in f32, and 256 of them are whole numbers of 2^−9 in 24 bits. */
const boundary = "-128.0";

/**
 * (1)–(2): a workgroup per chunk and head, a thread per token. Each thread adds up the tokens before its own in their
 * order, so that all sums have one order; a scan in steps of two would save nothing for so few. A decay of 0 is a
 * boundary, as between documents: in the running sum it would take the digits of all others.
 *
 * `tokens`: log decays, as whole numbers of 2^-9 and the rest. `step`: dt and its derivative by the raw value, which keep
 * NaN where sums of decays do not. `ends`: nothing passes this token.
 */
export const discretize = defineKernel({
  name: "ssd_discretize",
  uniforms: { ...sizeUniforms, ...discretizeUniforms, ...tokenUniforms("dt") },
  bindings: ({ dtBias, seqIdx }: TileConfig & { dtBias: boolean; seqIdx: boolean }) => ({
    dt: "read f32",
    A: "read f32",
    ...when(dtBias, { dtBias: "read f32" }),
    ...when(seqIdx, { seqIdx: "read i32" }),
    steps: "read_write vec4f",
  }),
  wgsl: ({ q, dtBias, seqIdx }) =>
    complete(`${discretizeFunctions}
var<workgroup> tokens: array<vec2f, ${q}>;

@compute @workgroup_size(${q})
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(local_invocation_index) i: u32) {
  let head = group_id.y;
  let cell = group_id.z;
  let batch = u.batch_start + cell / u.c;
  let t = (cell % u.c) * ${q}u + i;
  var step = vec2f(0.0);
  var ends = false;
  if (t < u.l) {
    step = step_size(dt[${tokenStart("dt", "batch", "t")} + head]${dtBias ? " + dtBias[head]" : ""});${
      seqIdx
        ? `
    let document = seqIdx[batch * u.l + t];
    var previous = 0;
    if (t > 0u) { previous = seqIdx[batch * u.l + t - 1u]; }
    ends = document != previous;
    if (document < 0) { step = vec2f(0.0); }`
        : ""
    }
  }
  let own = log_decay(step.x, ${finiteRate("A[head]")});
  if (t < u.l) { step.x = keep_nan(step.x, own); }
  let whole = round(own * 512.0) / 512.0;
  tokens[i] = select(vec2f(whole, own - whole), vec2f(${boundary}, 0.0), ends || own < ${minLogDecay});
  workgroupBarrier();
  var sums = vec2f(0.0);
  for (var j = 0u; j <= i; j++) { sums += tokens[j]; }
  steps[(cell * u.h + head) * ${q}u + i] = vec4f(step.x, sums, step.y);
}
`),
});
