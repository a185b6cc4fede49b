// Types of tuning tables: one section per kernel family, one file per class of adapters. Plain data.
import type { MatvecShape } from "../matmul/matvec-config.ts";
import type { TileShape } from "../matmul/tile-config.ts";
import type { SubgroupMatrixTuning } from "../matmul/subgroup-matrix/shape.ts";

/** How products are cut into tiles and workgroups. */
export interface MatmulTuning {
  readonly tile: TileShape;
  /** used where `tile` would give fewer than `minWorkgroups`, even with k cut */
  readonly smallTile: TileShape;
  readonly minWorkgroups: number;
  /** fewer are too few to keep k whole: it is cut until there are about `targetWorkgroups` */
  readonly splitKBelow: number;
  readonly targetWorkgroups: number;
  /** workgroups of `tile` that run together, where that is known: parts of k are as many as fill whole waves of them best */
  readonly atOnce?: number;
  /** k is not cut into parts shorter than this */
  readonly minSplitDepth: number;
  /** how products that may round to f16 are cut, on devices with subgroup matrices; absent: as all others */
  readonly matrix?: Pick<
    MatmulTuning,
    "tile" | "smallTile" | "minWorkgroups" | "splitKBelow" | "targetWorkgroups" | "minSplitDepth" | "atOnce"
  > & {
    /** which of them have their operands rounded in a pass before; absent: none */
    readonly panels?: SubgroupMatrixTuning;
  };
  /** B as it is: threads next to each other along n; B transposed: along k */
  readonly matvec: MatvecShape;
  readonly matvecTransposed: MatvecShape;
  /**
   * Columns of a transposed B that one subgroup takes in place of `matvecTransposed`, where subgroups have one size; 0:
   * that shape always.
   */
  readonly subgroupColumns: number;
  /** Up to as many rows of one product with a transposed B are read past B, a few by a workgroup; 0: up to four, as everywhere. */
  readonly fewRows: number;
  /** tiles that won for single classes of shapes, by {@link matmulShapeClass}; absent: none was measured */
  readonly measured?: Readonly<Record<string, TileShape>>;
}

/** How scans are cut into chunks and workgroups. */
export interface SsdTuning {
  /** tokens per chunk */
  readonly chunkLength: 32 | 64;
  /**
   * workgroups that keep the device busy: the backward pass sums over as few heads per workgroup as it takes to have
   * them
   */
  readonly targetWorkgroups: number;
  /**
   * Where products may round to f16 and the device has subgroup matrices: steps of the summed index staged at a time,
   * threads of a workgroup, and workgroups as above; absent: as all others.
   */
  readonly matrix?: {
    readonly depth: 16 | 32;
    readonly threads: number;
    readonly targetWorkgroups: number;
    /**
     * Workgroups, each of which takes a tile of a state through all chunks, from which on they do; fewer leave the
     * device idle, and all chunks are then multiplied at once.
     */
    readonly walks: number;
    /** States that enter chunks, and their gradients, are stored as f16: the kernels round them as they read them. */
    readonly halfStates?: true;
  };
}

/** How many threads share a row; a load is one f32 or, where rows allow it, one vec4f. */
export interface RowsTuning {
  /**
   * Rows of at most so many loads are walked by one thread each, where there are at least `threadRowCount` of them:
   * barriers would cost more.
   */
  readonly threadRowLoads: number;
  readonly threadRowCount: number;
  /**
   * Longer rows are summed by subgroups first, and once through workgroup memory, where the device's subgroups have one
   * size.
   */
  readonly subgroupSums: boolean;
  /** rows of at most so many loads: 64 threads share one */
  readonly loadsOf64: number;
  /** rows of at most so many loads: 128 threads share one */
  readonly loadsOf128: number;
  /** rows of at most so many loads: 256 threads share one; longer ones take 1024, where the device allows so many */
  readonly loadsOf256: number;
  /**
   * Backward passes of norms: loads of a row whose column sums a thread may keep, and the blocks of rows that keep the
   * device busy.
   */
  readonly keptLoads: number;
  readonly normBlocks: number;
  /**
   * Threads that share a column where partial sums are added up: each waits for its loads in turn, so more threads have
   * more loads in flight.
   */
  readonly sumLanes: 16 | 64;
  /** Column sums of matrices at least so wide take four columns per thread: narrower ones want the threads. */
  readonly columnVectors: number;
}

/** How the causal convolution walks through time. */
export interface ConvTuning {
  /**
   * time steps per thread: longer segments read fewer inputs twice and leave fewer partial sums, shorter ones are more
   * threads
   */
  readonly forwardSegment: number;
  readonly backwardSegment: number;
  /**
   * time steps that a thread loads before it computes any of them: loads wait for memory together, and take registers
   * until they are used
   */
  readonly forwardAhead: 1 | 2 | 4 | 8;
  readonly backwardAhead: 1 | 2 | 4 | 8;
}

/** How reductions are cut. */
export interface ReduceTuning {
  /** contiguous rows of at most so many loads are reduced by one thread each, longer ones by a workgroup */
  readonly threadRowLoads: number;
  /** Results of shared rows that fill the machine; fewer are cut into segments of at least `minRowLoads` loads. */
  readonly targetRows: number;
  readonly minRowLoads: number;
  /** the same of results with a thread each */
  readonly targetThreads: number;
  readonly minThreadLoads: number;
}

/** How attention is cut into tiles of scores. */
export interface AttentionTuning {
  /** rows and columns of a tile: 32, or 8 where threads and workgroup memory are dear */
  readonly tile: 8 | 32;
  /** workgroups that keep the device busy: a long cache is cut into as many parts as it takes to have them … */
  readonly targetWorkgroups: number;
  /** … but into none of fewer slots than this */
  readonly minSplitSlots: number;
}

/** How running sums are computed. */
export interface CumsumTuning {
  /**
   * Contiguous rows of more than `serialLength` elements, or fewer than `serialRows` of them, are scanned by a
   * workgroup each; others are walked by a thread.
   */
  readonly serialLength: number;
  readonly serialRows: number;
}

/** Everything a class of adapters wants otherwise than another. */
export interface TuningTable {
  readonly matmul: MatmulTuning;
  readonly ssd: SsdTuning;
  readonly rows: RowsTuning;
  readonly conv: ConvTuning;
  readonly reduce: ReduceTuning;
  readonly cumsum: CumsumTuning;
  readonly attention: AttentionTuning;
}

/** Choices of one device. They override the table of its class. */
export interface Tuning {
  /** `adapterKey` of the device it was measured on; absent: the caller's own choices, for any */
  readonly adapter?: string;
  /** by {@link matmulShapeClass} */
  readonly matmul?: Readonly<Record<string, TileShape>>;
  readonly ssd?: Partial<TuningTable["ssd"]>;
  readonly rows?: Partial<TuningTable["rows"]>;
  readonly conv?: Partial<TuningTable["conv"]>;
  readonly reduce?: Partial<TuningTable["reduce"]>;
  readonly cumsum?: Partial<TuningTable["cumsum"]>;
  readonly attention?: Partial<TuningTable["attention"]>;
}
