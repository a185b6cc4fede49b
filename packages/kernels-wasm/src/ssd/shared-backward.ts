// The end of the gradient: what the heads of a group did to B, C and their scores, added up over parts of the heads and
// brought back into rows of tokens.
import type { SsdSpec } from "@x/base";
import { defineWasmKernel, type WasmCall, wasmCall } from "../kernel.ts";
import { ptr, strideParams, u32 } from "../params.ts";
import { chunkTokens, eachChunk, rowFunctions, squareBytes, type TileSizes, tileSizes, tokenBytes } from "./chunk.ts";
import { scanStrides } from "./spec.ts";
import { accumulate, eachSum, startSums } from "./tile.ts";

const ssdSharedBackwardKernel = defineWasmKernel({
  name: "ssd_shared_backward",
  params: {
    ...ptr("chunksB", "chunksC", "gradChunksB", "gradChunksC", "gradScores", "gradB", "gradC", "rows"),
    ...u32("begin", "end", "count", "parts", "l", "g", "n"),
    ...strideParams(["gradB", "gradC"]),
  },
  functions: ({ n }: Pick<TileSizes, "n">) => {
    const addProduct = (
      name: string,
      operands: {
        readonly a: string;
        readonly rowA: number;
        readonly stepA: number;
        readonly b: string;
        readonly count: string;
      },
    ): string => `
@call fn ${name}(rows: ptr, gradScores: ptr, shared: ptr, tokens: u32) {
  for (var column = 0; column < ${4 * n}; column += 32) {
    for (var t = 0; t < tokens; t += 4) {
      let to = rows + t * ${4 * n} + column;
      ${startSums((row, half) => `load4(to + ${row * 4 * n + 16 * half})`)}
      ${accumulate({ ...operands, stepB: 4 * n })}
      ${eachSum((row, half, sum) => `store4(to + ${row * 4 * n + 16 * half}, ${sum});`)}
    }
  }
}`;
    // addToKeys: gradB_j += Σ over i ≥ j of gradScores_ij C_i; addToQueries: gradC_i += Σ over j ≤ i of gradScores_ij B_j
    // addParts adds the parts after the first to it.
    return `${rowFunctions}
@call fn addParts(sums: ptr, sizeBytes: u32, partBytes: u32, parts: u32) {
  for (var i = 0; i < sizeBytes; i += 16) {
    var sum = load4(sums + i);
    var from = sums + i;
    for (var left = parts - 1; left > 0; left -= 1) {
      from += partBytes;
      sum = sum + load4(from);
    }
    store4(sums + i, sum);
  }
}
${addProduct("addToKeys", { a: `gradScores + t * ${tokenBytes + 4}`, rowA: 4, stepA: tokenBytes, b: `shared + t * ${4 * n} + column`, count: "tokens - t" })}
${addProduct("addToQueries", { a: `gradScores + t * ${tokenBytes}`, rowA: tokenBytes, stepA: 4, b: "shared + column", count: "min(t + 4, tokens)" })}`;
  },
  body: ({ n }) =>
    eachChunk(`let shared = item * ${n * tokenBytes};
    let square = gradScores + item * ${squareBytes};
    addParts(gradChunksB + shared, ${n * tokenBytes}, count * ${n * tokenBytes}, parts);
    addParts(gradChunksC + shared, ${n * tokenBytes}, count * ${n * tokenBytes}, parts);
    addParts(square, ${squareBytes}, count * ${squareBytes}, parts);
    transpose(rows, ${4 * n}, gradChunksB + shared, ${tokenBytes}, ${n}, ${chunkTokens});
    addToKeys(rows, square, chunksC + shared, tokens);
    scatter(gradB + batch * batch_gradB + first * stride_gradB + ownColumns, stride_gradB, rows, tokens, n, ${4 * n});
    transpose(rows, ${4 * n}, gradChunksC + shared, ${tokenBytes}, ${n}, ${chunkTokens});
    addToQueries(rows, square, chunksB + shared, tokens);
    scatter(gradC + batch * batch_gradC + first * stride_gradC + ownColumns, stride_gradC, rows, tokens, n, ${4 * n});`),
});

/**
 * The call that makes gradB and gradC of `gradChunksB`, `gradChunksC` and `gradScores`, each [parts, b, g, chunk, …],
 * and their sizes.
 */
export function sharedGradients(
  spec: SsdSpec,
  parts: number,
): {
  readonly call: WasmCall;
  readonly temps: Readonly<Record<"gradChunksB" | "gradChunksC" | "gradScores" | "rows", number>>;
} {
  const { b, l, g, p, n } = spec;
  const wide = tileSizes({ p, n }).n;
  const count = b * g * Math.ceil(l / chunkTokens);
  const rows = wide * tokenBytes;
  const call = wasmCall(
    ssdSharedBackwardKernel,
    { n: wide },
    { count, parts, l, g, n, ...scanStrides(spec, ["gradB", "gradC"]) },
    { count, own: ["rows"] },
  );
  return {
    call,
    temps: {
      gradChunksB: parts * count * rows,
      gradChunksC: parts * count * rows,
      gradScores: parts * count * squareBytes,
      rows,
    },
  };
}
