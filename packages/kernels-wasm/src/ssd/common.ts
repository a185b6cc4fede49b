// What the scan's kernels share: step sizes and decays of a head, rows packed to whole vectors, sums of four rows at once.

/** What is baked into the text of a scan. */
export interface SsdConfig {
  readonly D: "none" | "head" | "channel";
  readonly z: boolean;
  readonly dtBias: boolean;
  readonly initialState: boolean;
  readonly seqIdx: boolean;
  readonly dtSoftplus: boolean;
}

/** Sizes of a scan: batch, length, heads, head dim, groups, state. */
export interface SsdSizes {
  readonly b: number;
  readonly l: number;
  readonly h: number;
  readonly p: number;
  readonly g: number;
  readonly n: number;
}

export function padded(size: number): number {
  return Math.ceil(size / 4) * 4;
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
 * `steps`: for each token of a head its dt, its decay (0 where a document begins) and, for the gradient, d dt / d raw. `ids` are the documents of the row;
 * padding (a negative id) has dt = 0.
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
    ${config.seqIdx ? `
    let id = load_i32(ids + t);
    let used = select(size, 0.0, id < 0);
    store(dt + t, used);
    ${slopes ? "store(slopes + t, select(slope, 0.0, id < 0));" : ""}
    store(decays + t, select(0.0, decay(used * a), id == previous));
    previous = id;` : `
    store(dt + t, size);
    ${slopes ? "store(slopes + t, slope);" : ""}
    store(decays + t, decay(size * a));`}
    from += stride;
  }
}`;
}

export const rowFunctions = `
// rows of width floats, stride bytes apart → rows of wide bytes, filled up with zeros
@call fn gather(to: ptr, from: ptr, stride: u32, rows: u32, width: u32, wide: u32) {
  if (wide != width * 4) { fill_bytes(to, 0, rows * wide); }
  var source = from;
  var target = to;
  for (var row = 0; row < rows; row += 1) {
    copy_bytes(target, source, width * 4);
    source += stride;
    target += wide;
  }
}
// and back
@call fn scatter(to: ptr, stride: u32, from: ptr, rows: u32, width: u32, wide: u32) {
  var source = from;
  var target = to;
  for (var row = 0; row < rows; row += 1) {
    copy_bytes(target, source, width * 4);
    source += wide;
    target += stride;
  }
}
// the sum of each of four vectors
fn sums(a: vec4f, b: vec4f, c: vec4f, d: vec4f) -> vec4f {
  let ab = shuffle(a, b, 0, 4, 1, 5) + shuffle(a, b, 2, 6, 3, 7);
  let cd = shuffle(c, d, 0, 4, 1, 5) + shuffle(c, d, 2, 6, 3, 7);
  return shuffle(ab, cd, 0, 1, 4, 5) + shuffle(ab, cd, 2, 3, 6, 7);
}
fn store_live(p: ptr, v: vec4f, live: u32) {
  if (live >= 4) { store4(p, v); } else { store_first(p, v, live); }
}
fn load_live(p: ptr, live: u32) -> vec4f { return first_lanes(load4(p), live, 0.0); }
`;

/** D of four channels from `row` of head `head`. */
export function skipText({ D }: Pick<SsdConfig, "D">): string {
  return D === "none" ? "vec4f(0.0)" : D === "head" ? "load_splat(D + head * 4)" : "load4(D + (head * p + row) * 4)";
}
