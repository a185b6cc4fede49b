// The scan in chunks: what a chunk adds to the state, and its outputs from the state before it and from its own tokens,
// as products of matrices. README.md has the counting.
import type { SsdSpec } from "@x/base";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { f32, optional, ptr, strideParams, u32 } from "../params.ts";
import {
  chunkFunctions,
  chunkTokens,
  outputsFunction,
  squareBytes,
  type TileSizes,
  tileSizes,
  tokenBytes,
} from "./chunk.ts";
import { configOf, decayRate, type SsdConfig, stepsFunction, scanStrides } from "./spec.ts";
import { sharedByHeads } from "./scores.ts";

interface Config extends SsdConfig {
  readonly tile: TileSizes;
}

const own = {
  ...ptr("state", "turned", "sizes", "logs", "starts", "ends"),
  ...ptr("weights", "within", "decayed", "inputs", "weightedX"),
};

const tokenBuffers = ["x", "dt", "z", "y"];

const ssdKernel = defineWasmKernel({
  name: "ssd_forward",
  params: {
    ...ptr("x", "dt", "A", "D", "z", "dtBias", "initialState", "seqIdx", "y"),
    ...ptr("finalState", "chunksB", "chunksC", "scores"),
    ...own,
    ...u32("begin", "end", "l", "h", "p", "g", "n"),
    ...f32("low", "high"),
    ...strideParams(tokenBuffers),
  },
  functions: (config: Config) =>
    [
      stepsFunction(config, false),
      chunkFunctions(config.tile),
      outputsFunction({ ...config.tile, D: config.D }, config.z),
    ].join("\n"),
  body: ({ tile, D, dtBias, initialState }) => `
  let chunks = (l + ${chunkTokens - 1}) / ${chunkTokens};
  fill_bytes(within, 0, ${squareBytes});
  for (var slot = begin; slot < end; slot += 1) {
    let batch = slot / h;
    let head = slot % h;
    let firstChunk = (batch * g + head / (h / g)) * chunks;
    let columns = head * p * 4;
    let rowsX = x + batch * batch_x + columns;
    let rowsY = y + batch * batch_y + columns;
    let rowsZ = z + batch * batch_z + columns;
    let own = slot * p * n * 4;
    let bias = ${dtBias ? "load(dtBias + head * 4)" : "0.0"};
    steps(dt + batch * batch_dt + head * 4, stride_dt, bias, ${decayRate}, seqIdx + batch * l * 4, l, low, high, sizes, logs, 0);
    fillSteps(sizes, logs, l, chunks * ${chunkTokens});
    ${
      initialState
        ? `
    gather(turned, initialState + own, n * 4, p, n, ${4 * tile.n}, ${tile.p});
    transpose(state, ${4 * tile.p}, turned, ${4 * tile.n}, ${tile.p}, ${tile.n});`
        : `fill_bytes(state, 0, ${4 * tile.p * tile.n});`
    }
    for (var chunk = 0; chunk < chunks; chunk += 1) {
      let t = chunk * ${chunkTokens};
      let tokens = min(${chunkTokens}, l - t);
      let at = rowsX + t * stride_x;
      let shared = (firstChunk + chunk) * ${tile.n * tokenBytes};
      let logDecay = reaches(logs + t * 4, sizes + t * 4, starts, ends, weights);
      decaysWithin(logs + t * 4, within, tokens);
      decayScores(decayed, scores + (firstChunk + chunk) * ${squareBytes}, within, tokens);
      weigh(inputs, at, stride_x, sizes + t * 4, tokens, p);
      weigh(weightedX, at, stride_x, weights, tokens, p);
      outputs(rowsY + t * stride_y, stride_y, at, stride_x, rowsZ + t * stride_z, stride_z, state, chunksC + shared, decayed, inputs, starts, D + ${D === "head" ? "head * 4" : "head * p * 4"}, tokens, p);
      advance(state, state, logDecay, chunksB + shared, weightedX, tokens);
    }
    transpose(turned, ${4 * tile.n}, state, ${4 * tile.p}, ${tile.n}, ${tile.p});
    scatter(finalState + own, n * 4, turned, p, n, ${4 * tile.n});
  }`,
});

function program(spec: SsdSpec): WasmProgram {
  const { b, l, h, p, g, n, dtLimit: [low, high] = [0, Infinity] } = spec;
  const tile = tileSizes(spec);
  const config: Config = { ...configOf(spec), tile };
  const { D, z, dtBias, initialState, seqIdx } = config;
  const shared = sharedByHeads(spec, { chunksCT: false });
  const temps: Record<keyof typeof own, number> = {
    state: 4 * tile.p * tile.n,
    turned: 4 * tile.p * tile.n,
    sizes: shared.chunks * tokenBytes,
    logs: shared.chunks * tokenBytes,
    starts: tokenBytes,
    ends: tokenBytes,
    weights: tokenBytes,
    within: squareBytes,
    decayed: squareBytes,
    inputs: tile.p * tokenBytes,
    weightedX: tile.p * tokenBytes,
  };
  const call = wasmCall(
    ssdKernel,
    config,
    {
      ...optional({ D: D !== "none", z, dtBias, initialState, seqIdx }),
      l,
      h,
      p,
      g,
      n,
      low,
      high,
      ...scanStrides(spec, tokenBuffers),
    },
    { count: b * h, own: Object.keys(own) },
  );
  return wasmProgram([shared.call, call], { ...shared.temps, ...temps });
}

/**
 * The selective scan over a whole sequence: buffers x, dt, A, B, C, y, finalState and, as the spec says, D, z, dtBias,
 * initialState, seqIdx.
 */
export const ssdForwardWasm: {
  readonly program: (spec: SsdSpec) => WasmProgram;
} = { program };
