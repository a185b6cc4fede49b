// Adapters that compute on the CPU (SwiftShader, lavapipe). They serve tests: the table only keeps barriers few and tiles small.
import { tileShapes } from "../matmul/tile-shapes.ts";
import type { TuningTable } from "./table.ts";

export const software: TuningTable = {
  matmul: {
    tile: tileShapes.direct,
    smallTile: tileShapes.direct,
    leastWorkgroups: 8,
    enoughWorkgroups: 8,
    wantedWorkgroups: 8,
    leastSplitDepth: 256,
    matvec: { lanes: 1, outputs: 4, columns: 8 },
    matvecTransposed: { lanes: 1, outputs: 8, columns: 4 },
    subgroupColumns: 8,
  },
  ssd: { chunkLength: 32, wantedWorkgroups: 16 },
  rows: {
    ownRowLoads: 2 ** 30,
    ownRowCount: 0,
    subgroupSums: false,
    loadsOf64: 64,
    loadsOf128: 256,
    loadsOf256: 2 ** 30,
    keptLoads: 8,
    normBlocks: 512,
    sumLanes: 16,
    columnVectors: 0,
  },
  conv: { forwardSegment: 16, backwardSegment: 32, forwardAhead: 1, backwardAhead: 1 },
  reduce: { ownRowLoads: 2 ** 30, wantedRows: 256, shortestRow: 256, wantedThreads: 256, shortestThread: 256 },
  cumsum: { walkedLength: 2 ** 30, walkedRows: 0 },
};
