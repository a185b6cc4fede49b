// Gradient of the scan in chunks: for each head the states that enter its chunks, forwards; then, backwards, the
// adjoint states λ and with both every gradient of a chunk.
import type { SsdBackwardSpec } from "@x/base";
import { defineWasmKernel, wasmCall, type WasmProgram } from "../kernel.ts";
import { sumOfParts } from "../reduce/partial.ts";
import {
  chunkFunctions,
  chunkTokens,
  outputsFunction,
  squareBytes,
  type TileSizes,
  tileSizes,
  tokenBytes,
} from "./chunk.ts";
import { addSkips, decayGradients, gateFunction, inputGradients, pairs, throughStates } from "./chunk-backward.ts";
import { configOf, decayRate, type SsdConfig, stepsFunction } from "./spec.ts";
import { sharedByHeads } from "./scores.ts";
import { sharedGradients } from "./shared-backward.ts";

interface Config extends SsdConfig {
  readonly gradFinalState: boolean;
  readonly tile: TileSizes;
}

/** What each thread has for itself: of a head, then of a chunk. */
const own = [
  "states",
  "lambda",
  "turned",
  "sizes",
  "decays",
  "slopes",
  "gradLogs",
  "inners",
  "skips",
  "outputs",
  "starts",
  "ends",
  "weights",
  "within",
  "decayed",
  "products",
  "inputs",
  "values",
  "rowsX",
  "rowsY",
  "xT",
  "gradYT",
  "sums",
] as const;

const ssdBackwardKernel = defineWasmKernel({
  name: "ssd_backward",
  params: {
    x: "ptr",
    dt: "ptr",
    A: "ptr",
    D: "ptr",
    z: "ptr",
    dtBias: "ptr",
    initialState: "ptr",
    seqIdx: "ptr",
    gradY: "ptr",
    gradFinalState: "ptr",
    gradX: "ptr",
    gradDt: "ptr",
    gradA: "ptr",
    gradD: "ptr",
    gradZ: "ptr",
    gradDtBias: "ptr",
    gradInitialState: "ptr",
    keys: "ptr",
    keysT: "ptr",
    queries: "ptr",
    queriesT: "ptr",
    scores: "ptr",
    gradKeys: "ptr",
    gradQueries: "ptr",
    gradScores: "ptr",
    states: "ptr",
    lambda: "ptr",
    turned: "ptr",
    sizes: "ptr",
    decays: "ptr",
    slopes: "ptr",
    gradLogs: "ptr",
    inners: "ptr",
    skips: "ptr",
    outputs: "ptr",
    starts: "ptr",
    ends: "ptr",
    weights: "ptr",
    within: "ptr",
    decayed: "ptr",
    products: "ptr",
    inputs: "ptr",
    values: "ptr",
    rowsX: "ptr",
    rowsY: "ptr",
    xT: "ptr",
    gradYT: "ptr",
    sums: "ptr",
    begin: "u32",
    end: "u32",
    b: "u32",
    l: "u32",
    h: "u32",
    p: "u32",
    g: "u32",
    n: "u32",
    perPart: "u32",
    low: "f32",
    high: "f32",
  },
  functions: (config: Config) =>
    [
      stepsFunction(config, true),
      chunkFunctions(config.tile),
      config.z ? outputsFunction({ ...config.tile, D: config.D }, false) + gateFunction : "",
      inputGradients({ ...config.tile, D: config.D }),
      throughStates(config.tile),
      pairs(config.tile),
      decayGradients,
      config.D === "none" ? "" : addSkips(config.tile),
    ].join("\n"),
  body: ({ tile, D, z, dtBias, initialState, gradFinalState }) => {
    const stateBytes = 4 * tile.p * tile.n;
    const sharedBytes = tile.n * tokenBytes;
    // p × n in the order of a tensor → the order of the kernel
    const take = (to: string, from: string): string => `
      gather(turned, ${from} + own, n * 4, p, n, ${4 * tile.n}, ${tile.p});
      transpose(${to}, ${4 * tile.p}, turned, ${4 * tile.n}, ${tile.p}, ${tile.n});`;
    const zero = (name: string): string => `fill_bytes(${name}, 0, ${stateBytes});`;
    return `
  let chunks = (l + ${chunkTokens - 1}) / ${chunkTokens};
  let perGroup = h / g;
  let strideX = h * p * 4;
  let parts = (perGroup + perPart - 1) / perPart;
  fill_bytes(within, 0, ${squareBytes});
  for (var item = begin; item < end; item += 1) {
    // Part "part" of the heads of a group of a batch: they share B and C, and the sums of their gradients.
    let part = item % parts;
    let batch = item / parts / g;
    let group = item / parts % g;
    let firstChunk = (batch * g + group) * chunks;
    let firstSum = part * b * g * chunks + firstChunk;
    fill_bytes(gradKeys + firstSum * ${sharedBytes}, 0, chunks * ${sharedBytes});
    fill_bytes(gradQueries + firstSum * ${sharedBytes}, 0, chunks * ${sharedBytes});
    fill_bytes(gradScores + firstSum * ${squareBytes}, 0, chunks * ${squareBytes});
    let lastHead = group * perGroup + min((part + 1) * perPart, perGroup);
    for (var head = group * perGroup + part * perPart; head < lastHead; head += 1) {
      let slot = batch * h + head;
      let from = (batch * l * h + head) * p * 4;
      let own = slot * p * n * 4;
      let token = (batch * l * h + head) * 4;
      let bias = ${dtBias ? "load(dtBias + head * 4)" : "0.0"};
      let a = ${decayRate};
      let skip = D + ${D === "head" ? "head * 4" : "head * p * 4"};
      steps(dt + token, h * 4, bias, a, seqIdx + batch * l * 4, l, low, high, sizes, decays, slopes);
      fillSteps(sizes, decays, l, chunks * ${chunkTokens});

      ${initialState ? take("states", "initialState") : zero("states")}
      for (var chunk = 0; chunk < ${z ? "chunks" : "chunks - 1"}; chunk += 1) {
        let t = chunk * ${chunkTokens};
        let tokens = min(${chunkTokens}, l - t);
        let at = from + t * strideX;
        let state = states + chunk * ${stateBytes};
        let shared = (firstChunk + chunk) * ${sharedBytes};
        reaches(decays + t * 4, sizes + t * 4, starts, ends, weights);
        ${
          z
            ? `
        decaysWithin(decays + t * 4, within, tokens);
        decayScores(decayed, scores + (firstChunk + chunk) * ${squareBytes}, within, tokens);
        weigh(inputs, x + at, strideX, sizes + t * 4, tokens, p);
        outputs(outputs + t * ${4 * tile.p}, ${4 * tile.p}, x + at, 0, strideX, state, queries + shared, decayed, inputs, starts, skip, tokens, p);`
            : ""
        }
        weigh(values, x + at, strideX, weights, tokens, p);
        advance(state + ${stateBytes}, state, load(starts + ${tokenBytes - 4}), keys + shared, values, tokens);
      }
      ${
        z
          ? `
      gate(outputs, ${4 * tile.p}, gradY + from, z + from, gradZ + from, strideX, l, p);
      let arrived = outputs;
      let strideY = ${4 * tile.p};`
          : `
      let arrived = gradY + from;
      let strideY = strideX;`
      }

      ${gradFinalState ? take("lambda", "gradFinalState") : zero("lambda")}
      fill_bytes(skips, 0, ${4 * tile.p});
      for (var left = chunks; left > 0; left -= 1) {
        let chunk = left - 1;
        let t = chunk * ${chunkTokens};
        let tokens = min(${chunkTokens}, l - t);
        let at = from + t * strideX;
        let state = states + chunk * ${stateBytes};
        let shared = (firstChunk + chunk) * ${sharedBytes};
        let sum = (firstSum + chunk) * ${sharedBytes};
        reaches(decays + t * 4, sizes + t * 4, starts, ends, weights);
        decaysWithin(decays + t * 4, within, tokens);
        decayScores(decayed, scores + (firstChunk + chunk) * ${squareBytes}, within, tokens);
        gather(rowsX, x + at, strideX, tokens, p, ${4 * tile.p}, ${chunkTokens});
        gather(rowsY, arrived + t * strideY, strideY, tokens, p, ${4 * tile.p}, ${chunkTokens});
        transpose(xT, ${tokenBytes}, rowsX, ${4 * tile.p}, ${chunkTokens}, ${tile.p});
        transpose(gradYT, ${tokenBytes}, rowsY, ${4 * tile.p}, ${chunkTokens}, ${tile.p});
        fill_bytes(sums, 0, ${4 * tokenBytes});
        let columns = sums;
        let rectangles = sums + ${tokenBytes};
        let dotsB = sums + ${2 * tokenBytes};
        let dotsC = sums + ${3 * tokenBytes};

        inputGradients(gradX + at, strideX, lambda, keys + shared, decayed, rowsY, ends, sizes + t * 4, skip, tokens, p);
        pairs(rowsY, xT, within, decayed, sizes + t * 4, gradScores + (firstSum + chunk) * ${squareBytes}, columns, products, tokens, p);
        throughStates(lambda, xT, keysT + shared, weights, gradKeys + sum, dotsB, tokens, p);
        throughStates(state, gradYT, queriesT + shared, starts, gradQueries + sum, dotsC, tokens, p);

        let keep = load(starts + ${tokenBytes - 4});
        addRectangles(rectangles, products, tokens);
        chunkDecays(
          rectangles, dotsB, dotsC, columns, starts, ends, weights, keep * inner(state, lambda, ${stateBytes}), gradLogs + t * 4, inners + t * 4, tokens
        );
        ${D === "none" ? "" : "addSkips(skips, rowsY, rowsX, tokens);"}
        ${initialState ? "" : "if (chunk > 0) {"}
        weigh(values, rowsY, ${4 * tile.p}, starts, tokens, p);
        advance(lambda, lambda, keep, queries + shared, values, tokens);
        ${initialState ? "" : "}"}
      }
      let gradBias = ${dtBias ? "gradDtBias + slot * 4" : "0"};
      sumTokens(a, l, sizes, slopes, gradLogs, inners, gradDt + token, h * 4, gradA + slot * 4, gradBias);
      ${
        initialState
          ? `
      transpose(turned, ${4 * tile.n}, lambda, ${4 * tile.p}, ${tile.n}, ${tile.p});
      scatter(gradInitialState + own, n * 4, turned, p, n, ${4 * tile.n});`
          : ""
      }
      ${
        D === "head"
          ? `
      var skipSum: f32 = 0.0;
      for (var k = 0; k < p; k += 1) { skipSum += load(skips + k * 4); }
      store(gradD + slot * 4, skipSum);`
          : D === "channel"
            ? "copy_bytes(gradD + slot * p * 4, skips, p * 4);"
            : ""
      }
    }
  }`;
  },
});

/**
 * The heads of a group are cut into parts until there are this many items for threads to share, whatever their number.
 */
const leastItems = 8;

function program(spec: SsdBackwardSpec): WasmProgram {
  const { b, l, h, p, g, n, dtLimit: [low, high] = [0, Infinity], gradFinalState = false } = spec;
  const tile = tileSizes(spec);
  const config: Config = { ...configOf(spec), gradFinalState, tile };
  const { D, z, dtBias, initialState, seqIdx } = config;
  const perPart = Math.ceil(h / g / Math.max(1, Math.ceil(leastItems / (b * g))));
  const parts = Math.ceil(h / g / perPart);
  const shared = sharedByHeads(spec, { queriesT: true });
  const joined = sharedGradients(spec, parts);
  const state = 4 * tile.p * tile.n;
  const tokens = shared.chunks * tokenBytes;
  const rows = tile.p * tokenBytes;
  const temps: Record<(typeof own)[number], number> = {
    states: (shared.chunks + 1) * state,
    lambda: state,
    turned: state,
    sizes: tokens,
    decays: tokens,
    slopes: tokens,
    gradLogs: tokens,
    inners: tokens,
    skips: 4 * tile.p,
    outputs: z ? shared.chunks * rows : 0,
    starts: tokenBytes,
    ends: tokenBytes,
    weights: tokenBytes,
    within: squareBytes,
    decayed: squareBytes,
    products: squareBytes,
    inputs: z ? rows : 0,
    values: rows,
    rowsX: rows,
    rowsY: rows,
    xT: rows,
    gradYT: rows,
    sums: 4 * tokenBytes,
  };
  // Each batch sums for itself what all of them share; sums over batches follow, in order.
  const sums = {
    gradA: sumOfParts("gradA", b, h),
    ...(dtBias && { gradDtBias: sumOfParts("gradDtBias", b, h) }),
    ...(D !== "none" && { gradD: sumOfParts("gradD", b, D === "head" ? h : h * p) }),
  };
  const call = wasmCall(
    ssdBackwardKernel,
    config,
    {
      x: "x",
      dt: "dt",
      A: "A",
      D: D === "none" ? 0 : "D",
      z: z ? "z" : 0,
      dtBias: dtBias ? "dtBias" : 0,
      initialState: initialState ? "initialState" : 0,
      seqIdx: seqIdx ? "seqIdx" : 0,
      gradY: "gradY",
      gradFinalState: gradFinalState ? "gradFinalState" : 0,
      gradX: "gradX",
      gradDt: "gradDt",
      gradA: sums.gradA.partial,
      gradD: sums.gradD?.partial ?? 0,
      gradZ: z ? "gradZ" : 0,
      gradDtBias: sums.gradDtBias?.partial ?? 0,
      gradInitialState: initialState ? "gradInitialState" : 0,
      keys: "keys",
      keysT: "keysT",
      queries: "queries",
      queriesT: "queriesT",
      scores: "scores",
      gradKeys: "gradKeys",
      gradQueries: "gradQueries",
      gradScores: "gradScores",
      ...(Object.fromEntries(own.map((name) => [name, name])) as Record<(typeof own)[number], string>),
      b,
      l,
      h,
      p,
      g,
      n,
      perPart,
      low,
      high,
    },
    { count: b * g * parts, own },
  );
  return {
    temps: Object.assign(
      {},
      shared.temps,
      joined.temps,
      temps,
      ...Object.values(sums).map((sum) => sum.temps),
    ) as Record<string, number>,
    calls: [shared.call, call, joined.call, ...Object.values(sums).flatMap((sum) => sum.calls)],
  };
}

/**
 * Gradients of {@link ssdForwardWasm}'s inputs: buffers as there, gradY, gradFinalState, and a `grad…` of every input
 * given.
 */
export const ssdBackwardWasm: {
  readonly program: (spec: SsdBackwardSpec) => WasmProgram;
} = {
  program,
};
