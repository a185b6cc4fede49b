// Part "gemm": matrix products, square and of the sizes that Mamba-2 130m has, for every tile shape in question; each checked against the host.
import { matmul, type MatmulChoice, type MatmulSpec, type TileShape, tileShapes } from "@x/kernels-wgsl";
import { patternAt, patternBuffer, type Session, timeProgram } from "./session.ts";

const shared = (rows: number, vectors: number, threadsX: number, threadsY: number, depth: number, prefetch = true): TileShape => ({
  stage: "shared", rows, vectors, threadsX, threadsY, depth, prefetch,
});

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

interface Product extends MatmulSpec {
  readonly name: string;
  readonly all?: boolean;
}

function products(tiny: boolean): readonly Product[] {
  if (tiny) return [{ name: "96×64×48", m: 96, n: 64, k: 48, all: true }, { name: "1×256×64 Bᵀ", m: 1, n: 256, k: 64, transposeB: true }];
  const square = [1024, 2048, 4096, 8192].map((size) => ({ name: `${size}³`, m: size, n: size, k: size, all: size < 8192 }));
  const [tokens, d, inner, projected, vocabulary] = [4096, 768, 1536, 3352, 50288];
  return [
    ...square,
    { name: "in_proj 4096×3352×768 Bᵀ", m: tokens, n: projected, k: d, transposeB: true, all: true },
    { name: "out_proj 4096×768×1536 Bᵀ", m: tokens, n: d, k: inner, transposeB: true, all: true },
    { name: "head 4096×50288×768 Bᵀ", m: tokens, n: vocabulary, k: d, transposeB: true, all: true },
    { name: "∂head x, a block 315×768×50288", m: 315, n: d, k: vocabulary, all: true },
    { name: "∂in_proj x 4096×768×3352", m: tokens, n: d, k: projected, all: true },
    { name: "∂in_proj w 3352×768×4096 Aᵀ", m: projected, n: d, k: tokens, transposeA: true, all: true },
    { name: "∂out_proj w 768×1536×4096 Aᵀ", m: d, n: inner, k: tokens, transposeA: true, all: true },
    { name: "decode in_proj 1×3352×768 Bᵀ", m: 1, n: projected, k: d, transposeB: true },
    { name: "decode head 1×50288×768 Bᵀ", m: 1, n: vocabulary, k: d, transposeB: true },
  ];
}

/** Entry (i, j) of the product of two {@link patternAt} matrices, in doubles. */
function entry({ k, m, n, transposeA, transposeB }: MatmulSpec, i: number, j: number): number {
  let total = 0;
  for (let q = 0; q < k; q++) total += patternAt(transposeA ? q * m + i : i * k + q) * patternAt(transposeB ? j * k + q : q * n + j);
  return total;
}

/** Throws unless entries all over the result agree with the host. */
async function check({ device }: Session, product: Product, c: GPUBuffer): Promise<void> {
  const { m, n, k } = product;
  for (let s = 0; s < 12; s++) {
    const [i, j] = [Math.floor(((s * 0.618034) % 1) * m), s === 11 ? n - 1 : Math.floor(((s * 0.754878) % 1) * n)];
    const [got] = new Float32Array(await device.runner.read(c, 4, 4 * (i * n + j)));
    const want = entry(product, i, j);
    if (!(Math.abs(got! - want) <= 2e-5 * Math.sqrt(k) + 1e-4 * Math.abs(want))) throw new Error(`entry (${i}, ${j}) must be ${want}; got ${got}.`);
  }
}

export async function measureProducts(session: Session): Promise<void> {
  const { device, report, scale } = session;
  const { runner } = device;
  const roof = report.value("roofs", "fma f32");
  const bandwidth = report.value("roofs", "copy");
  for (const product of products(scale === "tiny")) {
    const { name, m, n, k, all = false } = product;
    const [a, b, c] = [patternBuffer(device, m * k), patternBuffer(device, k * n), runner.createBuffer(4 * m * n)];
    const best = { tile: "", rate: 0 };
    for (const [tile, choice] of Object.entries(candidates)) {
      if (!all && tile !== "default") continue;
      if (4 * m * n * (choice.splits ?? 1) > runner.caps.maxStorageBufferBindingSize) continue; // no buffer holds the parts
      try {
        const program = matmul.program(product, runner.caps, choice);
        const { median, least, most } = await timeProgram(device, program, { a, b, c });
        await check(session, product, c);
        const rate = (2 * m * n * k) / median / 1e9;
        if (rate > best.rate) Object.assign(best, { tile, rate });
        const gigabytes = (4 * (m * k + k * n + m * n)) / median / 1e6;
        const share = m <= 4 ? bandwidth && { of: "copy", fraction: gigabytes / bandwidth } : roof && { of: "fma f32", fraction: rate / roof };
        report.add({
          part: "gemm", name: `${name} · ${tile}`, value: m <= 4 ? gigabytes : rate, unit: m <= 4 ? "GB/s" : "TFLOP/s",
          ...(share ? { share } : {}), spread: (most - least) / 2 / median, note: `${median.toPrecision(3)} ms`,
        });
      } catch (error) {
        report.fail("gemm", new Error(`${name} · ${tile}: ${(error as Error).message}`));
      }
    }
    report.fact(`gemm best ${name}`, best);
    for (const buffer of [a, b, c]) runner.releaseBuffer(buffer);
  }
}
