// State passing: carries the states from chunk to chunk, forward, and their gradients from chunk to chunk, backward.
// Numbers are the equations of README.md.
import { linearMain } from "../grid.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { complete, type SizeUniform, sizeUniforms, type TileConfig, when } from "./uniforms.ts";

/** Elements of a state that one thread of the passing kernels carries: a vec4 where rows of states are made of them. */
export interface PassingConfig extends TileConfig {
  readonly vector: boolean;
}

/**
 * (5): turns the state each chunk makes into the state that enters it, in place; one thread per element or vec4 walks
 * the chunks.
 */
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

/**
 * (13): turns what each chunk gives to the gradient of the state entering it into the gradient of the state it leaves,
 * in place.
 */
export const statePassingBackward: Kernel<
  "steps" | "gradFinalState" | "gradStates" | "gradInitialState",
  SizeUniform | "batches",
  PassingConfig & { gradFinalState: boolean; initialState: boolean }
> = defineKernel({
  name: "ssd_state_passing_backward",
  uniforms: { ...sizeUniforms, batches: "u32" },
  bindings: ({ gradFinalState, initialState, vector }) => {
    const type = vector ? "vec4f" : "f32";
    return {
      steps: "read vec4f",
      ...when(gradFinalState, { gradFinalState: `read ${type}` }),
      gradStates: `read_write ${type}`,
      ...when(initialState, { gradInitialState: `read_write ${type}` }),
    };
  },
  wgsl: ({ q, gradFinalState, initialState, vector }) =>
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
  var gradient = ${gradFinalState ? "gradFinalState[own]" : vector ? "vec4f()" : "0.0"};
  var entering = gradStates[((batch * u.c + u.c - 1u) * u.h + head) * size + element];
  for (var later = 0u; later < u.c; later++) {
    let cell = (batch * u.c + u.c - 1u - later) * u.h + head;
    let last = steps[cell * ${q}u + ${q - 1}u];
    let next = gradStates[(cell - select(0u, u.h, later + 1u < u.c)) * size + element];
    gradStates[cell * size + element] = gradient;
    gradient = select(0.0, decay(last.y), last.z == 0.0) * gradient + entering;
    entering = next;
  }${initialState ? "\n  gradInitialState[own] = gradient;" : ""}`,
      ),
    ),
});
