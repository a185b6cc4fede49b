// Gradient of the causal convolution: the same walk through time, `width − 1` steps longer, since an input reaches that
// many later outputs.
import { activationsFor } from "../elementwise/activation-text.ts";
import { type Binding, defineKernel } from "../kernel.ts";
import { componentwise } from "../componentwise.ts";
import { type ColumnConfig, columnSumMain } from "../rows/sum-partials.ts";
import {
  type ConvConfig,
  convThreads,
  convType,
  convUniforms,
  convWalk,
  stateIndex,
  stridedRead,
  stridedWrite,
  timeIndex,
  weightBinding,
} from "./layout.ts";
import { range } from "../range.ts";

/** `finalState` here: a gradient of the final state arrives. */
export type ConvBackwardConfig = ConvConfig;

export const causalConv1dBackward = defineKernel({
  name: "causal_conv1d_backward",
  uniforms: convUniforms("x", "gradY", "gradX"),
  bindings: (config: ConvBackwardConfig) => {
    const { vector, bias, initialState, finalState, seqIdx } = config;
    const type = convType(vector);
    const bindings: Record<string, Binding> = { x: `read ${type}`, weight: weightBinding(config) };
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
  const { functions, start, sum, shift, arrive, loop } = convWalk(config, ["x", "gradY", "gradX"]);
  const slope = activation === "silu" ? ` * ${componentwise("silu_gradient", type, "sum")}` : "";
  const sameDocument = (k: number): string => `document${k} == document${history}`;
  // grad{k} is the gradient of the sum that weight k multiplied x0 in: x0 was the oldest input, at tap 0, now, and at
  // tap k, k steps ago.
  const reaches = range(width).map((k) =>
    seqIdx
      ? `select(${type}(), weight${k} * grad${k}, ${k === history ? "true" : `gradDocument${k} == document0`})`
      : `weight${k} * grad${k}`,
  );
  const weightSums = range(width).map((k) => {
    const product = `grad0 * x${k}`;
    return `        gradWeight${k} += ${seqIdx && k < history ? `select(${type}(), ${product}, ${sameDocument(k)})` : product};\n`;
  });
  const gradShift = range(history)
    .reverse()
    .flatMap((k) => [`grad${k + 1} = grad${k};`, ...(seqIdx ? [`gradDocument${k + 1} = gradDocument${k};`] : [])]);
  const step = (k: number): string => {
    const now = `now${k}`;
    const fromFinal = stridedRead("gradFinalState", vector, stateIndex(config, `(${now} - u.length)`), `${history}u`);
    const addFinal =
      !finalState || history === 0
        ? ""
        : `      if (${now} >= u.length) {\n        reached += ${seqIdx ? `select(${type}(), ${fromFinal}, number >= 0 && document0 == changes)` : fromFinal};\n      }\n`;
    const toInitial =
      initialState && history > 0
        ? ` else if (first == 0u) {\n${stridedWrite("gradInitialState", vector, stateIndex(config, now), `${history}u`, "reached", "        ")}\n      }`
        : "";
    return `      let inside = ${now} < u.length;
      let x${history} = x_now${k};
${seqIdx ? `${arrive(`document_now${k}`)}      gradDocument0 = select(-1, document${history}, inside);\n` : ""}${activation === "silu" ? `      let sum = ${sum};\n` : ""}      grad0 = select(${type}(), gradY_now${k}${slope}, ${seqIdx ? "gradDocument0 >= 0" : "inside"});
      if (${now} < end) {
${weightSums.join("")}${bias ? "        gradBias += grad0;\n" : ""}      }
      var reached = ${reaches.join(" + ")};
${addFinal}      if (${now} >= first + ${history}u) {
        gradX[${timeIndex("gradX", `${now} - ${history}u`)}] = reached;
      }${toInitial}
${shift}${gradShift.map((line) => `      ${line}\n`).join("")}`;
  };
  const rows = partRows(config);
  const part = (row: number): string => `parts[(part * ${rows}u + ${row}u) * u.channels + channel]`;
  return `${activationsFor(slope)}${functions}
@compute @workgroup_size(${convThreads})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
${start}${range(width)
    .map((k) => `  var grad${k} = ${type}();\n${seqIdx ? `  var gradDocument${k} = -1;\n` : ""}`)
    .join("")}${range(width)
    .map((k) => `  var gradWeight${k} = ${type}();\n`)
    .join("")}${bias ? `  var gradBias = ${type}();\n` : ""}${loop(
    `end + ${history}u`,
    ["x", "gradY"],
    step,
  )}  let part = b * groups.y + id.y;
${range(width)
  .map((k) => `  ${part(k)} = gradWeight${k};\n`)
  .join("")}${bias ? `  ${part(width)} = gradBias;\n` : ""}}
`;
}

/** Adds up the segments' sums in a fixed order, per tap (or bias) and channel: `units` of them. */
export const causalConv1dPartsBackward = defineKernel({
  name: "causal_conv1d_parts_backward",
  uniforms: { blocks: "u32", units: "u32", channels: "u32" },
  bindings: ({ bias }: Pick<ConvConfig, "width" | "bias"> & ColumnConfig) => ({
    parts: "read f32",
    gradWeight: "read_write f32",
    ...(bias ? { gradBias: "read_write f32" as const } : {}),
  }),
  wgsl: (config) => {
    const { width, bias } = config;
    const store = `gradWeight[(column % u.channels) * ${width}u + column / u.channels] = sum;`;
    return columnSumMain(
      "f32",
      config,
      "parts",
      bias ? `if (column >= ${width}u * u.channels) { gradBias[column % u.channels] = sum; } else { ${store} }` : store,
    );
  },
});
