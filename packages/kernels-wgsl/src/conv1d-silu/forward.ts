// Causal depthwise convolution over time: a thread owns one channel vector and walks through a segment of time with a window in registers.
import { functionsFor } from "../elementwise/functions.ts";
import { type Binding, defineKernel, type Kernel } from "../kernel.ts";
import { lanewise } from "../lanewise.ts";

export const convThreads = 64;

/** What is baked into the text of a convolution. */
export interface ConvConfig {
  /** taps; the last one is the current token */
  readonly width: number;
  /** channels are a multiple of 4: threads own four of them */
  readonly vector: boolean;
  readonly activation: "silu" | "none";
  readonly bias: boolean;
  readonly initialState: boolean;
  readonly finalState: boolean;
  readonly seqIdx: boolean;
}

/** `channels` counts bound elements (vectors of four, where there are such); `segment` is the number of time steps per thread. */
export const convUniforms = { length: "u32", channels: "u32", segment: "u32" } as const;

export const conv1dSiluForward: Kernel<"x" | "weight" | "bias" | "initialState" | "seqIdx" | "y" | "finalState", keyof typeof convUniforms, ConvConfig> =
  defineKernel({
    name: "conv1d_silu_forward",
    uniforms: convUniforms,
    bindings: ({ vector, bias, initialState, finalState, seqIdx }: ConvConfig) => {
      const type = convType(vector);
      const bindings: Record<string, Binding> = { x: `read ${type}`, weight: "read f32" };
      if (bias) bindings["bias"] = `read ${type}`;
      if (initialState) bindings["initialState"] = "read f32";
      if (seqIdx) bindings["seqIdx"] = "read i32";
      bindings["y"] = `read_write ${type}`;
      if (finalState) bindings["finalState"] = "read_write f32";
      return bindings;
    },
    wgsl: forwardText,
  });

export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export function convType(vector: boolean): "vec4f" | "f32" {
  return vector ? "vec4f" : "f32";
}

/** WGSL to read and write elements that lie `stride` apart in an f32 array as one bound element. */
export function stridedRead(name: string, vector: boolean, at: string, stride: string): string {
  return vector ? `vec4f(${range(4).map((i) => `${name}[${at} + ${i}u * ${stride}]`).join(", ")})` : `${name}[${at}]`;
}

export function stridedWrite(name: string, vector: boolean, at: string, stride: string, value: string, indent: string): string {
  const lanes = ["x", "y", "z", "w"];
  if (!vector) return `${indent}${name}[${at}] = ${value};`;
  return range(4).map((i) => `${indent}${name}[${at} + ${i}u * ${stride}] = ${value}.${lanes[i]};`).join("\n");
}

/** Index of time `t` (of row b) of this thread's channel in x and y. */
export const timeIndex = (t: string): string => `(b * u.length + ${t}) * u.channels + channel`;

/** Index of this thread's first channel, and slot `slot`, in a state [b, c, w − 1]; channels lie `width − 1` apart. */
export const stateIndex = ({ width, vector }: ConvConfig, slot: string): string =>
  `(b * u.channels + channel) * ${(vector ? 4 : 1) * (width - 1)}u + ${slot}`;

/** WGSL `before(b, channel, slot)`: what stands at slot 0 … w − 2 of the window in front of the row: the initial state, oldest first, or nothing. */
function beforeFunction(config: ConvConfig): string {
  const type = convType(config.vector);
  const value = config.initialState ? stridedRead("initialState", config.vector, "at", `${config.width - 1}u`) : `${type}()`;
  const at = config.initialState ? `  let at = ${stateIndex(config, "slot")};\n` : "";
  return `fn before(b: u32, channel: u32, slot: u32) -> ${type} {\n${at}  return ${value};\n}\n`;
}

/** Text that both directions share: the functions, and the weights, bias and window at the start of a segment. What precedes the row is document 0. */
export function convPrologue(config: ConvConfig): { readonly functions: string; readonly start: string; readonly sum: string; readonly shift: string } {
  const { width, vector, bias, seqIdx } = config;
  const type = convType(vector);
  const history = width - 1;
  const weights = range(width).map((k) => `  let weight${k} = ${stridedRead("weight", vector, `channel * ${(vector ? 4 : 1) * width}u + ${k}u`, `${width}u`)};`);
  const window = range(history).flatMap((i) => [
    `  var x${i} = ${type}();`,
    ...(seqIdx ? [`  var document${i} = 0;`] : []),
    `  if (first + ${i}u < ${history}u) {`,
    `    x${i} = before(b, channel, first + ${i}u);`,
    `  } else {`,
    `    x${i} = x[${timeIndex(`first + ${i}u - ${history}u`)}];`,
    ...(seqIdx ? [`    document${i} = seqIdx[b * u.length + first + ${i}u - ${history}u];`] : []),
    `  }`,
  ]);
  const tap = (k: number): string => {
    const product = `weight${k} * x${k}`;
    return seqIdx && k < history ? `select(${type}(), ${product}, document${k} == document${history})` : product;
  };
  const shift = range(history).flatMap((i) => [`x${i} = x${i + 1};`, ...(seqIdx ? [`document${i} = document${i + 1};`] : [])]);
  return {
    functions: beforeFunction(config),
    start: `${weights.join("\n")}\n${bias ? "  let offset = bias[channel];\n" : ""}${window.join("\n")}`,
    sum: `${bias ? "offset + " : ""}${range(width).map(tap).join(" + ")}`,
    shift: shift.map((line) => `    ${line}`).join("\n"),
  };
}

function forwardText(config: ConvConfig): string {
  const { width, vector, activation, seqIdx, finalState } = config;
  const type = convType(vector);
  const history = width - 1;
  const { functions, start, sum, shift } = convPrologue(config);
  const activated = activation === "silu" ? lanewise("silu", type, "sum") : "sum";
  const kept = (i: number): string => (seqIdx ? `select(${type}(), x${i}, last >= 0 && document${i} == last)` : `x${i}`);
  const writeFinal = range(history).map(
    (i) => `    let final${i} = ${kept(i)};\n${stridedWrite("finalState", vector, stateIndex(config, `${i}u`), `${history}u`, `final${i}`, "    ")}`,
  );
  // After the last step the window is the final state; with documents, only what belongs to the one that the row ends in.
  const final = !finalState || history === 0
    ? ""
    : `  if (end == u.length) {\n${seqIdx ? `    let last = document${history - 1};\n` : ""}${writeFinal.join("\n")}\n  }\n`;
  return `${functionsFor(activated)}${functions}
@compute @workgroup_size(${convThreads})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
${start}
  for (var t = first; t < end; t++) {
    let x${history} = x[${timeIndex("t")}];
${seqIdx ? `    let document${history} = seqIdx[b * u.length + t];\n` : ""}    let sum = ${sum};
    y[${timeIndex("t")}] = ${seqIdx ? `select(${type}(), ${activated}, document${history} >= 0)` : activated};
${shift}
  }
${final}}
`;
}
