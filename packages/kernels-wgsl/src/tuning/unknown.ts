// Safe defaults, for adapters of which nothing is known: moderate tiles, 16 KiB of workgroup memory, no subgroups.
// Other classes start from these.
import { tileShapes } from "../matmul/tile-shapes.ts";
import type { TuningTable } from "./table.ts";

export const unknown: TuningTable = {
  matmul: {
    tile: tileShapes.large,
    smallTile: tileShapes.small,
    minWorkgroups: 128,
    splitKBelow: 128,
    targetWorkgroups: 128,
    minSplitDepth: 256,
    matvec: { lanes: 8, outputs: 32 },
    matvecTransposed: { lanes: 32, outputs: 8 },
    subgroupColumns: 2,
    fewRows: 0,
  },
  ssd: { chunkLength: 64, targetWorkgroups: 256 },
  rows: {
    threadRowLoads: 8,
    threadRowCount: 256,
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
  reduce: { threadRowLoads: 32, targetRows: 512, minRowLoads: 1024, targetThreads: 16384, minThreadLoads: 32 },
  cumsum: { serialLength: 64, serialRows: 256 },
  attention: { tile: 32, targetWorkgroups: 128, minSplitSlots: 128 },
};
