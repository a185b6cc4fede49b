// The short causal convolution over time with SiLU, on channels-last rows: four channels at a time, taps as rows.
import type { CausalConv1dSpec } from "@x/base";
import { defineWasmKernel, wasmCall, type WasmProgram, type WasmSplit, wasmProgram } from "../kernel.ts";
import { optional, ptr, strideArgs, strideParams, u32 } from "../params.ts";
import { eachVector, repeat } from "../codegen.ts";

/** What is baked into the text: everything but the sizes that vary. */
export type ConvConfig = Required<
  Pick<CausalConv1dSpec, "width" | "activation" | "bias" | "initialState" | "finalState" | "seqIdx">
>;

/** States hold width − 1 inputs: with a width of 1 there is nothing to read or write. */
export function configOf(spec: CausalConv1dSpec): ConvConfig {
  const { width, activation = "silu", bias = false, initialState = false, finalState = false, seqIdx = false } = spec;
  return {
    width,
    activation,
    bias,
    initialState: initialState && width > 1,
    finalState: finalState && width > 1,
    seqIdx,
  };
}

/** `transpose`: [columns][rows] with `stride` bytes from row to row → rows of `wide` bytes. */
export const transposeFunction = `
@call fn transpose(to: ptr, wide: u32, from: ptr, rows: u32, columns: u32) {
  for (var row = 0; row < rows; row += 1) {
    for (var i = 0; i < columns; i += 1) { store(to + row * wide + i * 4, load(from + (i * rows + row) * 4)); }
  }
}
@call fn transposeBack(to: ptr, from: ptr, wide: u32, rows: u32, columns: u32) {
  for (var row = 0; row < rows; row += 1) {
    for (var i = 0; i < columns; i += 1) { store(to + (i * rows + row) * 4, load(from + row * wide + i * 4)); }
  }
}
`;

/**
 * `countDocuments`: the numbers of documents → how often they have changed so far, for numbers may repeat; −1 for
 * padding. What precedes a row is document 0.
 */
export const documentsFunction = `
@call fn countDocuments(to: ptr, numbers: ptr, count: u32) {
  var number: i32 = 0;
  var changes: i32 = 0;
  for (var t = 0; t < count; t += 1) {
    let next = load_i32(numbers + t * 4);
    if (next != number) { changes += 1; }
    number = next;
    store_u32(to + t * 4, u32(select(changes, -1, next < 0)));
  }
}
`;

/** The strides of buffers of tokens as arguments. */
export function convStrides<const N extends string>(
  { strides, length, channels }: CausalConv1dSpec,
  names: readonly N[],
): ReturnType<typeof strideArgs<N>> {
  return strideArgs(strides, names, () => [length, channels]);
}

/** Threads share the channels, two cache lines of them at least: time runs across no two of them. */
export function channelSplit(channels: number): WasmSplit {
  return { count: Math.ceil(channels / 16), grain: 2, own: ["scratch"] };
}

/**
 * The channels of a call, `count` from `first`, and scratch of both kernels: taps by row, and what precedes the first
 * token: its rows and, one per position, its documents (0: nothing has changed yet).
 */
export function sharedScratch({ width, seqIdx }: ConvConfig): string {
  return `
  let first = begin * 16;
  let count = min(end * 16, c) - first;
  let wide = (count + 3) / 4 * 16;
  let biases = bias + first * 4;
  let taps = scratch;
  let history = taps + ${width} * wide;
  let zeros = history + ${width - 1} * wide;
  let ids = zeros + wide;
  let free = ids + ${seqIdx ? `(l + ${width}) / 4 * 16 + 16` : "0"};
  transpose(taps, wide, weight + first * ${width * 4}, ${width}, count);
  fill_bytes(history, 0, ${width} * wide);
  fill_bytes(ids, 0, free - ids);`;
}

export function scratchFloats({ length, channels, width, seqIdx }: CausalConv1dSpec): number {
  return 2 * width * (channels + 3) + (seqIdx ? length + width + 8 : 0);
}

const convKernel = defineWasmKernel({
  name: "causal_conv1d_forward",
  params: {
    ...ptr("x", "weight", "bias", "initialState", "seqIdx", "y", "finalState", "scratch"),
    ...u32("begin", "end", "b", "l", "c"),
    ...strideParams(["x", "y"]),
  },
  functions: ({ seqIdx }: ConvConfig) => transposeFunction + (seqIdx ? documentsFunction : ""),
  body: (config: ConvConfig) => {
    const { width, activation, bias, initialState, finalState, seqIdx } = config;
    const past = width - 1;
    // Position e of the row counts what precedes it: token e − past.
    const rowAt = (e: string): string =>
      `select(history + (${e}) * wide, tokens + (${e} - ${past}) * stride_x, ${e} >= ${past})`;
    return `
  ${sharedScratch(config)}
  for (var batch = 0; batch < b; batch += 1) {
    let tokens = x + batch * batch_x + first * 4;
    ${initialState ? `transpose(history, wide, initialState + (batch * c + first) * ${past * 4}, ${past}, count);` : ""}
    ${seqIdx ? `countDocuments(ids + ${past * 4}, seqIdx + batch * l * 4, l);` : ""}
    var to = y + batch * batch_y + first * 4;
    for (var t = 0; t < l; t += 1) {
      ${seqIdx ? `let id = load_i32(ids + (t + ${past}) * 4);` : ""}
      ${repeat(width, (k) => `var p${k} = ${rowAt(`(t + ${k})`)};`)}
      ${seqIdx ? repeat(past, (k) => `p${k} = select(zeros, p${k}, load_i32(ids + (t + ${k}) * 4) == id);`) : ""}
      ${eachVector(
        "count",
        ({ load, store }) => `
      var sum = ${bias ? load("biases") : "vec4f(0.0)"};
      ${repeat(width, (k) => `sum = fma(${load(`p${k}`)}, ${load(`(taps + ${k} * wide)`)}, sum);`)}
      ${store("to", activation === "silu" ? "silu(sum)" : "sum")}`,
      )}
      ${seqIdx ? "if (id < 0) { fill_bytes(to, 0, count * 4); }" : ""}
      to += stride_y;
    }
    ${
      finalState
        ? repeat(
            past,
            (j) => `{
      var from = ${rowAt(`(l + ${j})`)};
      ${
        seqIdx
          ? `let last = load_i32(ids + (l + ${past - 1}) * 4);
      from = select(zeros, from, (last >= 0) && (load_i32(ids + (l + ${j}) * 4) == last));`
          : ""
      }
      for (var i = 0; i < count; i += 1) { store(finalState + ((batch * c + first + i) * ${past} + ${j}) * 4, load(from + i * 4)); }
    }`,
          )
        : ""
    }
  }`;
  },
});

function program(spec: CausalConv1dSpec): WasmProgram {
  const { batch, length, channels } = spec;
  const { bias, initialState, finalState, seqIdx } = configOf(spec);
  const call = wasmCall(
    convKernel,
    configOf(spec),
    {
      ...optional({ bias, initialState, seqIdx, finalState }),
      b: batch,
      l: length,
      c: channels,
      ...convStrides(spec, ["x", "y"]),
    },
    channelSplit(channels),
  );
  return wasmProgram([call], { scratch: 4 * scratchFloats(spec) });
}

/**
 * y [b, l, c] from x, weight [c, w] and, as the spec says, bias, initialState, seqIdx; also finalState
 * [b, c, w − 1].
 */
export const causalConv1dForwardWasm: {
  readonly program: (spec: CausalConv1dSpec) => WasmProgram;
} = {
  program,
};
