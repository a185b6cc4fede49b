// What the scan's kernels share: options, sizes, step sizes and decays of a head.
import { type SsdSpec, tokenStrides } from "@x/base";

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

export type Stride<N extends string> = `${"batch" | "stride"}_${N}`;

/** Parameters of a kernel: the bytes from batch to batch and from token to token of each of `names`. */
export function strideParams<const N extends string>(names: readonly N[]): Record<Stride<N>, "u32"> {
  const params = names.flatMap((name) => [`batch_${name}`, `stride_${name}`]);
  return Object.fromEntries(params.map((name) => [name, "u32"])) as Record<Stride<N>, "u32">;
}

/** Their values. */
export function strideArgs<const N extends string>(spec: SsdSpec, names: readonly N[]): Record<Stride<N>, number> {
  const { l, h, p, g, n } = spec;
  const widths: Readonly<Record<string, number>> = { dt: h, gradDt: h, B: g * n, C: g * n, gradB: g * n, gradC: g * n };
  return Object.fromEntries(
    names.flatMap((name) => {
      const { batch, token } = tokenStrides(spec.strides, name, l, widths[name] ?? h * p);
      return [
        [`batch_${name}`, 4 * batch],
        [`stride_${name}`, 4 * token],
      ];
    }),
  ) as Record<Stride<N>, number>;
}

/** dt after bias, softplus and limits. */
function stepText({ dtSoftplus }: Pick<SsdConfig, "dtSoftplus">): string {
  return dtSoftplus ? "softplus(raw)" : "raw";
}

/** `stepSize(raw, low, high)`: dt after softplus and limits, of which `min(max())` keeps a NaN. */
export function stepFunction(config: Pick<SsdConfig, "dtSoftplus">): string {
  return `fn stepSize(raw: f32, low: f32, high: f32) -> f32 { return min(max(${stepText(config)}, low), high); }`;
}

/** The decay rate of `head`: finite, so that its products with steps of 0 are 0. */
export const decayRate = "max(load(A + head * 4), -3.4028235e38)";

/**
 * `steps`: for each token of a head its dt, its decay (0 where a document begins) and, for the gradient, d dt / d raw.
 * `ids` are the documents of the row; padding (a negative id) has dt = 0.
 */
export function stepsFunction(config: SsdConfig, slopes: boolean): string {
  return `
${stepFunction(config)}
@call fn steps(raw: ptr, stride: u32, bias: f32, a: f32, ids: ptr, l: u32, low: f32, high: f32, dt: ptr, decays: ptr, slopes: ptr) {
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
    store(decays + t, select(0.0, decay(used * a), id == previous));
    previous = id;`
        : `
    store(dt + t, size);
    ${slopes ? "store(slopes + t, slope);" : ""}
    store(decays + t, decay(size * a));`
    }
    from += stride;
  }
}`;
}
