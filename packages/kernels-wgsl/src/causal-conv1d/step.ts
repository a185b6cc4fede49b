// One token through the causal convolution: the window moves by one, its sum is one output. Reads and writes each state
// once.
import { activationsFor } from "../elementwise/activation-text.ts";
import { linearMain } from "../grid.ts";
import { type Binding, defineKernel } from "../kernel.ts";
import { type ConvConfig, convThreads } from "./layout.ts";

export interface ConvStepConfig extends Pick<ConvConfig, "width" | "activation" | "bias"> {
  /** inputs that a state holds for each channel, at least width − 1 */
  readonly stateLength: number;
}

/** `x` is [batch, pitch], of which the channels from `start` on are read. */
export const causalConv1dStep = defineKernel({
  name: "causal_conv1d_step",
  uniforms: { size: "u32", channels: "u32", pitch: "u32", start: "u32" },
  bindings: ({ bias }: ConvStepConfig) => {
    const bindings: Record<string, Binding> = { x: "read f32", state: "read f32", weight: "read f32" };
    if (bias) bindings["bias"] = "read f32";
    bindings["y"] = "read_write f32";
    bindings["newState"] = "read_write f32";
    return bindings;
  },
  wgsl: ({ width, activation, bias, stateLength }: ConvStepConfig) => {
    const value = activation === "silu" ? "silu(sum)" : "sum";
    return `${activationsFor(value)}${linearMain(
      convThreads,
      `
  if (index >= u.size) {
    return;
  }
  let channel = index % u.channels;
  let now = x[index / u.channels * u.pitch + u.start + channel];
  var sum = ${bias ? "bias[channel]" : "0.0"};
${windowText(width, stateLength)}
  sum += weight[channel * ${width}u + ${width - 1}u] * now;
  y[index] = ${value};
`,
    )}`;
  },
});

/**
 * WGSL: shifts the window of `channel`, number `index` of the state, by one, and adds its last `width − 1` inputs,
 * weighted, to `sum`. All loads come before the first store: a compiler that cannot know that the states are different
 * memory would wait for each.
 *
 * @param length inputs that a state holds
 * @param names of the bindings of both states; `keeps`: a condition of writing the new one
 */
export function windowText(
  width: number,
  length: number,
  names: { readonly state: string; readonly newState: string; readonly keeps?: string } = {
    state: "state",
    newState: "newState",
  },
): string {
  const { state, newState, keeps } = names;
  const lead = length + 1 - width; // inputs that no tap reaches, the one that drops out among them
  const places = Array.from({ length }, (_, k) => k);
  const read = places.filter((k) => k > 0 || lead === 0); // the oldest one drops out
  const loads = read.map((k) => `  let held${k} = ${state}[index * ${length}u + ${k}u];`);
  const taps = places
    .filter((k) => k >= lead)
    .map((k) => `  sum += weight[channel * ${width}u + ${k - lead}u] * held${k};`);
  const stores = places.map(
    (k) => `    ${newState}[index * ${length}u + ${k}u] = ${k === length - 1 ? "now" : `held${k + 1}`};`,
  );
  const all = stores.length > 0 ? [keeps ? `  if (${keeps}) {` : "  {", ...stores, "  }"] : [];
  return [...loads, ...taps, ...all].join("\n");
}
