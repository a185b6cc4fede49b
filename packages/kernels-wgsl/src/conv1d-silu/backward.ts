// Gradient of the causal convolution: the same walk through time, `width − 1` steps longer, since an input reaches that many later outputs.
import { functionsFor } from "../elementwise/functions.ts";
import { linearMain } from "../grid.ts";
import { type Binding, defineKernel, type Kernel } from "../kernel.ts";
import { lanewise } from "../lanewise.ts";
import { type ConvConfig, convPrologue, convThreads, convType, convUniforms, range, stateIndex, stridedRead, stridedWrite, timeIndex } from "./forward.ts";

/** `finalState` here: a gradient of the final state arrives. */
export type ConvBackwardConfig = ConvConfig;

type BackwardBinding = "x" | "weight" | "bias" | "initialState" | "seqIdx" | "gradY" | "gradFinalState" | "gradX" | "gradInitialState" | "parts";

export const conv1dSiluBackward: Kernel<BackwardBinding, keyof typeof convUniforms, ConvBackwardConfig> = defineKernel({
  name: "conv1d_silu_backward",
  uniforms: convUniforms,
  bindings: ({ vector, bias, initialState, finalState, seqIdx }: ConvBackwardConfig) => {
    const type = convType(vector);
    const bindings: Record<string, Binding> = { x: `read ${type}`, weight: "read f32" };
    if (bias) bindings["bias"] = `read ${type}`;
    if (initialState) bindings["initialState"] = "read f32";
    if (seqIdx) bindings["seqIdx"] = "read i32";
    bindings["gradY"] = `read ${type}`;
    if (finalState) bindings["gradFinalState"] = "read f32";
    bindings["gradX"] = `read_write ${type}`;
    if (initialState) bindings["gradInitialState"] = "read_write f32";
    bindings["parts"] = `read_write ${type}`;
    return bindings;
  },
  wgsl: backwardText,
});

/** Rows of sums per segment: one per tap, then that of the bias. */
export function partRows({ width, bias }: Pick<ConvConfig, "width" | "bias">): number {
  return width + (bias ? 1 : 0);
}

function backwardText(config: ConvBackwardConfig): string {
  const { width, vector, activation, bias, seqIdx, initialState, finalState } = config;
  const type = convType(vector);
  const history = width - 1;
  const { functions, start, sum, shift } = convPrologue(config);
  const slope = activation === "silu" ? ` * ${lanewise("silu_gradient", type, "sum")}` : "";
  const sameDocument = (k: number): string => `document${k} == document${history}`;
  // grad{k} is the gradient of the sum that weight k multiplied x0 in: x0 was the oldest input, at tap 0, now, and at tap k, k steps ago.
  const reaches = range(width).map((k) =>
    seqIdx ? `select(${type}(), weight${k} * grad${k}, ${k === history ? "true" : `gradDocument${k} == document0`})` : `weight${k} * grad${k}`,
  );
  const weightSums = range(width).map((k) => {
    const product = `grad0 * x${k}`;
    return `      gradWeight${k} += ${seqIdx && k < history ? `select(${type}(), ${product}, ${sameDocument(k)})` : product};`;
  });
  const gradShift = range(history).reverse().flatMap((k) => [`    grad${k + 1} = grad${k};`, ...(seqIdx ? [`    gradDocument${k + 1} = gradDocument${k};`] : [])]);
  const fromFinal = stridedRead("gradFinalState", vector, stateIndex(config, "(t - u.length)"), `${history}u`);
  const addFinal = !finalState || history === 0
    ? ""
    : `    if (t >= u.length) {\n      reached += ${seqIdx ? `select(${type}(), ${fromFinal}, last >= 0 && document0 == last)` : fromFinal};\n    }\n`;
  const toInitial = initialState && history > 0
    ? ` else if (first == 0u) {\n${stridedWrite("gradInitialState", vector, stateIndex(config, "t"), `${history}u`, "reached", "      ")}\n    }`
    : "";
  const rows = partRows(config);
  const part = (row: number): string => `parts[(part * ${rows}u + ${row}u) * u.channels + channel]`;
  return `${functionsFor(slope)}${functions}
@compute @workgroup_size(${convThreads})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
${start}
${seqIdx ? "  let last = seqIdx[(b + 1u) * u.length - 1u];\n" : ""}${range(width).map((k) => `  var grad${k} = ${type}();${seqIdx ? `\n  var gradDocument${k} = -1;` : ""}`).join("\n")}
${range(width).map((k) => `  var gradWeight${k} = ${type}();`).join("\n")}
${bias ? `  var gradBias = ${type}();\n` : ""}  for (var t = first; t < end + ${history}u; t++) {
    var x${history} = ${type}();
${seqIdx ? `    var document${history} = -1;\n` : ""}    grad0 = ${type}();
    if (t < u.length) {
      x${history} = x[${timeIndex("t")}];
${seqIdx ? `      document${history} = seqIdx[b * u.length + t];\n` : ""}${activation === "silu" ? `      let sum = ${sum};\n` : ""}      grad0 = ${seqIdx ? `select(${type}(), gradY[${timeIndex("t")}]${slope}, document${history} >= 0)` : `gradY[${timeIndex("t")}]${slope}`};
    }
${seqIdx ? `    gradDocument0 = document${history};\n` : ""}    if (t < end) {
${weightSums.join("\n")}
${bias ? "      gradBias += grad0;\n" : ""}    }
    var reached = ${reaches.join(" + ")};
${addFinal}    if (t >= first + ${history}u) {
      gradX[${timeIndex(`t - ${history}u`)}] = reached;
    }${toInitial}
${shift}
${gradShift.join("\n")}
  }
  let part = b * groups.y + id.y;
${range(width).map((k) => `  ${part(k)} = gradWeight${k};`).join("\n")}
${bias ? `  ${part(width)} = gradBias;\n` : ""}}
`;
}

/** Adds up the segments' sums in their order: one thread per tap (or bias) and channel. */
export const conv1dSiluPartsBackward: Kernel<"parts" | "gradWeight" | "gradBias", "parts" | "channels", Pick<ConvConfig, "width" | "bias">> = defineKernel({
  name: "conv1d_silu_parts_backward",
  uniforms: { parts: "u32", channels: "u32" },
  bindings: ({ bias }) => ({ parts: "read f32", gradWeight: "read_write f32", ...(bias ? { gradBias: "read_write f32" as const } : {}) }),
  wgsl: (config) => linearMain(convThreads, `
  let row = index / u.channels;
  let channel = index % u.channels;
  if (row >= ${partRows(config)}u) {
    return;
  }
  var sum = 0.0;
  for (var part = 0u; part < u.parts; part++) {
    sum += parts[(part * ${partRows(config)}u + row) * u.channels + channel];
  }
${config.bias
    ? `  if (row == ${config.width}u) {\n    gradBias[channel] = sum;\n  } else {\n    gradWeight[channel * ${config.width}u + row] = sum;\n  }`
    : `  gradWeight[channel * ${config.width}u + row] = sum;`}
`),
});
