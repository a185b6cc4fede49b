// The scan, token by token: S ← decay·S + dt·x ⊗ B, y = S·C. Four rows of the state at a time, a few tokens at a time, so that the rows stay in the
// first-level cache; on one core this is as fast as the chunked form and needs no temporaries. README.md has the counting.
import { defineWasmKernel, type WasmKernel, wasmCall, type WasmProgram } from "../kernel.ts";
import { repeat } from "../text.ts";
import { padded, rowFunctions, skipText, type SsdConfig, type SsdSizes, stepsFunction } from "./common.ts";

/** Tokens for which four rows of the state stay in the cache together with their B and C. */
export const tokensPerPass = 16;

/** What a scan is called with; `optional` says which inputs there are. */
export interface SsdSpec extends SsdSizes {
  /** D per head [h] or per channel [h, p]; absent: none */
  readonly D?: "head" | "channel" | undefined;
  readonly z?: boolean;
  readonly dtBias?: boolean;
  readonly initialState?: boolean;
  readonly seqIdx?: boolean;
  readonly dtSoftplus?: boolean;
  /** default no limit */
  readonly dtLimit?: readonly [low: number, high: number];
}

export function configOf(spec: SsdSpec): SsdConfig {
  const { D, z = false, dtBias = false, initialState = false, seqIdx = false, dtSoftplus = false } = spec;
  return { D: D ?? "none", z, dtBias, initialState, seqIdx, dtSoftplus };
}

/** `scan`: the state of four rows over `tokens` tokens; `y` gets S·C + skip·x, times silu(z) where `gate`. */
export function scanFunction(output: boolean, gate: boolean): string {
  return `
@call fn scan(
  state: ptr, x: ptr, strideX: u32, y: ptr, strideY: u32, z: ptr, b: ptr, c: ptr, dt: ptr, decays: ptr, tokens: u32, wide: u32, skip: vec4f, live: u32
) {
  ${repeat(4, (r) => `let state${r} = state + ${r} * wide;`)}
  var xAt = x;
  var yAt = y;
  var zAt = z;
  var bAt = b;
  var cAt = c;
  for (var t = 0; t < tokens * 4; t += 4) {
    let decay = load_splat(decays + t);
    let now = load_live(xAt, live);
    let input = load_splat(dt + t) * now;
    ${repeat(4, (r) => `let x${r} = shuffle(input, input, ${r}, ${r}, ${r}, ${r}); ${output ? `var y${r} = vec4f(0.0);` : ""}`)}
    for (var i = 0; i < wide; i += 16) {
      let key = load4(bAt + i);
      ${output ? "let query = load4(cAt + i);" : ""}
      ${repeat(4, (r) => `
      let s${r} = fma(x${r}, key, decay * load4(state${r} + i));
      store4(state${r} + i, s${r});
      ${output ? `y${r} = fma(query, s${r}, y${r});` : ""}`)}
    }
    ${output ? `
    let scanned = fma(skip, now, sums(y0, y1, y2, y3));
    store_live(yAt, ${gate ? "scanned * silu(load4(zAt))" : "scanned"}, live);` : ""}
    xAt += strideX;
    yAt += strideY;
    zAt += strideX;
    bAt += wide;
    cAt += wide;
  }
}`;
}

const ssdKernel = defineWasmKernel({
  name: "ssd_forward",
  params: {
    x: "ptr", dt: "ptr", A: "ptr", B: "ptr", C: "ptr", D: "ptr", z: "ptr", dtBias: "ptr", initialState: "ptr", seqIdx: "ptr", y: "ptr", finalState: "ptr",
    scratch: "ptr", begin: "u32", end: "u32", l: "u32", h: "u32", p: "u32", g: "u32", n: "u32", low: "f32", high: "f32",
  },
  functions: (config: SsdConfig) => [rowFunctions, stepsFunction(config, false), scanFunction(true, config.z)].join("\n"),
  body: (config) => `
  let wide = (n + 3) / 4 * 16;
  let rows = (p + 3) / 4 * 4;
  let state = scratch;
  let keys = state + rows * wide;
  let queries = keys + l * wide;
  let sizes = queries + l * wide;
  let decays = sizes + l * 4;
  let perGroup = h / g;
  let strideX = h * p * 4;
  for (var slot = begin; slot < end; slot += 1) {
    let batch = slot / h;
    let head = slot % h;
    let group = head / perGroup;
    if ((slot == begin) || (head % perGroup == 0)) {
      let at = (batch * l * g + group) * n * 4;
      gather(keys, B + at, g * n * 4, l, n, wide);
      gather(queries, C + at, g * n * 4, l, n, wide);
    }
    let from = (batch * l * h + head) * p * 4;
    let own = (batch * h + head) * p * n * 4;
    let bias = ${config.dtBias ? "load(dtBias + head * 4)" : "0.0"};
    steps(dt + (batch * l * h + head) * 4, h * 4, bias, load(A + head * 4), seqIdx + batch * l * 4, l, low, high, sizes, decays, 0);
    fill_bytes(state, 0, rows * wide);
    ${config.initialState ? "gather(state, initialState + own, n * 4, p, n, wide);" : ""}
    for (var t = 0; t < l; t += ${tokensPerPass}) {
      let tokens = min(${tokensPerPass}, l - t);
      for (var row = 0; row < p; row += 4) {
        let at = from + t * strideX + row * 4;
        let skip = ${skipText(config)};
        scan(
          state + row * wide, x + at, strideX, y + at, strideX, z + at, keys + t * wide, queries + t * wide,
          sizes + t * 4, decays + t * 4, tokens, wide, skip, p - row
        );
      }
    }
    scatter(finalState + own, n * 4, state, p, n, wide);
  }`,
});

function program(spec: SsdSpec): WasmProgram {
  const { b, l, h, p, g, n, dtLimit: [low, high] = [0, Infinity] } = spec;
  const config = configOf(spec);
  const { D, z, dtBias, initialState, seqIdx } = config;
  const wide = padded(n);
  const call = wasmCall(ssdKernel, config, {
    x: "x", dt: "dt", A: "A", B: "B", C: "C", D: D === "none" ? 0 : "D", z: z ? "z" : 0, dtBias: dtBias ? "dtBias" : 0,
    initialState: initialState ? "initialState" : 0, seqIdx: seqIdx ? "seqIdx" : 0, y: "y", finalState: "finalState", scratch: "scratch",
    l, h, p, g, n, low, high,
  }, { count: b * h, own: ["scratch"] });
  return { temps: { scratch: 4 * (padded(p) * wide + 2 * l * wide + 2 * l) }, calls: [call] };
}

/** The selective scan over a whole sequence: buffers x, dt, A, B, C, y, finalState and, as the spec says, D, z, dtBias, initialState, seqIdx. */
export const ssdForwardWasm: { readonly program: (spec: SsdSpec) => WasmProgram; readonly kernel: WasmKernel<string, SsdConfig> } = { program, kernel: ssdKernel };
