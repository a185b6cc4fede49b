// Gradient of the causal convolution. Four channels at a time over a few tokens, so that what a channel sees and what
// it contributes to its neighbours in time stay in registers: token t finishes the gradient of token t − (w − 1).
import type { CausalConv1dSpec } from "@x/base";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { optional, ptr, strideParams, u32 } from "../params.ts";
import { addToLongSum, eachVector, longSum, repeat, type VectorAccess } from "../codegen.ts";
import {
  channelSplit,
  type ConvConfig,
  configOf,
  convStrides,
  documentsFunction,
  scratchFloats,
  sharedScratch,
  transposeFunction,
} from "./forward.ts";

/**
 * Tokens in one pass over the channels: their rows stay in the first-level cache while the pass walks through them. The
 * sums of a pass begin anew.
 */
const tokensPerPass = 32;

/** The passage of four channels through tokens [start, passEnd). */
function passText({ width, activation, bias, seqIdx }: ConvConfig, { load, store, live }: VectorAccess): string {
  const past = width - 1;
  const seen = (k: number, value: string): string => (seqIdx && k < past ? `select(0.0, ${value}, same${k})` : value);
  return `
      ${repeat(width, (k) => `let tap${k} = ${load(`(taps + ${k} * wide)`)}; var gradTap${k} = vec4f(0.0);`)}
      ${repeat(past, (k) => `var x${k} = ${load(`p${k}`)}; var owed${k} = ${load(`(owing + ${k} * wide)`)};`)}
      var biasSum = vec4f(0.0);
      ${bias ? `let biased = ${load("biases")};` : ""}
      for (var t = start; t < passEnd; t += 1) {
        let x${past} = ${load("(tokens + t * stride_x)")};
        var grad = ${live(load("(arrived + t * stride_gradY)"))};
        ${
          seqIdx
            ? `
        let id = as_vec4i(load_splat(ids + (t + ${past}) * 4));
        grad = select(grad, 0.0, id < 0);
        ${repeat(past, (k) => `let same${k} = as_vec4i(load_splat(ids + (t + ${k}) * 4)) == id;`)}`
            : ""
        }
        ${
          activation === "silu"
            ? `
        var sum = ${bias ? "biased" : "vec4f(0.0)"};
        ${repeat(width, (k) => `sum = fma(${seen(k, `x${k}`)}, tap${k}, sum);`)}
        grad = grad * silu_gradient(sum);`
            : ""
        }
        biasSum = biasSum + grad;
        ${repeat(width, (k) => `let grad${k} = ${seen(k, "grad")}; gradTap${k} = fma(grad${k}, x${k}, gradTap${k});`)}
        ${repeat(past, (k) => `let sum${k} = fma(grad${k}, tap${k}, owed${k});`)}
        let sum${past} = grad${past} * tap${past};
        let to = select(gradHistory + t * wide, gradTokens + (t - ${past}) * stride_gradX, t >= ${past});
        ${store("to", "sum0")}
        ${repeat(past, (k) => `owed${k} = sum${k + 1};`)}
        ${repeat(past, (k) => `x${k} = x${k + 1};`)}
      }
      ${repeat(width, (k) => addPart(k, `gradTap${k}`))}
      ${repeat(past, (k) => `store4(owing + ${k} * wide + i, owed${k});`)}
      ${addPart(width, "biasSum")}`;
}

/** Adds what a pass found to the sums of tap `k`, or of the bias. */
const addPart = (k: number, part: string): string => `{
        let at = gradTaps + ${k} * wide + i;
        var sum = load4(at);
        var lost = load4(at + losses);
        ${addToLongSum("sum", "lost", part)}
        store4(at, sum);
        store4(at + losses, lost);
      }`;

const convBackwardKernel = defineWasmKernel({
  name: "causal_conv1d_backward",
  params: {
    ...ptr("x", "weight", "bias", "initialState", "seqIdx", "gradY"),
    ...ptr("gradFinalState", "gradX", "gradWeight", "gradBias", "gradInitialState", "scratch"),
    ...u32("begin", "end", "b", "l", "c"),
    ...strideParams(["x", "gradY", "gradX"]),
  },
  functions: ({ seqIdx }: ConvConfig) => transposeFunction + (seqIdx ? documentsFunction : ""),
  body: (config: ConvConfig) => {
    const { width, bias, initialState, finalState, seqIdx } = config;
    const past = width - 1;
    return `
  ${sharedScratch(config)}
  let gradTaps = free;
  let gradBiases = gradTaps + ${width} * wide;
  let losses = ${width + 1} * wide;
  let owing = gradBiases + wide + losses;
  let gradHistory = owing + ${past} * wide;
  fill_bytes(gradTaps, 0, 2 * losses);
  for (var batch = 0; batch < b; batch += 1) {
    let tokens = x + batch * batch_x + first * 4;
    let arrived = gradY + batch * batch_gradY + first * 4;
    let gradTokens = gradX + batch * batch_gradX + first * 4;
    ${initialState ? `transpose(history, wide, initialState + (batch * c + first) * ${past * 4}, ${past}, count);` : ""}
    ${seqIdx ? `countDocuments(ids + ${past * 4}, seqIdx + batch * l * 4, l);` : ""}
    fill_bytes(owing, 0, ${past} * wide);
    for (var start = 0; start < l; start += ${tokensPerPass}) {
      let passEnd = min(start + ${tokensPerPass}, l);
      ${repeat(
        past,
        (k) => `
      let p${k} = select(history + (start + ${k}) * wide, tokens + (start + ${k} - ${past}) * stride_x, start + ${k} >= ${past});`,
      )}
      ${eachVector("count", (access) => passText(config, access))}
    }
    // The gradients due to the last tokens, and what the final state passes on.
    ${repeat(
      past,
      (k) => `{
      let to = select(gradHistory + (l + ${k}) * wide, gradTokens + (l + ${k} - ${past}) * stride_gradX, l + ${k} >= ${past});
      ${finalState && seqIdx ? `let last = load_i32(ids + (l + ${past - 1}) * 4); let keeps = (last >= 0) && (load_i32(ids + (l + ${k}) * 4) == last);` : ""}
      for (var i = 0; i < count; i += 1) {
        var value = load(owing + ${k} * wide + i * 4);
        ${finalState ? `value = value + ${seqIdx ? "select(0.0, " : ""}load(gradFinalState + ((batch * c + first + i) * ${past} + ${k}) * 4)${seqIdx ? ", keeps)" : ""};` : ""}
        store(to + i * 4, value);
      }
    }`,
    )}
    ${initialState ? `transposeBack(gradInitialState + (batch * c + first) * ${past * 4}, gradHistory, wide, ${past}, count);` : ""}
  }
  for (var at = gradTaps; at < gradTaps + losses; at += 16) {
    let sum = load4(at);
    let lost = load4(at + losses);
    store4(at, ${longSum("sum", "lost")});
  }
  transposeBack(gradWeight + first * ${width * 4}, gradTaps, wide, ${width}, count);
  ${bias ? "copy_bytes(gradBias + first * 4, gradBiases, count * 4);" : ""}`;
  },
});

/** `finalState` says whether a gradient of it arrives. */
function program(spec: CausalConv1dSpec): WasmProgram {
  const { batch, length, channels } = spec;
  const { width, bias, initialState, finalState, seqIdx } = configOf(spec);
  const call = wasmCall(
    convBackwardKernel,
    configOf(spec),
    {
      ...optional({ bias, initialState, seqIdx, gradFinalState: finalState }),
      ...optional({ gradBias: bias, gradInitialState: initialState }),
      b: batch,
      l: length,
      c: channels,
      ...convStrides(spec, ["x", "gradY", "gradX"]),
    },
    channelSplit(channels),
  );
  return wasmProgram([call], { scratch: 4 * (scratchFloats(spec) + (4 * width + 1) * (channels + 3)) });
}

/**
 * Gradients of {@link causalConv1dForwardWasm}: gradX, gradWeight and, as the spec says, gradBias and gradInitialState.
 */
export const causalConv1dBackwardWasm: {
  readonly program: (spec: CausalConv1dSpec) => WasmProgram;
} = {
  program,
};
