// A sweep as a landscape: rows and columns of a workgroup's tile, and the best speed that was found for each pair.
import type { TuningTable } from "../core/report.ts";

type Tried = TuningTable["shapes"][number]["tried"][number];

export interface Bar {
  readonly row: number;
  readonly column: number;
  readonly tileM: number;
  readonly tileN: number;
  readonly gflops: number;
  readonly best: Tried;
  readonly tried: number;
  readonly failed: number;
}

export interface Landscape {
  readonly tilesM: readonly number[];
  readonly tilesN: readonly number[];
  readonly bars: readonly Bar[];
  readonly most: number;
}

/** Groups what was tried by the tile of the workgroup. */
export function landscapeOf(tried: readonly Tried[]): Landscape {
  const sizes = tried.map((one) => ({
    one,
    tileM: one.tile.rows * one.tile.threadsY,
    tileN: 4 * one.tile.vectors * one.tile.threadsX,
  }));
  const distinct = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
  const tilesM = distinct(sizes.map(({ tileM }) => tileM));
  const tilesN = distinct(sizes.map(({ tileN }) => tileN));
  const bars = tilesM.flatMap((tileM, row) =>
    tilesN.flatMap((tileN, column): Bar[] => {
      const here = sizes.filter((size) => size.tileM === tileM && size.tileN === tileN).map(({ one }) => one);
      const best = here.filter(({ gflops }) => gflops !== undefined).sort((a, b) => b.gflops! - a.gflops!)[0];
      return best
        ? [
            {
              row,
              column,
              tileM,
              tileN,
              gflops: best.gflops!,
              best,
              tried: here.length,
              failed: here.filter(({ failure }) => failure).length,
            },
          ]
        : [];
    }),
  );
  return { tilesM, tilesN, bars, most: Math.max(0, ...bars.map(({ gflops }) => gflops)) };
}

/** One line about a bar. */
export function describeBar({ tileM, tileN, gflops, best: { tile }, tried, failed }: Bar): string {
  return `${tileM} × ${tileN} per workgroup: ${gflops.toPrecision(3)} GFLOP/s; ${tile.rows} × ${4 * tile.vectors} per thread, ${tile.threadsX} × ${tile.threadsY} threads, ${describeStage(tile)}; best of ${tried}${failed > 0 ? `, ${failed} failed` : ""}`;
}

function describeStage(tile: Bar["best"]["tile"]): string {
  switch (tile.stage) {
    case "none":
      return "registers only";
    case "shared":
      return `through workgroup memory, depth ${tile.depth}${tile.prefetch ? ", loading ahead" : ""}`;
    case "matrix":
      return "subgroup matrices";
  }
}
