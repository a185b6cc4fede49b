// Gradient of the scan: the adjoint recurrence, backwards through passes of a few tokens, each from states computed again from a checkpoint.
//   λ += gradY ⊗ C;  gradC += gradY·S;  gradB += dt·x·λ;  gradInput = λ·B;  gradDecay = ⟨λ, S before⟩;  λ ← decay·λ
import { defineWasmKernel, type WasmKernel, wasmCall, type WasmProgram } from "../kernel.ts";
import { sumOfParts } from "../reduce/partial.ts";
import { repeat } from "../text.ts";
import { padded, rowFunctions, skipText, type SsdConfig, stepsFunction } from "./common.ts";
import { configOf, scanFunction, type SsdSpec, tokensPerPass } from "./forward.ts";

interface Config extends SsdConfig {
  readonly gradFinalState: boolean;
}

/** The scan's spec, and whether a gradient of the final state arrives. */
export interface SsdBackwardSpec extends SsdSpec {
  readonly gradFinalState: boolean;
}

/** `replay`: the states of four rows before each token of a pass and after the last, into `history`; adds gradY·S to gradC on the way. */
const replayFunction = `
@call fn replay(
  checkpoint: ptr, history: ptr, x: ptr, strideX: u32, gradY: ptr, strideY: u32, b: ptr, gradC: ptr, dt: ptr, decays: ptr, tokens: u32, wide: u32, live: u32
) {
  copy_bytes(history, checkpoint, 4 * wide);
  ${repeat(4, (r) => `var state${r} = history + ${r} * wide;`)}
  let step = 4 * wide;
  var xAt = x;
  var yAt = gradY;
  var bAt = b;
  var cAt = gradC;
  for (var t = 0; t < tokens * 4; t += 4) {
    let decay = load_splat(decays + t);
    let input = load_splat(dt + t) * load_live(xAt, live);
    let arrived = load_live(yAt, live);
    ${repeat(4, (r) => `let x${r} = shuffle(input, input, ${r}, ${r}, ${r}, ${r}); let g${r} = shuffle(arrived, arrived, ${r}, ${r}, ${r}, ${r});`)}
    for (var i = 0; i < wide; i += 16) {
      let key = load4(bAt + i);
      var sum = load4(cAt + i);
      ${repeat(4, (r) => `
      let s${r} = fma(x${r}, key, decay * load4(state${r} + i));
      store4(state${r} + step + i, s${r});
      sum = fma(g${r}, s${r}, sum);`)}
      store4(cAt + i, sum);
    }
    ${repeat(4, (r) => `state${r} += step;`)}
    xAt += strideX;
    yAt += strideY;
    bAt += wide;
    cAt += wide;
  }
}`;

/** `adjoint`: one pass of the adjoint recurrence for four rows, backwards; writes gradX and adds to what the tokens share. */
const adjointFunction = `
@call fn adjoint(
  lambda: ptr, history: ptr, x: ptr, strideX: u32, gradX: ptr, gradY: ptr, strideY: u32, b: ptr, c: ptr, gradB: ptr,
  dt: ptr, decays: ptr, gradDecays: ptr, inners: ptr, skips: ptr, tokens: u32, wide: u32, skip: vec4f, live: u32
) {
  ${repeat(4, (r) => `let lambda${r} = lambda + ${r} * wide;`)}
  var skipSum = load4(skips);
  var before = history + tokens * 4 * wide;
  var xAt = x + tokens * strideX;
  var outAt = gradX + tokens * strideX;
  var yAt = gradY + tokens * strideY;
  var bAt = b + tokens * wide;
  var cAt = c + tokens * wide;
  var sumAt = gradB + tokens * wide;
  for (var t = tokens * 4; t > 0; t -= 4) {
    before -= 4 * wide;
    xAt -= strideX;
    outAt -= strideX;
    yAt -= strideY;
    bAt -= wide;
    cAt -= wide;
    sumAt -= wide;
    let size = load_splat(dt + t - 4);
    let decay = load_splat(decays + t - 4);
    let now = load_live(xAt, live);
    let input = size * now;
    let arrived = load_live(yAt, live);
    ${repeat(4, (r) => `let x${r} = shuffle(input, input, ${r}, ${r}, ${r}, ${r}); let g${r} = shuffle(arrived, arrived, ${r}, ${r}, ${r}, ${r});
    var i${r} = vec4f(0.0); let before${r} = before + ${r} * wide;`)}
    var inner = vec4f(0.0);
    for (var i = 0; i < wide; i += 16) {
      let key = load4(bAt + i);
      let query = load4(cAt + i);
      var sum = load4(sumAt + i);
      ${repeat(4, (r) => `
      let l${r} = fma(g${r}, query, load4(lambda${r} + i));
      i${r} = fma(l${r}, key, i${r});
      sum = fma(l${r}, x${r}, sum);
      inner = fma(l${r}, load4(before${r} + i), inner);
      store4(lambda${r} + i, decay * l${r});`)}
      store4(sumAt + i, sum);
    }
    let gradInput = sums(i0, i1, i2, i3);
    store_live(outAt, fma(size, gradInput, skip * arrived), live);
    store(gradDecays + t - 4, load(gradDecays + t - 4) + sum4(inner));
    store(inners + t - 4, load(inners + t - 4) + sum4(gradInput * now));
    skipSum = fma(arrived, now, skipSum);
  }
  store4(skips, skipSum);
}`;

/** `gate`: gradY before the gate, and gradZ, from the scan's output (skip included) in `y`, which it replaces by gradY. */
const gateFunction = `
@call fn gate(y: ptr, strideY: u32, arrived: ptr, z: ptr, gradZ: ptr, strideZ: u32, l: u32, p: u32) {
  var yAt = y;
  var at = 0;
  for (var t = 0; t < l; t += 1) {
    for (var row = 0; row < p; row += 4) {
      let i = at + row * 4;
      let g = load4(arrived + i);
      let v = load4(z + i);
      let s = sigmoid(v);
      store_live(gradZ + i, g * load4(yAt + row * 4) * (s * fma(v, 1.0 - s, 1.0)), p - row);
      store4(yAt + row * 4, g * (v * s));
    }
    yAt += strideY;
    at += strideZ;
  }
}`;

/** Sums over the tokens of a head: gradDt, gradA and gradDtBias. */
const tokenSums = `
@call fn tokenSums(a: f32, l: u32, dt: ptr, decays: ptr, slopes: ptr, gradDecays: ptr, inners: ptr, gradDt: ptr, stride: u32, gradA: ptr, gradBias: ptr) {
  var sumA: f32 = 0.0;
  var sumBias: f32 = 0.0;
  var to = gradDt;
  for (var t = 0; t < l * 4; t += 4) {
    let gradLog = load(gradDecays + t) * load(decays + t);
    let gradRaw = (a * gradLog + load(inners + t)) * load(slopes + t);
    store(to, gradRaw);
    sumA += gradLog * load(dt + t);
    sumBias += gradRaw;
    to += stride;
  }
  store(gradA, sumA);
  if (gradBias != 0) { store(gradBias, sumBias); }
}`;

const arrays = [
  "states", "lambdas", "keys", "queries", "gradKeys", "gradQueries", "sizes", "decays", "slopes", "gradDecays", "inners", "skips", "outputs", "history",
  "checkpoints",
] as const;

const ssdBackwardKernel = defineWasmKernel({
  name: "ssd_backward",
  params: {
    x: "ptr", dt: "ptr", A: "ptr", B: "ptr", C: "ptr", D: "ptr", z: "ptr", dtBias: "ptr", initialState: "ptr", seqIdx: "ptr", gradY: "ptr",
    gradFinalState: "ptr",
    gradX: "ptr", gradDt: "ptr", gradA: "ptr", gradB: "ptr", gradC: "ptr", gradD: "ptr", gradZ: "ptr", gradDtBias: "ptr",
    gradInitialState: "ptr",
    states: "ptr", lambdas: "ptr", keys: "ptr", queries: "ptr", gradKeys: "ptr", gradQueries: "ptr", sizes: "ptr", decays: "ptr", slopes: "ptr",
    gradDecays: "ptr", inners: "ptr", skips: "ptr", outputs: "ptr", history: "ptr", checkpoints: "ptr",
    begin: "u32", end: "u32", b: "u32", l: "u32", h: "u32", p: "u32", g: "u32", n: "u32", perPart: "u32", low: "f32", high: "f32",
  },
  functions: (config: Config) =>
    [rowFunctions, stepsFunction(config, true), scanFunction(config.z, false), replayFunction, adjointFunction, gateFunction, tokenSums].join("\n"),
  body: (config) => `
  let wide = (n + 3) / 4 * 16;
  let rows = (p + 3) / 4 * 4;
  let perGroup = h / g;
  let strideX = h * p * 4;
  let strideY = rows * 4;
  let parts = (perGroup + perPart - 1) / perPart;
  for (var item = begin; item < end; item += 1) {
    // Part "part" of the heads of a group of a batch: they share B and C, and the sums of their gradients.
    let part = item % parts;
    let batch = item / parts / g;
    let group = item / parts % g;
    let groupAt = (batch * l * g + group) * n * 4;
    let sumAt = part * b * l * g * n * 4 + groupAt;
    gather(keys, B + groupAt, g * n * 4, l, n, wide);
    gather(queries, C + groupAt, g * n * 4, l, n, wide);
    fill_bytes(gradKeys, 0, l * wide);
    fill_bytes(gradQueries, 0, l * wide);
    let lastHead = group * perGroup + min((part + 1) * perPart, perGroup);
    for (var head = group * perGroup + part * perPart; head < lastHead; head += 1) {
      let slot = batch * h + head;
      let from = (batch * l * h + head) * p * 4;
      let own = (batch * h + head) * p * n * 4;
      let token = (batch * l * h + head) * 4;
      let bias = ${config.dtBias ? "load(dtBias + head * 4)" : "0.0"};
      let a = load(A + head * 4);
      steps(dt + token, h * 4, bias, a, seqIdx + batch * l * 4, l, low, high, sizes, decays, slopes);
      fill_bytes(states, 0, rows * wide);
      fill_bytes(lambdas, 0, rows * wide);
      ${config.initialState ? "gather(states, initialState + own, n * 4, p, n, wide);" : ""}
      ${config.gradFinalState ? "gather(lambdas, gradFinalState + own, n * 4, p, n, wide);" : ""}
      for (var t = 0; t < l; t += ${tokensPerPass}) {
        let tokens = min(${tokensPerPass}, l - t);
        copy_bytes(checkpoints + t / ${tokensPerPass} * rows * wide, states, rows * wide);
        for (var row = 0; row < p; row += 4) {
          let skip = ${skipText(config)};
          scan(
            states + row * wide, x + from + t * strideX + row * 4, strideX, outputs + t * strideY + row * 4, strideY, 0,
            keys + t * wide, queries + t * wide, sizes + t * 4, decays + t * 4, tokens, wide, skip, p - row
          );
        }
      }
      ${config.z ? `
      gate(outputs, strideY, gradY + from, z + from, gradZ + from, strideX, l, p);
      let arrivedAt = outputs;
      let strideG = strideY;` : `
      let arrivedAt = gradY + from;
      let strideG = strideX;`}
      fill_bytes(gradDecays, 0, l * 4);
      fill_bytes(inners, 0, l * 4);
      fill_bytes(skips, 0, rows * 4);
      for (var end = l; end > 0; end = end - (end - 1) % ${tokensPerPass} - 1) {
        let t = (end - 1) / ${tokensPerPass} * ${tokensPerPass};
        let tokens = end - t;
        for (var row = 0; row < p; row += 4) {
          let at = from + t * strideX + row * 4;
          let arrived = arrivedAt + t * strideG + row * 4;
          let checkpoint = checkpoints + (t / ${tokensPerPass} * rows + row) * wide;
          let skip = ${skipText(config)};
          replay(
            checkpoint, history, x + at, strideX, arrived, strideG, keys + t * wide, gradQueries + t * wide,
            sizes + t * 4, decays + t * 4, tokens, wide, p - row
          );
          adjoint(
            lambdas + row * wide, history, x + at, strideX, gradX + at, arrived, strideG, keys + t * wide, queries + t * wide, gradKeys + t * wide,
            sizes + t * 4, decays + t * 4, gradDecays + t * 4, inners + t * 4, skips + row * 4, tokens, wide, skip, p - row
          );
        }
      }
      let gradBias = ${config.dtBias ? "gradDtBias + slot * 4" : "0"};
      tokenSums(a, l, sizes, decays, slopes, gradDecays, inners, gradDt + token, h * 4, gradA + slot * 4, gradBias);
      ${config.initialState ? "scatter(gradInitialState + own, n * 4, lambdas, p, n, wide);" : ""}
      ${config.D === "head" ? `
      var skipSum: f32 = 0.0;
      for (var k = 0; k < p; k += 1) { skipSum += load(skips + k * 4); }
      store(gradD + slot * 4, skipSum);` : config.D === "channel" ? "copy_bytes(gradD + slot * p * 4, skips, p * 4);" : ""}
    }
    scatter(gradB + sumAt, g * n * 4, gradKeys, l, n, wide);
    scatter(gradC + sumAt, g * n * 4, gradQueries, l, n, wide);
  }`,
});

/** The heads of a group are cut into parts until there are this many items for threads to share, whatever their number. */
const leastItems = 8;

function program(spec: SsdBackwardSpec): WasmProgram {
  const { b, l, h, p, g, n, dtLimit: [low, high] = [0, Infinity], gradFinalState } = spec;
  const config: Config = { ...configOf(spec), gradFinalState };
  const { D, z, dtBias, initialState, seqIdx } = config;
  const [rows, wide] = [padded(p), padded(n)];
  const state = rows * wide;
  const sizes: Record<(typeof arrays)[number], number> = {
    states: state, lambdas: state, keys: l * wide, queries: l * wide, gradKeys: l * wide, gradQueries: l * wide, sizes: l, decays: l, slopes: l, gradDecays: l,
    inners: l, skips: rows, outputs: z ? l * rows : 0, history: (tokensPerPass + 1) * 4 * wide, checkpoints: Math.ceil(l / tokensPerPass) * state,
  };
  const perPart = Math.ceil((h / g) / Math.max(1, Math.ceil(leastItems / (b * g))));
  const items = b * g * Math.ceil(h / g / perPart);
  // Each batch sums for itself what all of them share, each part of a group B and C; sums over batches and parts follow, in order.
  const sums = {
    gradA: sumOfParts("gradA", b, h), gradB: sumOfParts("gradB", items / (b * g), b * l * g * n), gradC: sumOfParts("gradC", items / (b * g), b * l * g * n),
    ...(dtBias && { gradDtBias: sumOfParts("gradDtBias", b, h) }), ...(D !== "none" && { gradD: sumOfParts("gradD", b, D === "head" ? h : h * p) }),
  };
  const call = wasmCall(ssdBackwardKernel, config, {
    x: "x", dt: "dt", A: "A", B: "B", C: "C", D: D === "none" ? 0 : "D", z: z ? "z" : 0, dtBias: dtBias ? "dtBias" : 0,
    initialState: initialState ? "initialState" : 0, seqIdx: seqIdx ? "seqIdx" : 0, gradY: "gradY", gradFinalState: gradFinalState ? "gradFinalState" : 0,
    gradX: "gradX", gradDt: "gradDt", gradA: sums.gradA.partial, gradB: sums.gradB.partial, gradC: sums.gradC.partial, gradD: sums.gradD?.partial ?? 0,
    gradZ: z ? "gradZ" : 0, gradDtBias: sums.gradDtBias?.partial ?? 0, gradInitialState: initialState ? "gradInitialState" : 0,
    ...(Object.fromEntries(arrays.map((name) => [name, name])) as Record<(typeof arrays)[number], string>),
    b, l, h, p, g, n, perPart, low, high,
  }, { count: items, own: arrays });
  const temps = Object.assign(Object.fromEntries(arrays.map((name) => [name, 4 * sizes[name]])), ...Object.values(sums).map((sum) => sum.temps)) as Record<string, number>;
  return { temps, calls: [call, ...Object.values(sums).flatMap((sum) => sum.calls)] };
}

/** Gradients of {@link ssdForwardWasm}'s inputs: buffers as there, gradY, gradFinalState, and a `grad…` of every input given. */
export const ssdBackwardWasm: { readonly program: (spec: SsdBackwardSpec) => WasmProgram; readonly kernel: WasmKernel<string, Config> } = {
  program, kernel: ssdBackwardKernel,
};
