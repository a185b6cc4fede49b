// What the heads of a group share, chunk by chunk: B and C in whole tiles, their transposes, and the scores C·Bᵀ.
import type { SsdSpec } from "@x/base";
import { defineWasmKernel, type WasmCall, wasmCall } from "../kernel.ts";
import { optional, ptr, strideParams, u32 } from "../params.ts";
import { chunkTokens, eachChunk, rowFunctions, squareBytes, type TileSizes, tileSizes, tokenBytes } from "./chunk.ts";
import { scanStrides } from "./spec.ts";
import { accumulate, eachSum, startSums } from "./tile.ts";

interface Config extends Pick<TileSizes, "n"> {
  /** the gradient reads C transposed, too */
  readonly chunksCT: boolean;
}

const ssdScoresKernel = defineWasmKernel({
  name: "ssd_scores",
  params: {
    ...ptr("B", "C", "chunksB", "chunksBT", "chunksC", "chunksCT", "scores"),
    ...u32("begin", "end", "l", "g", "n"),
    ...strideParams(["B", "C"]),
  },
  // scores[i, j] = C_i · B_j for j ≤ i, in whole tiles; values right of the diagonal are not used
  functions: ({ n }: Config) => `${rowFunctions}
@call fn score(scores: ptr, chunksC: ptr, chunksBT: ptr, tokens: u32) {
  for (var i = 0; i < tokens; i += 4) {
    for (var j = 0; j <= i * 4; j += 32) {
      ${startSums()}
      ${accumulate({ a: `chunksC + i * ${4 * n}`, rowA: 4 * n, stepA: 4, b: "chunksBT + j", stepB: tokenBytes, count: String(n) })}
      ${eachSum((row, half, sum) => `store4(scores + (i + ${row}) * ${tokenBytes} + j + ${16 * half}, ${sum});`)}
    }
  }
}`,
  body: ({ n, chunksCT }) =>
    eachChunk(`let rows = item * ${n * tokenBytes};
    gather(chunksB + rows, B + batch * batch_B + first * stride_B + ownColumns, stride_B, tokens, n, ${4 * n}, ${chunkTokens});
    gather(chunksC + rows, C + batch * batch_C + first * stride_C + ownColumns, stride_C, tokens, n, ${4 * n}, ${chunkTokens});
    transpose(chunksBT + rows, ${tokenBytes}, chunksB + rows, ${4 * n}, ${chunkTokens}, ${n});
    ${chunksCT ? `transpose(chunksCT + rows, ${tokenBytes}, chunksC + rows, ${4 * n}, ${chunkTokens}, ${n});` : ""}
    score(scores + item * ${squareBytes}, chunksC + rows, chunksBT + rows, tokens);`),
});

/**
 * The call that fills `chunksB`, `chunksBT`, `chunksC`, `chunksCT` (where asked for) and `scores`, and their sizes: [b,
 * g, chunk, …].
 */
export function sharedByHeads(
  spec: SsdSpec,
  { chunksCT }: Pick<Config, "chunksCT">,
): { readonly call: WasmCall; readonly temps: Readonly<Record<string, number>>; readonly chunks: number } {
  const { b, l, g, p, n } = spec;
  const wide = tileSizes({ p, n }).n;
  const chunks = Math.ceil(l / chunkTokens);
  const count = b * g * chunks;
  const rows = count * wide * tokenBytes;
  const call = wasmCall(
    ssdScoresKernel,
    { n: wide, chunksCT },
    { ...optional({ chunksCT }), l, g, n, ...scanStrides(spec, ["B", "C"]) },
    { count },
  );
  return {
    call,
    chunks,
    temps: {
      chunksB: rows,
      chunksBT: rows,
      chunksC: rows,
      ...(chunksCT && { chunksCT: rows }),
      scores: count * squareBytes,
    },
  };
}
