// What the chunked scan and its gradient share: rows copied into tiles' sizes, decays within a chunk, the state carried
// over a chunk, outputs. Of one head and chunk: x, y and their gradients are [tokens, p], B and C [tokens, n], states
// [n, p], decays and scores [token i, token j]. README.md derives it.
import { repeat, transposeFour } from "../codegen.ts";
import { decayParts, type SsdConfig } from "./spec.ts";
import { accumulate, eachSum, scaleRows, startSums } from "./tile.ts";

/** Tokens of a chunk: longer ones make more work inside of it, shorter ones more of carrying states on. */
export const chunkTokens: number = 32;
/** Bytes of a row of what has a column for each token. */
export const tokenBytes: number = 4 * chunkTokens;
/** Bytes of a matrix of tokens by tokens. */
export const squareBytes: number = chunkTokens * tokenBytes;

/**
 * Head dim and state in memory: filled up with zeros to whole tiles. They are part of the text, so that strides are
 * constants.
 */
export interface TileSizes {
  readonly p: number;
  readonly n: number;
}

export function tileSizes({ p, n }: TileSizes): TileSizes {
  return { p: Math.ceil(p / 8) * 8, n: Math.ceil(n / 8) * 8 };
}

/** Decays below it count as 0: f32 with less than its full precision would cost hundreds of cycles each. */
const tiny = "1e-30";

/**
 * Text of a kernel over items [b, g, chunk]: `batch`, `first` and `tokens` of the chunk, and `ownColumns`, where the
 * columns of its group begin in the tokens of B, C and their gradients [b, l, g, n], in bytes.
 */
export function eachChunk(body: string): string {
  return `
  let chunks = (l + ${chunkTokens - 1}) / ${chunkTokens};
  for (var item = begin; item < end; item += 1) {
    let first = item % chunks * ${chunkTokens};
    let tokens = min(${chunkTokens}, l - first);
    let batch = item / chunks / g;
    let group = item / chunks % g;
    let ownColumns = group * n * 4;
    ${body}
  }`;
}

/**
 * `gather`: rows of `width` floats, `stride` bytes apart, become all rows of `wide` bytes, filled up with zeros;
 * `scatter`: and back. `transpose`: [rows, columns] to [columns, rows], both multiples of four, rows `strideFrom` and
 * `strideTo` bytes apart. `store8`: the first `live` of eight floats, at least 1.
 */
export const rowFunctions: string = `
@call fn gather(to: ptr, from: ptr, stride: u32, rows: u32, width: u32, wide: u32, all: u32) {
  if ((wide != width * 4) || (rows != all)) { fill_bytes(to, 0, all * wide); }
  var source = from;
  var target = to;
  for (var row = 0; row < rows; row += 1) {
    copy_bytes(target, source, width * 4);
    source += stride;
    target += wide;
  }
}
@call fn scatter(to: ptr, stride: u32, from: ptr, rows: u32, width: u32, wide: u32) {
  var source = from;
  var target = to;
  for (var row = 0; row < rows; row += 1) {
    copy_bytes(target, source, width * 4);
    source += wide;
    target += stride;
  }
}
@call fn transpose(to: ptr, strideTo: u32, from: ptr, strideFrom: u32, rows: u32, columns: u32) {
  for (var row = 0; row < rows; row += 4) {
    var source = from + row * strideFrom;
    var target = to + row * 4;
    for (var left = columns; left > 0; left -= 4) {
      ${transposeFour(
        [
          "load4(source)",
          "load4(source + strideFrom)",
          "load4(source + 2 * strideFrom)",
          "load4(source + 3 * strideFrom)",
        ],
        (i, vector) => `store4(target + ${i} * strideTo, ${vector});`,
      )}
      source += 16;
      target += 4 * strideTo;
    }
  }
}
fn store_live(p: ptr, v: vec4f, live: u32) {
  if (live >= 4) { store4(p, v); } else { store_first(p, v, live); }
}
fn store8(p: ptr, low: vec4f, high: vec4f, live: u32) {
  if (live >= 8) {
    store4(p, low);
    store4(p + 16, high);
  } else {
    store_live(p, low, live);
    if (live > 4) { store_first(p + 16, high, live - 4); }
  }
}
`;

/**
 * Decays of one chunk. What reaches over it is of sums of log decays: products of rounded decays would carry their
 * rounding into the state, chunk after chunk.
 *
 * - `reaches`: from the chunk's start through each token, from after each token to the chunk's end, and the latter times
 *   dt; returns the log decay of the chunk.
 * - `decaysWithin`: from after token j through token i, for j ≤ i, in whole tiles. What is right of the diagonal's vector
 *   is 0 already, and stays so.
 * - `decayScores`: scores times decays, in whole tiles; 0 where no decay leads, whatever the score.
 * - `fillSteps`: tokens beyond the sequence have dt = 0 and decay 1, and change nothing.
 */
const decayFunctions = `
@call fn reaches(logs: ptr, dt: ptr, starts: ptr, ends: ptr, weights: ptr) -> f32 {
  var through: f32 = 0.0;
  for (var t = 0; t < ${tokenBytes}; t += 4) {
    through = through + load(logs + t);
    store(starts + t, through);
  }
  var after: f32 = 0.0;
  for (var t = ${tokenBytes}; t > 0; t -= 4) {
    store(ends + t - 4, after);
    after = after + load(logs + t - 4);
  }
  for (var t = 0; t < ${tokenBytes}; t += 16) {
    let start = decay(load4(starts + t));
    let end = decay(load4(ends + t));
    store4(starts + t, unless(start, start < ${tiny}));
    store4(ends + t, unless(end, end < ${tiny}));
    store4(weights + t, load4(ends + t) * load4(dt + t));
  }
  return through;
}
@call fn decaysWithin(logs: ptr, within: ptr, tokens: u32) {
  var row = within;
  for (var i = 0; i < (tokens + 3) / 4 * 4; i += 1) {
    let own = decay(load_splat(logs + i * 4));
    let diagonal = (i >> 2) << 4;
    for (var j = 0; j < diagonal; j += 16) {
      let v = own * load4(row - ${tokenBytes} + j);
      store4(row + j, unless(v, v < ${tiny}));
    }
    let last = own * load4(row - ${tokenBytes} + diagonal);
    store4(row + diagonal, first_lanes(unless(last, last < ${tiny}), i & 3, 0.0));
    store(row + i * 4, 1.0);
    row += ${tokenBytes};
  }
}
@call fn decayScores(decayed: ptr, scores: ptr, within: ptr, tokens: u32) {
  for (var i = 0; i < (tokens + 3) / 4 * 4; i += 1) {
    let row = i * ${tokenBytes};
    for (var at = row; at <= row + i * 4; at += 32) {
      ${repeat(
        2,
        (half) => `
      let decay${half} = load4(within + at + ${16 * half});
      store4(decayed + at + ${16 * half}, unless(load4(scores + at + ${16 * half}) * decay${half}, decay${half} == 0.0));`,
      )}
    }
  }
}
@call fn fillSteps(dt: ptr, logs: ptr, from: u32, to: u32) {
  for (var t = from * 4; t < to * 4; t += 4) {
    store(dt + t, 0.0);
    store(logs + t, 0.0);
  }
}`;

/**
 * The functions of forward and backward. `weigh`: rows of p floats, each times its weight. `advance`: the state over a
 * chunk, to = decay·from + Σ chunksB ⊗ weightedX; the sum comes first, and rounds by its own size.
 */
export function chunkFunctions({ p, n }: TileSizes): string {
  return `${rowFunctions}${decayParts}${decayFunctions}
@call fn weigh(to: ptr, from: ptr, stride: u32, weights: ptr, tokens: u32, p: u32) {
  if (p != ${p}) { fill_bytes(to, 0, tokens * ${4 * p}); }
  var source = from;
  var target = to;
  let whole = (p >> 2) << 4;
  for (var t = 0; t < tokens * 4; t += 4) {
    let weight = load_splat(weights + t);
    for (var i = 0; i < whole; i += 16) { store4(target + i, weight * load4(source + i)); }
    if (whole != p * 4) { store_first(target + whole, weight * load4(source + whole), p & 3); }
    source += stride;
    target += ${4 * p};
  }
}
@call fn advance(to: ptr, from: ptr, logDecay: f32, chunksB: ptr, weightedX: ptr, tokens: u32) {
  let none = decay(logDecay) < ${tiny};
  let kept = vec4f(select(decay_kept(logDecay), 0.0, none));
  let rest = vec4f(select(decay_rest(logDecay), 0.0, none));
  for (var row = 0; row < ${n}; row += 4) {
    for (var column = 0; column < ${4 * p}; column += 32) {
      let at = row * ${4 * p} + column;
      ${startSums()}
      ${accumulate({ a: "chunksB + row * 4", rowA: 4, stepA: 4 * n, b: "weightedX + column", stepB: 4 * p, count: "tokens" })}
      ${eachSum((r, half, sum) => {
        const offset = r * 4 * p + 16 * half;
        return `let held${r}${half} = load4(from + at + ${offset});
      store4(to + at + ${offset}, fma(kept, held${r}${half}, fma(rest, held${r}${half}, ${sum})));`;
      })}
    }
  }
}`;
}

/** The vectors of D from byte `column` on, as `skip0` and `skip1`. */
export function skipText({ D }: Pick<SsdConfig, "D">): string {
  if (D === "none") return "";
  return repeat(
    2,
    (half) => `let skip${half} = ${D === "head" ? "load_splat(skip)" : `load4(skip + column + ${16 * half})`};`,
  );
}

/**
 * `outputs`: y of a chunk, from the state that enters it and from its own tokens (`inputs`: dt·x); times silu(z) where
 * `gate`.
 */
export function outputsFunction({ p, n, D }: TileSizes & Pick<SsdConfig, "D">, gate: boolean): string {
  const output = (row: number, half: number): string => {
    const scanned = D === "none" ? `s${row}${half}` : `fma(skip${half}, load4(x + at + ${16 * half}), s${row}${half})`;
    return gate ? `${scanned} * silu(load4(z + atZ + ${16 * half}))` : scanned;
  };
  return `
@call fn outputs(
  y: ptr, strideY: u32, x: ptr, strideX: u32, z: ptr, strideZ: u32, state: ptr, chunksC: ptr, decayed: ptr, inputs: ptr, starts: ptr, skip: ptr, tokens: u32, p: u32
) {
  for (var column = 0; column < p * 4; column += 32) {
    let live = p - column / 4;
    ${skipText({ D })}
    for (var i = 0; i < tokens; i += 4) {
      ${startSums()}
      ${accumulate({ a: `chunksC + i * ${4 * n}`, rowA: 4 * n, stepA: 4, b: "state + column", stepB: 4 * p, count: String(n) })}
      ${scaleRows("starts + i * 4")}
      ${accumulate({ a: `decayed + i * ${tokenBytes}`, rowA: tokenBytes, stepA: 4, b: "inputs + column", stepB: 4 * p, count: "min(i + 4, tokens)" })}
      ${repeat(
        4,
        (row) => `
      if (i + ${row} < tokens) {
        ${D === "none" ? "" : `let at = (i + ${row}) * strideX + column;`}
        ${gate ? `let atZ = (i + ${row}) * strideZ + column;` : ""}
        store8(y + (i + ${row}) * strideY + column, ${output(row, 0)}, ${output(row, 1)}, live);
      }`,
      )}
    }
  }
}`;
}
