// What the scan's kernels share: options, sizes, step sizes and decays of a head.
import type { SsdSpec } from "@x/base";
import { strideArgs } from "../params.ts";

/** What is baked into the text of a scan. */
export interface SsdConfig {
  readonly D: "none" | "head" | "channel";
  readonly z: boolean;
  readonly dtBias: boolean;
  readonly initialState: boolean;
  readonly seqIdx: boolean;
  readonly dtSoftplus: boolean;
}

export function configOf(spec: Omit<SsdSpec, "l">): SsdConfig {
  const { D, z = false, dtBias = false, initialState = false, seqIdx = false, dtSoftplus = false } = spec;
  return { D: D ?? "none", z, dtBias, initialState, seqIdx, dtSoftplus };
}

/** The strides of buffers of tokens as arguments. */
export function scanStrides<const N extends string>(
  { l, h, p, g, n, strides }: SsdSpec,
  names: readonly N[],
): ReturnType<typeof strideArgs<N>> {
  const widths: Readonly<Record<string, number>> = { dt: h, gradDt: h, B: g * n, C: g * n, gradB: g * n, gradC: g * n };
  return strideArgs(strides, names, (name) => [l, widths[name] ?? h * p]);
}

/** dt after bias, softplus and limits. */
function stepText({ dtSoftplus }: Pick<SsdConfig, "dtSoftplus">): string {
  return dtSoftplus ? "softplus(raw)" : "raw";
}

/** `stepSize(raw, low, high)`: dt after softplus and limits, of which `min(max())` keeps a NaN. */
export function stepFunction(config: Pick<SsdConfig, "dtSoftplus">): string {
  return `fn stepSize(raw: f32, low: f32, high: f32) -> f32 { return min(max(${stepText(config)}, low), high); }`;
}

/**
 * `decay_kept` and `decay_rest`: decay(x) in two parts, which say more than one number where x > -0.34. A state that is
 * multiplied by one decay again and again would gather the rounding of that decay. The rest is positive, so that an
 * infinite state stays one.
 */
export const decayParts: string = `
fn decay_kept(x: vec4f) -> vec4f { return select(decay(x) * 0.99999976, 1.0, x >= 0.0); }
fn decay_rest(x: vec4f) -> vec4f {
  let kept = decay_kept(x);
  let less = expm1_near(min(max(x, -0.34), 0.0));
  return max(select(decay(x) - kept, less - (kept - 1.0), x > -0.34), 1e-30);
}
`;

/** The decay rate of `head`: finite, so that its products with steps of 0 are 0. */
export const decayRate = "max(load(A + head * 4), -3.4028235e38)";

/**
 * `steps`: for each token of a head its dt, its log decay (next to −∞ where a document begins) and, for the gradient, d dt / d raw.
 * `ids` are the documents of the row; padding (a negative id) has dt = 0.
 */
export function stepsFunction(config: SsdConfig, slopes: boolean): string {
  return `
${stepFunction(config)}
@call fn steps(raw: ptr, stride: u32, bias: f32, a: f32, ids: ptr, l: u32, low: f32, high: f32, dt: ptr, logs: ptr, slopes: ptr) {
  var from = raw;
  ${config.seqIdx ? "var previous: i32 = 0;" : ""}
  for (var t = 0; t < l * 4; t += 4) {
    let x = load(from) + bias;
    let free = ${stepText({ dtSoftplus: config.dtSoftplus }).replace("raw", "x")};
    let size = min(max(free, low), high);
    ${slopes ? `let slope = select(0.0, ${config.dtSoftplus ? "sigmoid(x)" : "1.0"}, (free >= low) && (free <= high));` : ""}
    ${
      config.seqIdx
        ? `
    let id = load_i32(ids + t);
    let used = select(size, 0.0, id < 0);
    store(dt + t, used);
    ${slopes ? "store(slopes + t, select(slope, 0.0, id < 0));" : ""}
    store(logs + t, select(-3.4028235e38, min(used * a, 0.0), id == previous));
    previous = id;`
        : `
    store(dt + t, size);
    ${slopes ? "store(slopes + t, slope);" : ""}
    store(logs + t, min(size * a, 0.0));`
    }
    from += stride;
  }
}`;
}
