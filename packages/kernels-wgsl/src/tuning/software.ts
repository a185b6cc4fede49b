// Adapters that compute on the CPU (SwiftShader, lavapipe). They serve tests: the table only keeps barriers few and
// tiles small.
import { tileShapes } from "../matmul/tile-shapes.ts";
import type { TuningTable } from "./table.ts";

export const software: TuningTable = {
  matmul: {
    tile: tileShapes.direct,
    smallTile: tileShapes.direct,
    minWorkgroups: 8,
    splitKBelow: 8,
    targetWorkgroups: 8,
    minSplitDepth: 256,
    matvec: { lanes: 1, outputs: 4, columns: 8 },
    matvecTransposed: { lanes: 1, outputs: 8, columns: 4 },
    subgroupColumns: 8,
    fewRows: 0,
  },
  ssd: { chunkLength: 32, targetWorkgroups: 16 },
  rows: {
    threadRowLoads: 2 ** 30,
    threadRowCount: 0,
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
  reduce: { threadRowLoads: 2 ** 30, targetRows: 256, minRowLoads: 256, targetThreads: 256, minThreadLoads: 256 },
  cumsum: { serialLength: 2 ** 30, serialRows: 0 },
  attention: { tile: 8, targetWorkgroups: 8, minSplitSlots: 128 },
};
