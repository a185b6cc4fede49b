// The gradient of the decays for adapters where barriers cost more than they save: one thread walks the tokens of a chunk and head.
import { linearMain } from "../../grid.ts";
import { defineKernel, type Kernel } from "../../kernel.ts";
import { complete, finiteRate, type SizeUniform, sizeUniforms, type TileConfig } from "../uniforms.ts";

/** (21)–(24). What teams stored apart is added in their order: `passing` [team, cell, head], `intra` and `rowDots` [team, cell, head, token]. */
export const decayBackwardTeams: Kernel<
  "steps" | "A" | "passing" | "intra" | "rowDots" | "gradDt" | "partials",
  SizeUniform | "cells" | "state_teams" | "score_teams" | "dots_teams" | "dots_c_start" | "bias_start",
  TileConfig
> = defineKernel({
  name: "ssd_decay_teams_backward",
  uniforms: {
    ...sizeUniforms,
    cells: "u32",
    state_teams: "u32",
    score_teams: "u32",
    dots_teams: "u32",
    dots_c_start: "u32",
    bias_start: "u32",
  },
  bindings: () => ({
    steps: "read vec4f",
    A: "read f32",
    passing: "read f32",
    intra: "read vec2f",
    rowDots: "read f32",
    gradDt: "read_write f32",
    partials: "read_write f32",
  }),
  wgsl: ({ q }) =>
    complete(`
fn dots(start: u32, own: u32) -> f32 {
  var sum = 0.0;
  for (var team = 0u; team < u.dots_teams; team++) { sum += rowDots[start + team * u.cells * u.h * ${q}u + own]; }
  return sum;
}

${linearMain(
  64,
  `
  if (index >= u.cells * u.h) { return; }
  let head = index % u.h;
  let cell = index / u.h;
  let first = cell % u.c * ${q}u;
  let last = steps[index * ${q}u + ${q - 1}u];
  var passed = 0.0;
  for (var team = 0u; team < u.state_teams; team++) { passed += passing[team * u.cells * u.h + index]; }
  // The state passes through the whole chunk: it counts as if at the last token.
  var from_here = select(0.0, decay(last.y), last.z == 0.0) * passed;
  var reached: array<f32, ${q}>;
  for (var i = 0u; i < ${q}u; i++) {
    let m = ${q - 1}u - i;
    from_here += dots(u.dots_c_start, index * ${q}u + m);
    reached[m] = from_here;
  }
  var before = 0.0;
  var sums = vec2f();
  for (var m = 0u; m < ${q}u; m++) {
    let own = index * ${q}u + m;
    let here = steps[own];
    let input = dots(0u, own);
    var within = vec2f();
    for (var team = 0u; team < u.score_teams; team++) { within += intra[team * u.cells * u.h * ${q}u + own]; }
    let log_decay = reached[m] + before + within.x;
    let gradient = (${finiteRate("A[head]")} * log_decay + input + within.y) * here.w;
    before += here.x * input;
    if (first + m < u.l) {
      gradDt[((u.batch_start + cell / u.c) * u.l + first + m) * u.h + head] = gradient;
      sums += vec2f(log_decay * here.x, gradient);
    }
  }
  let at = (u.batch_start * u.c + cell) * u.h + head;
  partials[at] = sums.x;
  partials[u.bias_start + at] = sums.y;`,
)}`),
});
