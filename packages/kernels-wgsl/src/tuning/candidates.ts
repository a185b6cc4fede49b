// The tuner's experiments: per kernel family the sizes, the candidates, and the table entries that follow from the
// fastest.
import { requireCaps } from "../caps.ts";
import type { Caps } from "../caps.ts";
import { matmul } from "../matmul/kernel.ts";
import type { TileConfig, TileShape } from "../matmul/tile-config.ts";
import { rmsNorm } from "../rms-norm/kernel.ts";
import { ssd } from "../ssd/kernel.ts";
import type { SsdSpec } from "@x/base";
import type { Experiment } from "./race.ts";
import type { RowsTuning, SsdTuning } from "./table.ts";
import { matmulShapeClass, tileFits } from "./measured.ts";

/** Sizes of a product. */
export interface TuneShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

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

/** A candidate of `"default"` is what the class of the adapter would do. */
type OrDefault<C> = C | "default";

function tunedWith(caps: Caps, tuning: Caps["tuning"] | null): Caps {
  const { tuning: _, ...rest } = caps;
  return tuning ? { ...rest, tuning } : rest;
}

/**
 * Tiles of one product, the built-in choice first, each as a program would really use it: with k cut where there are
 * too few workgroups. No candidates where the product is not computed by tiles (few rows).
 */
export function productExperiment(shape: TuneShape, tiles: readonly TileShape[], caps: Caps): Experiment<TileShape> {
  const { m, n, k } = shape;
  const shapeClass = matmulShapeClass(shape);
  // Tiles of one precision: a device that may round to f16 has others, whose results differ.
  const spec = { ...shape, precision: "f32" } as const;
  const builtIn = tileOf(matmul.program(spec, tunedWith(caps, null)).dispatches[0]?.config);
  return {
    family: "matmul",
    name: `${m} × ${n} × ${k}`,
    candidates: builtIn ? [builtIn, ...tiles.filter((tile) => tileFits(tile, caps))] : [],
    inputs: { a: numbers(m * k, 1), b: numbers(k * n, 2) },
    outputs: { c: m * n },
    program: (tile, of) => matmul.program(spec, tunedWith(of, { matmul: { [shapeClass]: tile } })),
  };
}

/** The tile in a kernel's configuration, if it has one. */
function tileOf(config: unknown): TileShape | undefined {
  const baked = config as TileConfig | undefined;
  if (baked?.stage === undefined) return undefined; // a product of few rows
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

const scans = {
  software: { b: 1, l: 128, h: 4, p: 64, g: 1, n: 64 },
  hardware: { b: 1, l: 2048, h: 24, p: 64, g: 1, n: 128 },
} as const satisfies Record<string, SsdSpec>;

/** Chunk lengths of the scan. */
export function scanExperiment({ adapter }: Pick<Caps, "adapter">): Experiment<OrDefault<SsdTuning["chunkLength"]>> {
  const shape = scans[adapter === "software" ? "software" : "hardware"];
  const { b, l, h, p, g, n } = shape;
  return {
    family: "ssd",
    name: `scan of ${l} tokens`,
    candidates: ["default", 32, 64],
    inputs: {
      x: numbers(b * l * h * p, 1),
      dt: numbers(b * l * h, 2, 0, 0.1),
      A: numbers(h, 3, -2, -0.1),
      B: numbers(b * l * g * n, 4),
      C: numbers(b * l * g * n, 5),
    },
    outputs: { y: b * l * h * p, finalState: b * h * p * n },
    program: (chunkLength, of) =>
      ssd.program(shape, tunedWith(of, chunkLength === "default" ? null : { ssd: { chunkLength } })),
  };
}

/** Layouts of a row, each forced for rows of any length; in the order in which longer rows want them. */
const none = {
  threadRowLoads: 0,
  threadRowCount: 0,
  loadsOf64: 0,
  loadsOf128: 0,
  loadsOf256: 0,
} as const satisfies Partial<RowsTuning>;
const rowLayouts: readonly Partial<RowsTuning>[] = [
  { ...none, threadRowLoads: 2 ** 30 },
  { ...none, loadsOf64: 2 ** 30 },
  { ...none, loadsOf128: 2 ** 30 },
  { ...none, loadsOf256: 2 ** 30 },
];

/** Lengths of the rows that are tried, in loads of four. */
export const rowLoads: readonly number[] = [8, 32, 64, 192, 384, 1024];
const rowCount = { software: 64, hardware: 2048 };

/** Threads per row of a norm, as a position in the order own, 64, 128, 256. */
export function rowExperiment(loads: number, { adapter }: Pick<Caps, "adapter">): Experiment<number> {
  const rows = rowCount[adapter === "software" ? "software" : "hardware"];
  const cols = 4 * loads;
  return {
    family: "rows",
    name: `${rows} rows of ${cols}`,
    candidates: [...rowLayouts.keys()],
    inputs: { x: numbers(rows * cols, 1), weight: numbers(cols, 2) },
    outputs: { y: rows * cols, rstd: rows },
    program: (layout, of) => rmsNorm.program({ rows, cols, eps: 1e-5 }, tunedWith(of, { rows: rowLayouts[layout]! })),
  };
}

/**
 * The thresholds that follow from the best layout of each length, lengths ascending. A layout that a longer row wants
 * holds for all rows longer than that.
 */
export function rowThresholds(
  best: readonly { readonly loads: number; readonly layout: number }[],
): Partial<RowsTuning> {
  let layout = 0;
  const steady = best.map((one) => ({ loads: one.loads, layout: (layout = Math.max(layout, one.layout)) }));
  const longest = (most: number): number => {
    const within = steady.filter((one) => one.layout <= most);
    return within.length === steady.length ? 2 ** 30 : (within.at(-1)?.loads ?? 0);
  };
  return { threadRowLoads: longest(0), loadsOf64: longest(1), loadsOf128: longest(2) };
}

/** The same numbers every time, even between `low` and `high`. */
function numbers(count: number, seed: number, low: number = -1, high: number = 1): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + ((high - low) * state) / 2 ** 32;
  });
}
