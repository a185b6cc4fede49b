// A sweep of tiles of matrix products on this device by the library's own tuner, kept with every time and failure: what the page draws and the table is made of.
import {
  matmulShapeClass,
  type TileShape,
  tune as tuneKernels,
  type TuneEvent as KernelEvent,
  type TuneShape,
  type TrialResult,
  type Tuning,
} from "@x/kernels-wgsl";
import type { WebGPUDevice } from "@x/tensor/core";
import type { TuningTable } from "./report.ts";

export type { TuneShape };

export interface TuneOptions {
  readonly shapes: readonly TuneShape[];
  /** tiles to try; default: the library's candidates */
  readonly tiles?: readonly TileShape[];
  /** default: as long as trying everything takes */
  readonly budgetMs?: number;
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

/** Tries every tile on every shape. */
export async function tune(device: WebGPUDevice, options: TuneOptions): Promise<TuningTable> {
  const { shapes, tiles, budgetMs = Infinity, signal, onTried } = options;
  const swept: TuningTable["shapes"] = [];
  for (const shape of shapes) {
    const { m, n, k } = shape;
    let tried: { tile: TileShape; gflops?: number; failure?: string }[] = [];
    const shown = ({ candidate, elapsedNs, failure }: TrialResult<unknown>) => ({
      tile: candidate as TileShape,
      ...(elapsedNs !== undefined && { gflops: (2 * m * n * k) / elapsedNs }),
      ...(failure !== undefined && { failure }),
    });
    const { matmul } = await tuneKernels(device.runner, {
      families: ["matmul"],
      shapes: [shape],
      budgetMs: budgetMs / shapes.length,
      ...(tiles && { tiles }),
      ...(signal && { signal }),
      onTried: (event: KernelEvent) => onTried?.({ shape, ...shown(event), index: event.index, count: event.count }),
      onRaced: (_family, _name, all) => (tried = all.map(shown)),
    });
    const shapeClass = matmulShapeClass(shape);
    swept.push({ shapeClass, ...shape, ...(matmul?.[shapeClass] && { best: matmul[shapeClass] }), tried });
  }
  return { format: "x-tuning/1", adapter: device.description, date: new Date().toISOString(), shapes: swept };
}

/** The choices of a table, as the library takes them: `webgpuDevice({ tuning: tuningOf(table) })`. */
export function tuningOf({ shapes }: TuningTable): Tuning {
  return { matmul: Object.fromEntries(shapes.flatMap(({ shapeClass, best }) => (best ? [[shapeClass, best]] : []))) };
}
