// The kernel of the gradient of the scan in chunks: for each head the states that enter its chunks, forwards; then,
// backwards, the adjoint states λ and with both every gradient of a chunk.
import { defineWasmKernel } from "../kernel.ts";
import { f32, ptr, strideParams, u32 } from "../params.ts";
import { chunkFunctions, chunkTokens, outputsFunction, squareBytes, type TileSizes, tokenBytes } from "./chunk.ts";
import { addSkips, decayGradients, gateFunction, inputGradients, pairs, throughStates } from "./chunk-backward.ts";
import { decayRate, type SsdConfig, stepsFunction } from "./spec.ts";

export interface BackwardConfig extends SsdConfig {
  readonly gradFinalState: boolean;
  readonly tile: TileSizes;
}

/** The buffers of tokens, which may be views. */
export const backwardTokens = ["x", "dt", "z", "gradY", "gradX", "gradDt", "gradZ"] as const;

/** What each thread has for itself: of a head, then of a chunk. */
export const ownTemps = {
  ...ptr("states", "lambda", "turned", "sizes", "logs", "slopes", "gradLogs", "inners", "skips", "outputs"),
  ...ptr("starts", "ends", "weights", "within", "decayed", "products", "inputs", "weightedX"),
  ...ptr("rowsX", "rowsY", "xT", "gradYT", "sums"),
};

export const ssdBackwardKernel = defineWasmKernel({
  name: "ssd_backward",
  params: {
    ...ptr("x", "dt", "A", "D", "z", "dtBias", "initialState", "seqIdx", "gradY", "gradFinalState"),
    ...ptr("gradX", "gradDt", "gradA", "gradD", "gradZ", "gradDtBias", "gradInitialState"),
    ...ptr("chunksB", "chunksBT", "chunksC", "chunksCT", "scores", "gradChunksB", "gradChunksC", "gradScores"),
    ...ownTemps,
    ...u32("begin", "end", "b", "l", "h", "p", "g", "n", "perPart"),
    ...f32("low", "high"),
    ...strideParams(backwardTokens),
  },
  functions: (config: BackwardConfig) =>
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
    // An item is part `part` of the heads of a group of a batch: they share B and C, and the sums of their gradients.
    return `
  let chunks = (l + ${chunkTokens - 1}) / ${chunkTokens};
  let perGroup = h / g;
  let parts = (perGroup + perPart - 1) / perPart;
  fill_bytes(within, 0, ${squareBytes});
  for (var item = begin; item < end; item += 1) {
    let part = item % parts;
    let batch = item / parts / g;
    let group = item / parts % g;
    let firstChunk = (batch * g + group) * chunks;
    let firstSum = part * b * g * chunks + firstChunk;
    fill_bytes(gradChunksB + firstSum * ${sharedBytes}, 0, chunks * ${sharedBytes});
    fill_bytes(gradChunksC + firstSum * ${sharedBytes}, 0, chunks * ${sharedBytes});
    fill_bytes(gradScores + firstSum * ${squareBytes}, 0, chunks * ${squareBytes});
    let lastHead = group * perGroup + min((part + 1) * perPart, perGroup);
    for (var head = group * perGroup + part * perPart; head < lastHead; head += 1) {
      let slot = batch * h + head;
      let columnsOfHead = head * p * 4;
      let tokensX = x + batch * batch_x + columnsOfHead;
      let tokensGradX = gradX + batch * batch_gradX + columnsOfHead;
      let tokensGradY = gradY + batch * batch_gradY + columnsOfHead;
      let own = slot * p * n * 4;
      let bias = ${dtBias ? "load(dtBias + head * 4)" : "0.0"};
      let a = ${decayRate};
      let skip = D + ${D === "head" ? "head * 4" : "head * p * 4"};
      steps(dt + batch * batch_dt + head * 4, stride_dt, bias, a, seqIdx + batch * l * 4, l, low, high, sizes, logs, slopes);
      fillSteps(sizes, logs, l, chunks * ${chunkTokens});

      ${initialState ? take("states", "initialState") : zero("states")}
      for (var chunk = 0; chunk < ${z ? "chunks" : "chunks - 1"}; chunk += 1) {
        let t = chunk * ${chunkTokens};
        let tokens = min(${chunkTokens}, l - t);
        let at = tokensX + t * stride_x;
        let state = states + chunk * ${stateBytes};
        let shared = (firstChunk + chunk) * ${sharedBytes};
        let logDecay = reaches(logs + t * 4, sizes + t * 4, starts, ends, weights);
        ${
          z
            ? `
        decaysWithin(logs + t * 4, within, tokens);
        decayScores(decayed, scores + (firstChunk + chunk) * ${squareBytes}, within, tokens);
        weigh(inputs, at, stride_x, sizes + t * 4, tokens, p);
        outputs(outputs + t * ${4 * tile.p}, ${4 * tile.p}, at, stride_x, 0, 0, state, chunksC + shared, decayed, inputs, starts, skip, tokens, p);`
            : ""
        }
        weigh(weightedX, at, stride_x, weights, tokens, p);
        advance(state + ${stateBytes}, state, logDecay, chunksB + shared, weightedX, tokens);
      }
      ${
        z
          ? `
      gate(
        outputs, ${4 * tile.p}, tokensGradY, stride_gradY, z + batch * batch_z + columnsOfHead, stride_z,
        gradZ + batch * batch_gradZ + columnsOfHead, stride_gradZ, l, p
      );
      let arrived = outputs;
      let strideY = ${4 * tile.p};`
          : `
      let arrived = tokensGradY;
      let strideY = stride_gradY;`
      }

      ${gradFinalState ? take("lambda", "gradFinalState") : zero("lambda")}
      fill_bytes(skips, 0, ${8 * tile.p});
      for (var left = chunks; left > 0; left -= 1) {
        let chunk = left - 1;
        let t = chunk * ${chunkTokens};
        let tokens = min(${chunkTokens}, l - t);
        let at = tokensX + t * stride_x;
        let state = states + chunk * ${stateBytes};
        let shared = (firstChunk + chunk) * ${sharedBytes};
        let sum = (firstSum + chunk) * ${sharedBytes};
        let logDecay = reaches(logs + t * 4, sizes + t * 4, starts, ends, weights);
        decaysWithin(logs + t * 4, within, tokens);
        decayScores(decayed, scores + (firstChunk + chunk) * ${squareBytes}, within, tokens);
        gather(rowsX, at, stride_x, tokens, p, ${4 * tile.p}, ${chunkTokens});
        gather(rowsY, arrived + t * strideY, strideY, tokens, p, ${4 * tile.p}, ${chunkTokens});
        transpose(xT, ${tokenBytes}, rowsX, ${4 * tile.p}, ${chunkTokens}, ${tile.p});
        transpose(gradYT, ${tokenBytes}, rowsY, ${4 * tile.p}, ${chunkTokens}, ${tile.p});
        fill_bytes(sums, 0, ${4 * tokenBytes});
        let columns = sums;
        let rectangles = sums + ${tokenBytes};
        let dotsB = sums + ${2 * tokenBytes};
        let dotsC = sums + ${3 * tokenBytes};

        inputGradients(tokensGradX + t * stride_gradX, stride_gradX, lambda, chunksB + shared, decayed, rowsY, ends, sizes + t * 4, skip, tokens, p);
        pairs(rowsY, xT, within, decayed, sizes + t * 4, gradScores + (firstSum + chunk) * ${squareBytes}, columns, products, tokens, p);
        throughStates(lambda, xT, chunksBT + shared, weights, gradChunksB + sum, dotsB, tokens, p);
        throughStates(state, gradYT, chunksCT + shared, starts, gradChunksC + sum, dotsC, tokens, p);

        addRectangles(rectangles, products, tokens);
        chunkDecays(
          rectangles, dotsB, dotsC, columns, starts, ends, weights, load(starts + ${tokenBytes - 4}) * inner(state, lambda, ${stateBytes}), gradLogs + t * 4, inners + t * 4, tokens
        );
        ${D === "none" ? "" : "addSkips(skips, rowsY, rowsX, tokens);"}
        ${initialState ? "" : "if (chunk > 0) {"}
        weigh(weightedX, rowsY, ${4 * tile.p}, starts, tokens, p);
        advance(lambda, lambda, logDecay, chunksC + shared, weightedX, tokens);
        ${initialState ? "" : "}"}
      }
      let gradBias = ${dtBias ? "gradDtBias + slot * 4" : "0"};
      sumTokens(a, l, sizes, slopes, gradLogs, inners, gradDt + batch * batch_gradDt + head * 4, stride_gradDt, gradA + slot * 4, gradBias);
      ${
        initialState
          ? `
      transpose(turned, ${4 * tile.n}, lambda, ${4 * tile.p}, ${tile.n}, ${tile.p});
      scatter(gradInitialState + own, n * 4, turned, p, n, ${4 * tile.n});`
          : ""
      }
      ${D === "none" ? "" : "endSkips(skips);"}
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
