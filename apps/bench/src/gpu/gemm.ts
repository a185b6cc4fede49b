// Part "gemm": matrix products, square and of the sizes that Mamba-2 130m has, for every tile shape in question; each checked against the host.
import { matmul, type MatmulChoice, type MatmulSpec, tileFits, type TileShape, tileShapes } from "@x/kernels-wgsl";
import { f16Bits, f16Value } from "@x/tensor/core";
import { patternAt, type PatternBuffers, patternBuffers, type Session, timeProgram } from "./session.ts";

const shared = (
  rows: number,
  vectors: number,
  threadsX: number,
  threadsY: number,
  depth: number,
  prefetch = true,
): TileShape => ({
  stage: "shared",
  rows,
  vectors,
  threadsX,
  threadsY,
  depth,
  prefetch,
});

/** Of operands that may be rounded to f16; part "units" compares the ways. */
const halfCandidates: Readonly<Record<string, MatmulChoice>> = { "f16 default": {} };

/** Tile shapes to compare, named by what a workgroup and a thread compute; p: with prefetch. */
const candidates: Readonly<Record<string, MatmulChoice>> = {
  default: {},
  small: { tile: tileShapes.small },
  large: { tile: tileShapes.large },
  "64×64 8×8 d16 p": { tile: tileShapes.largeAhead, splits: 1 },
  "64×128 8×8 d16 p": { tile: shared(8, 2, 16, 8, 16), splits: 1 },
  "128×64 8×8 d16 p": { tile: shared(8, 2, 8, 16, 16), splits: 1 },
  "128×128 8×8 d16 p": { tile: shared(8, 2, 16, 16, 16), splits: 1 },
  "64×128 4×8 d16 p": { tile: shared(4, 2, 16, 16, 16), splits: 1 },
  "64×64 4×8 d16 p": { tile: shared(4, 2, 8, 16, 16), splits: 1 },
  "64×64 p, k in 2": { tile: tileShapes.largeAhead, splits: 2 },
  "64×64 p, k in 3": { tile: tileShapes.largeAhead, splits: 3 },
  "64×64 p, k in 4": { tile: tileShapes.largeAhead, splits: 4 },
  "64×64 p, k in 8": { tile: tileShapes.largeAhead, splits: 8 },
};

/** Ways to read a weight once for one row: threads of a workgroup that share a column, or a subgroup of its own for several columns. */
const rowCandidates: Readonly<Record<string, MatmulChoice>> = {
  default: {},
  "32 lanes, 8 outputs": { matvecShape: { lanes: 32, outputs: 8 } },
  "8 lanes, 32 outputs": { matvecShape: { lanes: 8, outputs: 32 } },
  ...Object.fromEntries(
    [1, 2, 4, 8].map((columns) => [
      `subgroup of 32, ${columns} columns`,
      { matvecShape: { lanes: 32, outputs: 1, columns, subgroup: true as const } },
    ]),
  ),
};

export interface Product extends MatmulSpec {
  readonly name: string;
  readonly all?: boolean;
}

export function products(tiny: boolean): readonly Product[] {
  if (tiny)
    return [
      { name: "96×64×48", m: 96, n: 64, k: 48, all: true },
      { name: "1×256×64 Bᵀ", m: 1, n: 256, k: 64, transposeB: true },
    ];
  const square = [1024, 2048, 4096, 8192].map((size) => ({
    name: `${size}³`,
    m: size,
    n: size,
    k: size,
    all: size < 8192,
  }));
  const [tokens, d, inner, projected, vocabulary] = [4096, 768, 1536, 3352, 50288];
  return [
    ...square,
    { name: "in_proj 4096×3352×768 Bᵀ", m: tokens, n: projected, k: d, transposeB: true, all: true },
    { name: "out_proj 4096×768×1536 Bᵀ", m: tokens, n: d, k: inner, transposeB: true, all: true },
    { name: "head 4096×50288×768 Bᵀ", m: tokens, n: vocabulary, k: d, transposeB: true, all: true },
    { name: "head, a block 315×50288×768 Bᵀ", m: 315, n: vocabulary, k: d, transposeB: true },
    { name: "∂head w, a block 50288×768×315 Aᵀ", m: vocabulary, n: d, k: 315, transposeA: true },
    { name: "∂head x, a block 315×768×50288", m: 315, n: d, k: vocabulary, all: true },
    { name: "∂in_proj x 4096×768×3352", m: tokens, n: d, k: projected, all: true },
    { name: "∂in_proj w 3352×768×4096 Aᵀ", m: projected, n: d, k: tokens, transposeA: true, all: true },
    { name: "∂out_proj x 4096×1536×768", m: tokens, n: inner, k: d },
    { name: "∂out_proj w 768×1536×4096 Aᵀ", m: d, n: inner, k: tokens, transposeA: true, all: true },
    { name: "decode in_proj 1×3352×768 Bᵀ", m: 1, n: projected, k: d, transposeB: true, all: true },
    { name: "decode head 1×50288×768 Bᵀ", m: 1, n: vocabulary, k: d, transposeB: true, all: true },
  ];
}

/** Entry (i, j) of the product of two {@link patternAt} matrices, in doubles; operands rounded as the product may round them. */
function entry({ k, m, n, transposeA, transposeB, precision }: MatmulSpec, i: number, j: number): number {
  const at = precision === "f16" ? (index: number) => f16Value(f16Bits(patternAt(index))) : patternAt;
  let total = 0;
  for (let q = 0; q < k; q++) total += at(transposeA ? q * m + i : i * k + q) * at(transposeB ? j * k + q : q * n + j);
  return total;
}

/** Places all over the result. */
function samples({ m, n }: MatmulSpec): readonly (readonly [i: number, j: number])[] {
  return Array.from({ length: 12 }, (_, s) => [
    Math.floor(((s * 0.618034) % 1) * m),
    s === 11 ? n - 1 : Math.floor(((s * 0.754878) % 1) * n),
  ]);
}

/** Makes the entries that {@link check} looks at wrong, so that they must be written. */
export function spoil({ device }: Session, product: MatmulSpec, c: GPUBuffer): void {
  for (const [i, j] of samples(product)) device.runner.write(c, Float32Array.of(NaN), 4 * (i * product.n + j));
}

const expected = new WeakMap<MatmulSpec, readonly number[]>();

/** What the host says of {@link samples}. */
function entries(product: MatmulSpec): readonly number[] {
  const known = expected.get(product) ?? samples(product).map(([i, j]) => entry(product, i, j));
  expected.set(product, known);
  return known;
}

/** Throws unless entries all over the result agree with the host. */
export async function check({ device }: Session, product: MatmulSpec, c: GPUBuffer): Promise<void> {
  for (const [at, [i, j]] of samples(product).entries()) {
    const [got] = new Float32Array(await device.runner.read(c, 4, 4 * (i * product.n + j)));
    const want = entries(product)[at]!;
    if (!(Math.abs(got! - want) <= 2e-5 * Math.sqrt(product.k) + 1e-4 * Math.abs(want)))
      throw new Error(`entry (${i}, ${j}) must be ${want}; got ${got}.`);
  }
}

export async function measureProducts(session: Session): Promise<void> {
  const { device, scale } = session;
  for (const product of products(scale === "tiny")) {
    const { m, n, k } = product;
    using made = patternBuffers(device, { a: m * k, b: k * n, c: m * n });
    await compare(session, { ...product, precision: "f32" }, m > 4 ? candidates : rowCandidates, made.buffers);
    if (tileFits(tileShapes.matrix, device.runner.caps) && m > 4)
      await compare(session, { ...product, precision: "f16" }, halfCandidates, made.buffers);
  }
}

/** Measures one product with every tile in question. */
async function compare(
  session: Session,
  product: Product,
  choices: Readonly<Record<string, MatmulChoice>>,
  buffers: PatternBuffers["buffers"],
): Promise<void> {
  const { device, report } = session;
  const part = report.part("gemm");
  const { runner } = device;
  const { name, m, n, k, all = false, precision = "f32" } = product;
  const roof = precision === "f16" ? "matrix f16" : "fma f32";
  const best = { tile: "", rate: 0 };
  for (const [tile, choice] of Object.entries(choices)) {
    if (!all && !tile.endsWith("default")) continue;
    if (choice.matvecShape?.subgroup && runner.caps.subgroupMinSize !== 32) continue;
    if (choice.tile && !tileFits(choice.tile, runner.caps)) continue;
    if (4 * m * n * (choice.splits ?? 1) > runner.caps.maxStorageBufferBindingSize) continue; // no buffer holds the parts
    try {
      const program = matmul.program(product, runner.caps, choice);
      spoil(session, product, buffers["c"]!);
      const times = await timeProgram(device, program, buffers);
      const { median } = times;
      await check(session, product, buffers["c"]!);
      const rate = (2 * m * n * k) / median / 1e9;
      if (rate > best.rate) Object.assign(best, { tile, rate });
      const gigabytes = (4 * (m * k + k * n + m * n)) / median / 1e6;
      const [value, unit, bound] = m <= 4 ? ([gigabytes, "GB/s", "copy"] as const) : ([rate, "TFLOP/s", roof] as const);
      const details = { share: report.shareOf(bound, value), times };
      part.add(`${name} · ${tile}`, value, unit, `${median.toPrecision(3)} ms`, details);
    } catch (error) {
      part.fail(new Error(`${name} · ${tile}: ${(error as Error).message}`));
    }
  }
  report.fact(`gemm best ${name} ${precision}`, best);
}
