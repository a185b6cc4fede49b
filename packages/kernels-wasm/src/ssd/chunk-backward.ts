// The products and sums of the gradient, of one head and chunk. Formulas (11) to (24) of the derivation, in the layouts
// of chunk.ts; T denotes a transpose.
import { addToLongSum, longSum, repeat } from "../codegen.ts";
import { skipText, type TileSizes, tokenBytes } from "./chunk.ts";
import type { SsdConfig } from "./spec.ts";
import { accumulate, eachSum, scaleRows, startSums } from "./tile.ts";

/**
 * `inputGradients`: gradX = dt · (decay to the chunk's end · λ·B + Σ over later tokens of decayed scores · gradY) +
 * D·gradY.
 */
export function inputGradients({ p, n, D }: TileSizes & Pick<SsdConfig, "D">): string {
  const output = (row: number, half: number): string => {
    const scaled = `size * s${row}${half}`;
    return D === "none"
      ? scaled
      : `fma(skip${half}, load4(gradY + (j + ${row}) * ${4 * p} + column + ${16 * half}), ${scaled})`;
  };
  return `
@call fn inputGradients(
  gradX: ptr, strideX: u32, lambda: ptr, chunksB: ptr, decayed: ptr, gradY: ptr, ends: ptr, dt: ptr, skip: ptr, tokens: u32, p: u32
) {
  for (var column = 0; column < p * 4; column += 32) {
    let live = p - column / 4;
    ${skipText({ D })}
    for (var j = 0; j < tokens; j += 4) {
      ${startSums()}
      ${accumulate({ a: `chunksB + j * ${4 * n}`, rowA: 4 * n, stepA: 4, b: "lambda + column", stepB: 4 * p, count: String(n) })}
      ${scaleRows("ends + j * 4")}
      ${accumulate({ a: `decayed + j * ${tokenBytes + 4}`, rowA: 4, stepA: tokenBytes, b: `gradY + j * ${4 * p} + column`, stepB: 4 * p, count: "tokens - j" })}
      ${repeat(
        4,
        (row) => `
      if (j + ${row} < tokens) {
        let size = load_splat(dt + (j + ${row}) * 4);
        store8(gradX + (j + ${row}) * strideX + column, ${output(row, 0)}, ${output(row, 1)}, live);
      }`,
      )}
    }
  }
}`;
}

/**
 * `throughStates`: R = state·rowsTᵀ, what tokens outside of the chunk do to the gradient of B (λ and x) or C (the state
 * before the chunk and gradY): `sums` += scale·R, and of each token its product with its own B or C, in `dots`.
 */
export function throughStates({ p, n }: TileSizes): string {
  return `
@call fn throughStates(state: ptr, rowsT: ptr, sharedT: ptr, scale: ptr, sums: ptr, dots: ptr, tokens: u32, p: u32) {
  for (var row = 0; row < ${n}; row += 4) {
    for (var j = 0; j < tokens * 4; j += 32) {
      ${startSums()}
      ${accumulate({ a: `state + row * ${4 * p}`, rowA: 4 * p, stepA: 4, b: "rowsT + j", stepB: tokenBytes, count: "p" })}
      let at = row * ${tokenBytes} + j;
      ${repeat(
        2,
        (half) => `
      let scale${half} = load4(scale + j + ${16 * half});
      var dot${half} = load4(dots + j + ${16 * half});
      ${repeat(
        4,
        (r) => `
      dot${half} = fma(load4(sharedT + at + ${r * tokenBytes + 16 * half}), s${r}${half}, dot${half});
      store4(sums + at + ${r * tokenBytes + 16 * half}, fma(scale${half}, s${r}${half}, load4(sums + at + ${r * tokenBytes + 16 * half})));`,
      )}
      store4(dots + j + ${16 * half}, dot${half});`,
      )}
    }
  }
}`;
}

/**
 * `pairs`: gradY_i · x_j of the pairs j ≤ i, times their decay: with dt into the gradient of the scores; with the score
 * summed over i (`columns`), and with dt, too, the `products` of which the decays' gradients are sums.
 */
export function pairs({ p }: TileSizes): string {
  return `
@call fn pairs(
  gradY: ptr, xT: ptr, within: ptr, decayed: ptr, dt: ptr, gradScores: ptr, columns: ptr, products: ptr, tokens: u32, p: u32
) {
  for (var i = 0; i < tokens; i += 4) {
    for (var j = 0; j <= i * 4; j += 32) {
      ${startSums()}
      ${accumulate({ a: `gradY + i * ${4 * p}`, rowA: 4 * p, stepA: 4, b: "xT + j", stepB: tokenBytes, count: "p" })}
      ${repeat(
        2,
        (half) => `
      let size${half} = load4(dt + j + ${16 * half});
      var column${half} = load4(columns + j + ${16 * half});`,
      )}
      ${eachSum(
        (row, half, sum) => `{
        let at = (i + ${row}) * ${tokenBytes} + j + ${16 * half};
        let decay = load4(within + at);
        let none = decay == 0.0;
        store4(gradScores + at, fma(unless(${sum} * decay, none), size${half}, load4(gradScores + at)));
        let product = unless(${sum} * load4(decayed + at), none);
        column${half} = column${half} + product;
        store4(products + at, product * size${half});
      }`,
      )}
      ${repeat(2, (half) => `store4(columns + j + ${16 * half}, column${half});`)}
    }
  }
}`;
}

/**
 * Gradients of the decays and what else dt's gradient needs; the last function sums them over the tokens of a head.
 *
 * `rectangles[m]` is the sum of the products of pairs j < m ≤ i, whose decay contains that of token m. `chunkDecays`: the gradient of each log
 * decay, and of dt apart from it; x's way out of the chunk has the decays after it, C's way in those up to it; ⟨S, λ⟩ has them all.
 */
export const decayGradients: string = `
@call fn addRectangles(rectangles: ptr, products: ptr, tokens: u32) {
  let zero = vec4f(0.0);
  var row = products;
  for (var i = 0; i < tokens; i += 1) {
    var left = zero;
    for (var m = 0; m <= i * 4; m += 16) {
      let v = load4(row + m);
      let two = v + shuffle(zero, v, 3, 4, 5, 6);
      let prefix = two + shuffle(zero, two, 2, 3, 4, 5);
      let before = left + shuffle(zero, prefix, 3, 4, 5, 6);
      store4(rectangles + m, load4(rectangles + m) + first_lanes(before, i + 1 - m / 4, 0.0));
      left = left + shuffle(prefix, prefix, 3, 3, 3, 3);
    }
    row += ${tokenBytes};
  }
}
@call fn chunkDecays(
  rectangles: ptr, dotsB: ptr, dotsC: ptr, columns: ptr, starts: ptr, ends: ptr, weights: ptr, passing: f32, gradLogs: ptr, inners: ptr, tokens: u32
) {
  var before = passing;
  for (var m = 0; m < tokens * 4; m += 4) {
    store(gradLogs + m, load(rectangles + m) + before);
    before += load(weights + m) * load(dotsB + m);
    store(inners + m, load(ends + m) * load(dotsB + m) + load(columns + m));
  }
  var after: f32 = 0.0;
  for (var m = tokens * 4; m > 0; m -= 4) {
    after += load(starts + m - 4) * load(dotsC + m - 4);
    store(gradLogs + m - 4, load(gradLogs + m - 4) + after);
  }
}
@call fn inner(a: ptr, b: ptr, sizeBytes: u32) -> f32 {
  ${repeat(4, (k) => `var sum${k} = vec4f(0.0);`)}
  for (var i = 0; i < sizeBytes; i += 64) {
    ${repeat(4, (k) => `sum${k} = fma(load4(a + i + ${16 * k}), load4(b + i + ${16 * k}), sum${k});`)}
  }
  return sum4((sum0 + sum1) + (sum2 + sum3));
}
@call fn sumTokens(a: f32, l: u32, dt: ptr, slopes: ptr, gradLogs: ptr, inners: ptr, gradDt: ptr, stride: u32, gradA: ptr, gradBias: ptr) {
  var sumA: f32 = 0.0;
  var lostA: f32 = 0.0;
  var sumBias: f32 = 0.0;
  var lostBias: f32 = 0.0;
  var to = gradDt;
  for (var t = 0; t < l * 4; t += 4) {
    let gradLog = load(gradLogs + t);
    let gradRaw = (a * gradLog + load(inners + t)) * load(slopes + t);
    store(to, gradRaw);
    ${addToLongSum("sumA", "lostA", "gradLog * load(dt + t)")}
    ${addToLongSum("sumBias", "lostBias", "gradRaw")}
    to += stride;
  }
  store(gradA, ${longSum("sumA", "lostA")});
  if (gradBias != 0) { store(gradBias, ${longSum("sumBias", "lostBias")}); }
}`;

/**
 * `gate`: gradY before the gate, and gradZ, from the scan's output (skip included) in `y`, which it replaces by gradY.
 */
export const gateFunction = `
@call fn gate(
  y: ptr, strideY: u32, gradY: ptr, strideGradY: u32, z: ptr, strideZ: u32, gradZ: ptr, strideGradZ: u32, l: u32, p: u32
) {
  var yAt = y;
  var arrived = gradY;
  var gateAt = z;
  var to = gradZ;
  for (var t = 0; t < l; t += 1) {
    for (var row = 0; row < p; row += 4) {
      let g = load4(arrived + row * 4);
      let v = load4(gateAt + row * 4);
      let s = sigmoid(v);
      store_live(to + row * 4, g * load4(yAt + row * 4) * (s * fma(v, 1.0 - s, 1.0)), p - row);
      store4(yAt + row * 4, g * (v * s));
    }
    yAt += strideY;
    arrived += strideGradY;
    gateAt += strideZ;
    to += strideGradZ;
  }
}`;

/** `addSkips`: gradY ⊙ x, summed over the tokens of a chunk, to `skips`, behind which is what they lost; `endSkips` joins both. */
export function addSkips({ p }: TileSizes): string {
  return `
@call fn addSkips(skips: ptr, gradY: ptr, x: ptr, tokens: u32) {
  for (var column = 0; column < ${4 * p}; column += 16) {
    var chunk = vec4f(0.0);
    for (var t = 0; t < tokens * ${4 * p}; t += ${4 * p}) { chunk = fma(load4(gradY + t + column), load4(x + t + column), chunk); }
    var sum = load4(skips + column);
    var lost = load4(skips + column + ${4 * p});
    ${addToLongSum("sum", "lost", "chunk")}
    store4(skips + column, sum);
    store4(skips + column + ${4 * p}, lost);
  }
}
@call fn endSkips(skips: ptr) {
  for (var at = skips; at < skips + ${4 * p}; at += 16) {
    let sum = load4(at);
    let lost = load4(at + ${4 * p});
    store4(at, ${longSum("sum", "lost")});
  }
}`;
}
