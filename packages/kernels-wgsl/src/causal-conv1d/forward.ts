// Causal depthwise convolution over time: a thread owns one channel vector and walks through a segment of time with a
// window in registers.
import { activationsFor } from "../elementwise/activation-text.ts";
import { type Binding, defineKernel } from "../kernel.ts";
import {
  type ConvConfig,
  convThreads,
  convType,
  convUniforms,
  convWalk,
  stateIndex,
  stridedWrite,
  timeIndex,
  weightBinding,
} from "./layout.ts";
import { range } from "../range.ts";

export const causalConv1dForward = defineKernel({
  name: "causal_conv1d_forward",
  uniforms: convUniforms("x", "y"),
  bindings: (config: ConvConfig) => {
    const { vector, bias, initialState, finalState, seqIdx } = config;
    const type = convType(vector);
    const bindings: Record<string, Binding> = { x: `read ${type}`, weight: weightBinding(config) };
    if (bias) bindings["bias"] = `read ${type}`;
    if (initialState) bindings["initialState"] = "read f32";
    if (seqIdx) bindings["seqIdx"] = "read i32";
    bindings["y"] = `read_write ${type}`;
    if (finalState) bindings["finalState"] = "read_write f32";
    return bindings;
  },
  wgsl: forwardText,
});

function forwardText(config: ConvConfig): string {
  const { width, vector, seqIdx, finalState } = config;
  const type = convType(vector);
  const history = width - 1;
  const { functions, start, sum, activated, shift, arrive, loop } = convWalk(config, ["x", "y"]);
  const kept = (i: number): string =>
    seqIdx ? `select(${type}(), x${i}, last >= 0 && document${i} == last)` : `x${i}`;
  const writeFinal = range(history).map(
    (i) =>
      `    let final${i} = ${kept(i)};\n${stridedWrite("finalState", vector, stateIndex(config, `${i}u`), `${history}u`, `final${i}`, "    ")}`,
  );
  // After the last step the window is the final state; with documents, only what belongs to the one that the row ends
  // in.
  const final =
    !finalState || history === 0
      ? ""
      : `  if (end == u.length) {\n${seqIdx ? `    let last = document${history - 1};\n` : ""}${writeFinal.join("\n")}\n  }\n`;
  return `${activationsFor(activated)}${functions}
@compute @workgroup_size(${convThreads})
fn main(@builtin(global_invocation_id) id: vec3u) {
${start}${loop(
    "end",
    ["x"],
    (k) => `      let x${history} = x_now${k};
${seqIdx ? arrive(`document_now${k}`) : ""}      let sum = ${sum};
      let value = ${seqIdx ? `select(${type}(), ${activated}, document${history} >= 0)` : activated};
      y[${timeIndex("y", `now${k}`)}] = value;
${shift}`,
  )}${final}}
`;
}
