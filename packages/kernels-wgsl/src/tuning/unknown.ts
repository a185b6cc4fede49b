// Safe defaults, for adapters of which nothing is known: moderate tiles, 16 KiB of workgroup memory, no subgroups. Other classes start from these.
import { tileShapes } from "../matmul/tile-shapes.ts";
import type { TuningTable } from "./table.ts";

export const unknown: TuningTable = {
  matmul: {
    tile: tileShapes.large,
    smallTile: tileShapes.small,
    leastWorkgroups: 128,
    enoughWorkgroups: 128,
    wantedWorkgroups: 128,
    leastSplitDepth: 256,
    matvec: { lanes: 8, outputs: 32 },
    matvecTransposed: { lanes: 32, outputs: 8 },
    subgroupColumns: 2,
  },
  ssd: { chunkLength: 64, wantedWorkgroups: 256 },
  rows: {
    ownRowLoads: 8,
    ownRowCount: 256,
    subgroupSums: false,
    loadsOf64: 64,
    loadsOf128: 256,
    loadsOf256: 2 ** 30,
    keptLoads: 8,
    normBlocks: 512,
    sumLanes: 16,
    columnVectors: 1024,
  },
  conv: { forwardSegment: 16, backwardSegment: 32, forwardAhead: 4, backwardAhead: 4 },
  reduce: { ownRowLoads: 32, wantedRows: 512, shortestRow: 1024, wantedThreads: 16384, shortestThread: 32 },
  cumsum: { walkedLength: 64, walkedRows: 256 },
};
