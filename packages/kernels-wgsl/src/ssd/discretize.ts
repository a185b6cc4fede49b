// The kernels of the forward pass without products, one thread per chunk and head, or per element of a state. The numbers in the text are the equations of README.md.
import { linearMain } from "../grid.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { storePlanes } from "./teams/teams.ts";
import {
  complete,
  finiteRate,
  leastLogDecay,
  type SizeUniform,
  sizeUniforms,
  type TileConfig,
  when,
} from "./uniforms.ts";

/** (1)–(3): one thread per chunk and head walks its tokens. Stored besides `steps`: as `weights` those of (4) and (12), (w·dt, f) per token; as `planes` what teams read (`teams/`). */
export const stepsForward: Kernel<
  "dt" | "A" | "dtBias" | "seqIdx" | "steps" | "weights" | "planes",
  SizeUniform | "softplus" | "lo" | "hi" | "chunks_total",
  TileConfig & { dtBias: boolean; seqIdx: boolean; store: "weights" | "planes" | "steps" }
> = defineKernel({
  name: "ssd_steps_forward",
  uniforms: { ...sizeUniforms, softplus: "u32", lo: "f32", hi: "f32", chunks_total: "u32" },
  bindings: ({ dtBias, seqIdx, store }) => ({
    dt: "read f32",
    A: "read f32",
    ...when(dtBias, { dtBias: "read f32" }),
    ...when(seqIdx, { seqIdx: "read i32" }),
    steps: "read_write vec4f",
    ...when(store === "weights", { weights: "read_write vec2f" }),
    ...when(store === "planes", { planes: "read_write f32" }),
  }),
  wgsl: ({ q, dtBias, seqIdx, store }) =>
    complete(
      linearMain(
        64,
        `
  if (index >= u.chunks_total * u.h) { return; }
  let head = index % u.h;
  let cell = index / u.h;
  let first = (cell % u.c) * ${q}u;
  let row = (u.batch_start + cell / u.c) * u.l;
  let decay_rate = ${finiteRate("A[head]")};
  var cumulative = 0.0;
  var documents = 0.0;
  for (var i = 0u; i < ${q}u; i++) {
    let t = first + i;
    var size = 0.0;
    var slope = 0.0;
    if (t < u.l) {
      let raw = dt[(row + t) * u.h + head]${dtBias ? " + dtBias[head]" : ""};
      size = raw;
      slope = 1.0;
      if (u.softplus != 0u) {
        let e = exp(-abs(raw));
        size = max(raw, 0.0) + log1p(e);
        slope = select(e, 1.0, raw >= 0.0) / (1.0 + e);
      }
      slope = select(0.0, slope, size >= u.lo && size <= u.hi);
      size = clamp(size, u.lo, u.hi);${
        seqIdx
          ? `
      let document = seqIdx[row + t];
      var previous = 0;
      if (t > 0u) { previous = seqIdx[row + t - 1u]; }
      documents += select(0.0, 1.0, document != previous);
      if (document < 0) {
        size = 0.0;
        slope = 0.0;
      }`
          : ""
      }
    }
    // A decay of 0 is a boundary, as between documents: in the running sum it would take the digits of all others.
    let log_decay = min(size * decay_rate, 0.0);
    let ends = log_decay < ${leastLogDecay};
    documents += select(0.0, 1.0, ends);
    cumulative += select(log_decay, 0.0, ends);
    steps[index * ${q}u + i] = vec4f(size, cumulative, documents, slope);
  }${
    store === "weights"
      ? `
  for (var i = 0u; i < ${q}u; i++) {
    let here = steps[index * ${q}u + i];
    let left = select(0.0, decay(cumulative - here.y), here.z == documents);
    weights[index * ${q}u + i] = vec2f(left * here.x, select(0.0, decay(here.y), here.z == 0.0));
  }`
      : store === "planes"
        ? `
  ${storePlanes(q)}`
        : ""
  }`,
      ),
    ),
});

/** Elements of a state that one thread of the passing kernels carries: a vec4 where rows of states are made of them. */
export interface PassingConfig extends TileConfig {
  readonly vector: boolean;
}

/** (5): turns the state each chunk makes into the state that enters it, in place; one thread per element or vec4 walks the chunks. */
export const statePassingForward: Kernel<
  "steps" | "initialState" | "states" | "finalState",
  SizeUniform | "batches",
  PassingConfig & { initialState: boolean }
> = defineKernel({
  name: "ssd_state_passing_forward",
  uniforms: { ...sizeUniforms, batches: "u32" },
  bindings: ({ initialState, vector }) => {
    const type = vector ? "vec4f" : "f32";
    return {
      steps: "read vec4f",
      ...when(initialState, { initialState: `read ${type}` }),
      states: `read_write ${type}`,
      finalState: `read_write ${type}`,
    };
  },
  wgsl: ({ q, initialState, vector }) =>
    complete(
      linearMain(
        64,
        `
  let size = u.p * u.n${vector ? " / 4u" : ""};
  if (index >= u.batches * u.h * size) { return; }
  let element = index % size;
  let head = (index / size) % u.h;
  let batch = index / size / u.h;
  let own = u.batch_start * u.h * size + index;
  var state = ${initialState ? "initialState[own]" : vector ? "vec4f()" : "0.0"};
  var made = states[(batch * u.c * u.h + head) * size + element];
  for (var chunk = 0u; chunk < u.c; chunk++) {
    let cell = (batch * u.c + chunk) * u.h + head;
    let last = steps[cell * ${q}u + ${q - 1}u];
    // What the next chunk made is on its way before anything is stored.
    let next = states[(cell + select(0u, u.h, chunk + 1u < u.c)) * size + element];
    states[cell * size + element] = state;
    state = select(0.0, decay(last.y), last.z == 0.0) * state + made;
    made = next;
  }
  finalState[own] = state;`,
      ),
    ),
});
