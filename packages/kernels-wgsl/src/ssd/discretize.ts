// Discretization: step sizes, cumulative log decays and document counts of every token of a chunk. Numbers are the
// equations of README.md.
import { linearMain } from "../grid.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import {
  type DiscretizeUniform,
  discretizeFunctions,
  discretizeUniforms,
  finiteRate,
  minLogDecay,
} from "./formulas.ts";
import {
  complete,
  type SizeUniform,
  sizeUniforms,
  type TileConfig,
  tokenStart,
  type TokenUniform,
  tokenUniforms,
  when,
} from "./uniforms.ts";

/** (1)–(3): one thread per chunk and head walks its tokens. */
export const discretize: Kernel<
  "dt" | "A" | "dtBias" | "seqIdx" | "steps",
  SizeUniform | DiscretizeUniform | "chunks_total" | TokenUniform<"dt">,
  TileConfig & { dtBias: boolean; seqIdx: boolean }
> = defineKernel({
  name: "ssd_discretize",
  uniforms: { ...sizeUniforms, ...discretizeUniforms, chunks_total: "u32", ...tokenUniforms("dt") },
  bindings: ({ dtBias, seqIdx }) => ({
    dt: "read f32",
    A: "read f32",
    ...when(dtBias, { dtBias: "read f32" }),
    ...when(seqIdx, { seqIdx: "read i32" }),
    steps: "read_write vec4f",
  }),
  wgsl: ({ q, dtBias, seqIdx }) =>
    complete(
      discretizeFunctions +
        linearMain(
          64,
          `
  if (index >= u.chunks_total * u.h) { return; }
  let head = index % u.h;
  let cell = index / u.h;
  let first = (cell % u.c) * ${q}u;
  let batch = u.batch_start + cell / u.c;
${seqIdx ? "  let row = batch * u.l;\n" : ""}  let decay_rate = ${finiteRate("A[head]")};
  var cumulative = 0.0;
  var documents = 0.0;
  for (var i = 0u; i < ${q}u; i++) {
    let t = first + i;
    var step = vec2f(0.0); // dt and its derivative by the raw value
    if (t < u.l) {
      step = step_size(dt[${tokenStart("dt", "batch", "t")} + head]${dtBias ? " + dtBias[head]" : ""});${
        seqIdx
          ? `
      let document = seqIdx[row + t];
      var previous = 0;
      if (t > 0u) { previous = seqIdx[row + t - 1u]; }
      documents += select(0.0, 1.0, document != previous);
      if (document < 0) { step = vec2f(0.0); }`
          : ""
      }
    }
    // A decay of 0 is a boundary, as between documents: in the running sum it would take the digits of all others.
    let log_decay_here = log_decay(step.x, decay_rate);
    let ends = log_decay_here < ${minLogDecay};
    documents += select(0.0, 1.0, ends);
    cumulative += select(log_decay_here, 0.0, ends);
    steps[index * ${q}u + i] = vec4f(step.x, cumulative, documents, step.y);
  }`,
        ),
    ),
});
