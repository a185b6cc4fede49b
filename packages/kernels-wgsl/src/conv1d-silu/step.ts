// One token through the causal convolution: the window moves by one, its sum is one output. Reads and writes each state once.
import { functionsFor } from "../elementwise/functions.ts";
import { linearMain } from "../grid.ts";
import { type Binding, defineKernel, type Kernel } from "../kernel.ts";
import { type ConvConfig, convThreads } from "./layout.ts";

export type ConvStepConfig = Pick<ConvConfig, "width" | "activation" | "bias">;

/** `x` is [batch, pitch], of which the channels from `start` on are read. */
export const conv1dSiluStep: Kernel<"x" | "state" | "weight" | "bias" | "y" | "newState", "size" | "channels" | "pitch" | "start", ConvStepConfig> = defineKernel({
  name: "conv1d_silu_step",
  uniforms: { size: "u32", channels: "u32", pitch: "u32", start: "u32" },
  bindings: ({ bias }: ConvStepConfig) => {
    const bindings: Record<string, Binding> = { x: "read f32", state: "read f32", weight: "read f32" };
    if (bias) bindings["bias"] = "read f32";
    bindings["y"] = "read_write f32";
    bindings["newState"] = "read_write f32";
    return bindings;
  },
  wgsl: ({ width, activation, bias }: ConvStepConfig) => {
    const value = activation === "silu" ? "silu(sum)" : "sum";
    return `${functionsFor(value)}${linearMain(convThreads, `
  if (index >= u.size) {
    return;
  }
  let channel = index % u.channels;
  let now = x[index / u.channels * u.pitch + u.start + channel];
  var sum = ${bias ? "bias[channel]" : "0.0"};
  for (var k = 0u; k < ${width - 1}u; k++) {
    let value = state[index * ${width}u + k + 1u];
    newState[index * ${width}u + k] = value;
    sum += weight[channel * ${width}u + k] * value;
  }
  newState[index * ${width}u + ${width - 1}u] = now;
  sum += weight[channel * ${width}u + ${width - 1}u] * now;
  y[index] = ${value};
`)}`;
  },
});
