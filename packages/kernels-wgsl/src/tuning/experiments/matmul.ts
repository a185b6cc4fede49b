// Tiles of matrix products: the candidates, the products that are timed, and a choice for each.
import { type Caps, requireCaps } from "../../caps.ts";
import { matmul } from "../../matmul/kernel.ts";
import type { TileConfig, TileShape } from "../../matmul/tile-config.ts";
import { type Experiment, type Family, numbers, tunedWith, type TuneShape } from "../experiment.ts";
import { matmulShapeClass, tileRuns } from "../measured.ts";

/**
 * Tiles of matrix products that a tuner tries, whether or not a device can run them ({@link tileFits}). Software
 * adapters compile slowly and get a third of them.
 * @example
 * const tiles = tileCandidates(baseCaps).filter((tile) => tileFits(tile, baseCaps));
 */
export function tileCandidates(caps: Pick<Caps, "adapter">): TileShape[] {
  requireCaps("tileCandidates", caps);
  const { adapter } = caps;
  const software = adapter === "software";
  const candidates: TileShape[] = [];
  const direct = software
    ? ([
        [8, 1],
        [8, 8],
      ] as const)
    : ([
        [8, 1],
        [8, 8],
        [16, 8],
        [16, 16],
      ] as const);
  const shared = software
    ? ([[8, 8]] as const)
    : ([
        [8, 8],
        [16, 8],
        [16, 16],
      ] as const);
  for (const rows of [8, 16, 4]) {
    for (const vectors of [2, 1, 4]) {
      for (const [threadsX, threadsY] of direct)
        candidates.push({ stage: "none", rows, vectors, threadsX, threadsY, depth: 4 });
      for (const [threadsX, threadsY] of shared) {
        for (const depth of software ? [16] : [16, 8, 32]) {
          candidates.push({ stage: "shared", rows, vectors, threadsX, threadsY, depth });
          if (!software) candidates.push({ stage: "shared", rows, vectors, threadsX, threadsY, depth, prefetch: true });
        }
      }
    }
  }
  return candidates;
}

/**
 * The products that {@link tune} measures: those of a 130 M model, smaller on software adapters.
 * @example
 * console.log(tuneShapes(baseCaps)[0]); // { m: 512, n: 3072, k: 768 }
 */
export function tuneShapes(caps: Pick<Caps, "adapter">): TuneShape[] {
  requireCaps("tuneShapes", caps);
  return caps.adapter === "software"
    ? [{ m: 256, n: 256, k: 256 }]
    : [
        { m: 512, n: 3072, k: 768 },
        { m: 4096, n: 768, k: 1536 },
        { m: 1024, n: 1024, k: 1024 },
        { m: 64, n: 64, k: 1024 },
      ];
}

const axes = [
  { name: "tile rows" },
  { name: "tile columns" },
  { name: "operands" },
  { name: "depth" },
  { name: "rows per thread" },
  { name: "columns per thread" },
];

const stages = { none: "registers", shared: "workgroup memory", matrix: "subgroup matrices" };

/** Tiles of one product, each as a program would really use it: with k cut where there are too few workgroups. */
function productExperiment(shape: TuneShape, tiles: readonly TileShape[], caps: Caps): Experiment<TileShape> {
  const { m, n, k } = shape;
  const name = `${m} × ${n} × ${k}`;
  const shapeClass = matmulShapeClass(shape);
  // Tiles of one precision: a device that may round to f16 has others, whose results differ.
  const spec = { ...shape, precision: "f32" } as const;
  const builtIn = tileOf(matmul.program(spec, tunedWith(caps, undefined)).dispatches[0]?.config);
  return {
    landscape: name,
    name,
    sizes: { m, n, k },
    axes,
    work: { amount: 2 * m * n * k, unit: "GFLOP/s" },
    candidates: builtIn ? [builtIn, ...tiles] : [], // a product of few rows is not computed by tiles
    inputs: { a: numbers(m * k, 1), b: numbers(k * n, 2) },
    outputs: { c: m * n },
    place(tile) {
      const ahead = tile.stage === "shared" && tile.prefetch ? ", loading ahead" : "";
      const columns = 4 * tile.vectors;
      const size = [tile.rows * tile.threadsY, columns * tile.threadsX];
      return [...size, stages[tile.stage] + ahead, tile.depth, tile.rows, columns];
    },
    refuses: (tile) =>
      tileRuns(tile, caps) ? undefined : "the tile must fit the device's threads and memory of a workgroup",
    program: (tile, of) => matmul.program(spec, tunedWith(of, tile && { matmul: { [shapeClass]: tile } })),
  };
}

/** The tile in a kernel's configuration, if it has one. */
function tileOf(config: unknown): TileShape | undefined {
  const baked = config as TileConfig | undefined;
  if (baked?.stage === undefined) return undefined;
  const { rows, vectors, threadsX, threadsY, depth } = baked;
  const tile = { rows, vectors, threadsX, threadsY, depth };
  switch (baked.stage) {
    case "none":
      return { ...tile, stage: "none" };
    case "shared":
      return { ...tile, stage: "shared", ...(baked.prefetch !== undefined && { prefetch: baked.prefetch }) };
    case "matrix":
      return { ...tile, stage: "matrix", blocks: baked.blocks };
  }
}

export const matmulFamily: Family<"matmul", TileShape> = {
  experiments: (caps, { shapes = tuneShapes(caps), tiles = tileCandidates(caps) }) =>
    shapes.map((shape) => productExperiment(shape, tiles, caps)),
  choose: (raced) =>
    raced.length === 0
      ? undefined
      : Object.fromEntries(
          raced.map(({ experiment, chosen }) => [matmulShapeClass(experiment.sizes as unknown as TuneShape), chosen]),
        ),
};
