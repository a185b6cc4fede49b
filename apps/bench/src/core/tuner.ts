// Tunes the tiles of matrix products on this device: every valid shape is checked, then timed; failures are recorded, never fatal.
import { matmul, matmulShapeClass, naiveMatmul, type TileShape, tileFits, type Tuning } from "@x/kernels-wgsl";
import type { WebGPUDevice } from "@x/tensor";
import { difference } from "@x/testing";
import { hostNormal } from "@x/tensor";
import { calibrate, interleave, type Timed } from "./measure.ts";
import type { TuningTable } from "./report.ts";
import { messageOf } from "./run.ts";
import { summarize } from "./stats.ts";

export interface TuneShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

export interface TuneOptions {
  readonly shapes: readonly TuneShape[];
  /** tiles to try; default {@link tileCandidates} */
  readonly tiles?: readonly TileShape[];
  readonly signal?: AbortSignal;
  onTried?(event: TuneEvent): void;
}

export interface TuneEvent {
  readonly shape: TuneShape;
  readonly tile: TileShape;
  readonly gflops?: number;
  readonly failure?: string;
  readonly index: number;
  readonly count: number;
}

/** All tiles worth a try, valid or not: the device says which it can run. Software adapters compile slowly, so they get a third of them. */
export function tileCandidates(software: boolean): TileShape[] {
  const candidates: TileShape[] = [];
  const direct = software ? [[8, 1], [8, 8]] as const : [[8, 1], [8, 8], [16, 8], [16, 16]] as const;
  const shared = software ? [[8, 8]] as const : [[8, 8], [16, 8], [16, 16]] as const;
  for (const rows of [4, 8, 16]) {
    for (const vectors of [1, 2, 4]) {
      for (const [threadsX, threadsY] of direct) candidates.push({ stage: "none", rows, vectors, threadsX, threadsY, depth: 4 });
      for (const [threadsX, threadsY] of shared) {
        for (const depth of software ? [16] : [8, 16, 32]) {
          candidates.push({ stage: "shared", rows, vectors, threadsX, threadsY, depth });
          if (!software) candidates.push({ stage: "shared", rows, vectors, threadsX, threadsY, depth, prefetch: true });
        }
      }
    }
  }
  return candidates;
}

/** Shapes of a 130 M model's products, scaled down where the adapter computes on the CPU. */
export function tuneShapes(software: boolean): TuneShape[] {
  return software
    ? [{ m: 256, n: 256, k: 256 }]
    : [{ m: 512, n: 3072, k: 768 }, { m: 4096, n: 768, k: 1536 }, { m: 1024, n: 1024, k: 1024 }, { m: 64, n: 64, k: 1024 }];
}

/** Tries every tile on every shape. */
export async function tune(device: WebGPUDevice, options: TuneOptions): Promise<TuningTable> {
  const tiles = (options.tiles ?? tileCandidates(device.runner.caps.adapter === "software")).filter((tile) => tileFits(tile, device.runner.caps));
  const count = tiles.length * options.shapes.length;
  let index = 0;
  const shapes: TuningTable["shapes"] = [];
  for (const shape of options.shapes) {
    const bench = await TileBench.make(device, shape);
    try {
      const tried: { tile: TileShape; gflops?: number; failure?: string }[] = [];
      for (const tile of tiles) {
        options.signal?.throwIfAborted();
        const result = await bench.try(tile);
        tried.push({ tile, ...result });
        options.onTried?.({ shape, tile, ...result, index: index++, count });
      }
      const fastest = tried.filter(({ gflops }) => gflops !== undefined).sort((a, b) => b.gflops! - a.gflops!)[0];
      shapes.push({ shapeClass: matmulShapeClass(shape), ...shape, ...(fastest && { best: fastest.tile }), tried });
    } finally {
      bench.dispose();
    }
  }
  return { format: "x-tuning/1", adapter: device.description, date: new Date().toISOString(), shapes };
}

/** The choices of a table, as the library takes them: `webgpuDevice({ tuning: tuningOf(table) })`. */
export function tuningOf({ shapes }: TuningTable): Tuning {
  return { matmul: Object.fromEntries(shapes.flatMap(({ shapeClass, best }) => (best ? [[shapeClass, best]] : []))) };
}

/** Operands on the device and the result of the naive kernel, which every tile must match. */
class TileBench {
  readonly #device: WebGPUDevice;
  readonly #shape: TuneShape;
  readonly #buffers: Readonly<Record<"a" | "b" | "c", GPUBuffer>>;
  readonly #want: Float32Array;

  static async make(device: WebGPUDevice, shape: TuneShape): Promise<TileBench> {
    const { runner } = device;
    const { m, n, k } = shape;
    const buffers = { a: runner.createBuffer(4 * m * k), b: runner.createBuffer(4 * k * n), c: runner.createBuffer(4 * m * n) };
    runner.write(buffers.a, hostNormal({ seed: 1, stream: 1 }, m * k));
    runner.write(buffers.b, hostNormal({ seed: 2, stream: 1 }, k * n));
    runner.run(naiveMatmul({ m, n, k }), buffers);
    return new TileBench(device, shape, buffers, new Float32Array(await runner.read(buffers.c, 4 * m * n)));
  }

  private constructor(device: WebGPUDevice, shape: TuneShape, buffers: Readonly<Record<"a" | "b" | "c", GPUBuffer>>, want: Float32Array) {
    this.#device = device;
    this.#shape = shape;
    this.#buffers = buffers;
    this.#want = want;
  }

  async try(tile: TileShape): Promise<{ gflops: number } | { failure: string }> {
    const { runner } = this.#device;
    const { m, n, k } = this.#shape;
    try {
      const program = matmul.program({ m, n, k }, runner.caps, { tile, splits: 1 });
      runner.write(this.#buffers.c, new Float32Array(m * n).fill(NaN));
      runner.run(program, this.#buffers);
      const { ratio } = difference(new Float32Array(await runner.read(this.#buffers.c, 4 * m * n)), this.#want);
      if (!(ratio <= 1e-5)) return { failure: `its result differs from the naive kernel's: rms ratio ${ratio.toExponential(1)}` };
      const timed: Timed = { sample: async (count) => (await runner.time({ program, sets: [this.#buffers], count })).elapsedNs };
      const repeats = await calibrate(timed, 5);
      const [samples] = await interleave([{ timed, repeats }], { samples: 5, budgetMs: 200 });
      return { gflops: (2 * m * n * k) / summarize(samples!).median };
    } catch (error) {
      if ((error as { kind?: string }).kind === "lost") throw error;
      return { failure: messageOf(error) };
    }
  }

  dispose(): void {
    for (const buffer of Object.values(this.#buffers)) this.#device.runner.releaseBuffer(buffer);
  }
}
