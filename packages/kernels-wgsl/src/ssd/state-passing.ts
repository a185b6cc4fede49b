// State passing: carries the states from chunk to chunk, forward, and their gradients from chunk to chunk, backward.
// Numbers are the equations of README.md.
import { linearMain } from "../grid.ts";
import { defineKernel } from "../kernel.ts";
import { decayParts } from "./formulas.ts";
import { complete, sizeUniforms, type TileConfig, when } from "./uniforms.ts";

/** How states lie in storage, for the kernels without products. */
export interface StatesConfig extends TileConfig {
  /** a thread takes a vec4 at a time: rows of states are made of them */
  readonly vector: boolean;
  /** states and their gradients are f16, packed in pairs; needs `vector` */
  readonly half?: true;
}

/** What a binding of states, or of their gradients, holds. */
export function stateElement({ vector, half }: StatesConfig): "vec2u" | "vec4f" | "f32" {
  return half ? "vec2u" : vector ? "vec4f" : "f32";
}

/** WGSL of four numbers packed as f16, and back. */
export const packedState = (value: string): string => `vec2u(pack2x16float(${value}.xy), pack2x16float(${value}.zw))`;
export const unpackedState = (words: string): string =>
  `vec4f(unpack2x16float(${words}.x), unpack2x16float(${words}.y))`;

/** WGSL of an element or vec4 of states as it is stored, and back; the sum that is carried is f32. */
const stored = ({ half }: StatesConfig, value: string): string => (half ? packedState(value) : value);
const loaded = ({ half }: StatesConfig, element: string): string => (half ? unpackedState(element) : element);

/** WGSL of what leaves a chunk, of what enters it, what it adds, and the two parts of its decay. */
function carried({ vector }: StatesConfig, entering: string, added: string): string {
  const [a, b] = vector ? ["vec4f(kept.x)", "vec4f(kept.y)"] : ["kept.x", "kept.y"];
  return `fma(${entering}, ${a}, fma(${entering}, ${b}, ${added}))`;
}

/**
 * (5): turns the state each chunk makes into the state that enters it, in place; one thread per element or vec4 walks
 * the chunks.
 */
export const statePassingForward = defineKernel({
  name: "ssd_state_passing_forward",
  uniforms: { ...sizeUniforms, batches: "u32" },
  bindings: (config: StatesConfig & { initialState: boolean }) => {
    const { initialState, vector } = config;
    const type = vector ? "vec4f" : "f32";
    return {
      steps: "read vec4f",
      ...when(initialState, { initialState: `read ${type}` }),
      states: `read_write ${stateElement(config)}`,
      finalState: `read_write ${type}`,
    };
  },
  wgsl: (config) => {
    const { q, initialState, vector } = config;
    // What the next chunk made is on its way before anything is stored.
    return complete(
      decayParts +
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
  var added = ${loaded(config, "states[(batch * u.c * u.h + head) * size + element]")};
  for (var chunk = 0u; chunk < u.c; chunk++) {
    let cell = (batch * u.c + chunk) * u.h + head;
    let last = steps[cell * ${q}u + ${q - 1}u];
    let next = ${loaded(config, "states[(cell + select(0u, u.h, chunk + 1u < u.c)) * size + element]")};
    states[cell * size + element] = ${stored(config, "state")};
    let kept = decay_parts(last.y + last.z);
    state = ${carried(config, "state", "added")};
    added = next;
  }
  finalState[own] = state;`,
        ),
    );
  },
});

/**
 * (13): turns what each chunk gives to the gradient of the state entering it into the gradient of the state it leaves,
 * in place.
 */
export const statePassingBackward = defineKernel({
  name: "ssd_state_passing_backward",
  uniforms: { ...sizeUniforms, batches: "u32" },
  bindings: (config: StatesConfig & { gradFinalState: boolean; initialState: boolean }) => {
    const { gradFinalState, initialState, vector } = config;
    const type = vector ? "vec4f" : "f32";
    return {
      steps: "read vec4f",
      ...when(gradFinalState, { gradFinalState: `read ${type}` }),
      gradStates: `read_write ${stateElement(config)}`,
      ...when(initialState, { gradInitialState: `read_write ${type}` }),
    };
  },
  wgsl: (config) => {
    const { q, gradFinalState, initialState, vector } = config;
    return complete(
      decayParts +
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
  var entering = ${loaded(config, "gradStates[((batch * u.c + u.c - 1u) * u.h + head) * size + element]")};
  for (var later = 0u; later < u.c; later++) {
    let cell = (batch * u.c + u.c - 1u - later) * u.h + head;
    let last = steps[cell * ${q}u + ${q - 1}u];
    let next = ${loaded(config, "gradStates[(cell - select(0u, u.h, later + 1u < u.c)) * size + element]")};
    gradStates[cell * size + element] = ${stored(config, "gradient")};
    let kept = decay_parts(last.y + last.z);
    gradient = ${carried(config, "gradient", "entering")};
    entering = next;
  }${initialState ? "\n  gradInitialState[own] = gradient;" : ""}`,
        ),
    );
  },
});
