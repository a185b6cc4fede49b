// What the heads of a group share, chunk by chunk: B and C in whole tiles, their transposes, and the scores C·Bᵀ.
import type { SsdSizes } from "@x/base";
import { defineWasmKernel, type WasmCall, wasmCall } from "../kernel.ts";
import { chunkTokens, eachChunk, rowFunctions, squareBytes, type TileSizes, tileSizes, tokenBytes } from "./chunk.ts";
import { accumulate, eachSum, startSums } from "./tile.ts";

interface Config extends Pick<TileSizes, "n"> {
  /** the gradient reads C transposed, too */
  readonly queriesT: boolean;
}

const ssdScoresKernel = defineWasmKernel({
  name: "ssd_scores",
  params: {
    B: "ptr",
    C: "ptr",
    keys: "ptr",
    keysT: "ptr",
    queries: "ptr",
    queriesT: "ptr",
    scores: "ptr",
    begin: "u32",
    end: "u32",
    l: "u32",
    g: "u32",
    n: "u32",
  },
  functions: ({ n }: Config) => `${rowFunctions}
// scores[i, j] = C_i · B_j for j ≤ i, in whole tiles; values right of the diagonal are not used
@call fn score(scores: ptr, queries: ptr, keysT: ptr, tokens: u32) {
  for (var i = 0; i < tokens; i += 4) {
    for (var j = 0; j <= i * 4; j += 32) {
      ${startSums()}
      ${accumulate({ a: `queries + i * ${4 * n}`, rowA: 4 * n, stepA: 4, b: "keysT + j", stepB: tokenBytes, count: String(n) })}
      ${eachSum((row, half, sum) => `store4(scores + (i + ${row}) * ${tokenBytes} + j + ${16 * half}, ${sum});`)}
    }
  }
}`,
  body: ({ n, queriesT }) =>
    eachChunk(`let rows = item * ${n * tokenBytes};
    gather(keys + rows, B + at, g * n * 4, tokens, n, ${4 * n}, ${chunkTokens});
    gather(queries + rows, C + at, g * n * 4, tokens, n, ${4 * n}, ${chunkTokens});
    transpose(keysT + rows, ${tokenBytes}, keys + rows, ${4 * n}, ${chunkTokens}, ${n});
    ${queriesT ? `transpose(queriesT + rows, ${tokenBytes}, queries + rows, ${4 * n}, ${chunkTokens}, ${n});` : ""}
    score(scores + item * ${squareBytes}, queries + rows, keysT + rows, tokens);`),
});

/**
 * The call that fills `keys`, `keysT`, `queries`, `queriesT` (where asked for) and `scores`, and their sizes: [b, g,
 * chunk, …].
 */
export function sharedByHeads(
  { b, l, g, p, n }: SsdSizes,
  { queriesT }: Pick<Config, "queriesT">,
): { readonly call: WasmCall; readonly temps: Readonly<Record<string, number>>; readonly chunks: number } {
  const wide = tileSizes({ p, n }).n;
  const chunks = Math.ceil(l / chunkTokens);
  const count = b * g * chunks;
  const rows = count * wide * tokenBytes;
  const call = wasmCall(
    ssdScoresKernel,
    { n: wide, queriesT },
    {
      B: "B",
      C: "C",
      keys: "keys",
      keysT: "keysT",
      queries: "queries",
      queriesT: queriesT ? "queriesT" : 0,
      scores: "scores",
      l,
      g,
      n,
    },
    { count },
  );
  return {
    call,
    chunks,
    temps: { keys: rows, keysT: rows, queries: rows, ...(queriesT && { queriesT: rows }), scores: count * squareBytes },
  };
}
