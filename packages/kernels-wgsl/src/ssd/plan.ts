// Sizes of a scan and what follows from them: chunk length, slices of the batch that fit a buffer binding, uniforms, grids.
import { baseCaps, type Caps } from "../caps.ts";
import { KernelError } from "../errors.ts";
import { hasMatrixUnits } from "../matmul/units/blocks.ts";
import { tuned } from "../tuning/select.ts";
import type { SsdTuning } from "../tuning/table.ts";
import { type Finish, matrixBytes, type MatrixConfig, matrixShares } from "./matrix.ts";
import { teamPlan, type TeamPlan } from "./teams.ts";
import { type sizeUniforms, tileThreads } from "./tile.ts";

/** What a program of the scan depends on. Names of flags are those of the buffers they switch on. */
export interface SsdShape {
  readonly b: number;
  readonly l: number;
  readonly h: number;
  readonly p: number;
  readonly g: number;
  readonly n: number;
  readonly dtSoftplus?: boolean;
  /** [lo, hi]; default [0, Infinity] */
  readonly dtLimit?: readonly [number, number];
  /** D is given, as [h] or as [h, p] */
  readonly D?: "head" | "channel" | undefined;
  readonly z?: boolean;
  readonly dtBias?: boolean;
  readonly initialState?: boolean;
  readonly seqIdx?: boolean;
}

/** Choices of a caller who knows better than the tuning tables: a tuner, or a test of plans that small cases do not reach. */
export interface SsdChoice extends Partial<Pick<SsdTuning, "chunkLength" | "stage" | "matrix">> {
  /** What products may round their operands to; default what the device says. */
  readonly precision?: "f32" | "f16";
  /** Heads that one workgroup of the backward pass sums over; default: as many as leave the device busy. */
  readonly headsPerBlock?: number;
}

/** A range of batch elements whose temps fit. */
export interface Slice {
  readonly start: number;
  readonly count: number;
}

/** An {@link SsdShape} with everything decided. */
export interface SsdPlan {
  readonly shape: SsdShape;
  readonly q: 32 | 64;
  /** chunks of one batch element */
  readonly c: number;
  readonly slices: readonly Slice[];
  /** batch elements of the largest slice */
  readonly sliceSize: number;
  /** blocks into which the heads of a group are split where a kernel sums over them */
  readonly headBlocks: number;
  readonly headsPerBlock: number;
  /** tiles that cover p and n */
  readonly tilesP: number;
  readonly tilesN: number;
  /** products go from memory to registers (`direct.ts`), not through tiles in workgroup memory */
  readonly direct: boolean;
  /** products round their operands to f16 and run on matrix units (`matrix.ts`), in some kernels through the registers of tile.ts; undefined: they are f32 */
  readonly matrix: { readonly wide: MatrixConfig; readonly registers: MatrixConfig } | undefined;
  /** products go from memory to registers, one operand shared within subgroups (`teams.ts`) */
  readonly teams: TeamPlan | undefined;
  readonly caps: Caps;
}

/** Largest finite f32: stands for Infinity, which WGSL need not have. */
const largestF32 = 3.4028234663852886e38;

/** Plans a scan. @throws KernelError (kind `argument` or `limit`) */
export function planScan(shape: SsdShape, caps: Caps = baseCaps, choice: SsdChoice = {}): SsdPlan {
  const { b, l, h, p, g, n } = shape;
  for (const [name, size] of Object.entries({ b, l, h, p, g, n })) {
    if (!Number.isInteger(size) || size < 1) throw new KernelError(`ssd: ${name} must be a whole number of at least 1; got ${size}.`);
  }
  if (h % g !== 0) throw new KernelError(`ssd: g must divide h; got g = ${g} and h = ${h}.`);
  const tuning = { ...tuned(caps, "ssd"), ...choice };
  const q = tuning.chunkLength;
  const matrix = planMatrix(shape, caps, choice.precision ?? caps.matmulPrecision, tuning);
  const eights = !matrix && p % 8 === 0 && n % 8 === 0;
  const teams = eights && (tuning.stage === "subgroup" || tuning.stage === "quad") ? teamPlan(tuning.stage, q, caps) : undefined;
  const direct = tuning.stage !== "shared" && eights && !teams;
  const c = Math.ceil(l / q);
  const stateBytes = 4 * c * h * p * n;
  const stepBytes = 16 * c * q * h;
  const perElement = Math.max(stateBytes, stepBytes);
  const most = caps.maxStorageBufferBindingSize;
  if (perElement > most) {
    throw new KernelError(
      `ssd: the states of one sequence must fit a binding of ${most} bytes (maxStorageBufferBindingSize); ${l} tokens need ${perElement}. ` +
        "Scan it in parts, each from the final state of the one before.",
      { kind: "limit", limit: "maxStorageBufferBindingSize", needed: perElement, available: most },
    );
  }
  const fitting = Math.min(Math.floor(most / perElement), Math.floor(caps.maxComputeWorkgroupsPerDimension / c));
  const sliceSize = Math.min(b, Math.max(1, fitting));
  if (c > caps.maxComputeWorkgroupsPerDimension || h > caps.maxComputeWorkgroupsPerDimension) {
    throw new KernelError(`ssd: chunks and heads must each be at most ${caps.maxComputeWorkgroupsPerDimension}; got ${c} chunks and ${h} heads.`, {
      kind: "limit", limit: "maxComputeWorkgroupsPerDimension", needed: Math.max(c, h), available: caps.maxComputeWorkgroupsPerDimension,
    });
  }
  const slices: Slice[] = [];
  for (let start = 0; start < b; start += sliceSize) slices.push({ start, count: Math.min(sliceSize, b - start) });
  const headsPerGroup = h / g;
  const wantedBlocks = Math.min(headsPerGroup, Math.ceil((matrix ? tuning.matrix! : tuning).wantedWorkgroups / (sliceSize * c * g)));
  const headsPerBlock = choice.headsPerBlock ?? Math.ceil(headsPerGroup / wantedBlocks);
  return {
    shape, q, c, slices, sliceSize, headsPerBlock, headBlocks: Math.ceil(headsPerGroup / headsPerBlock), tilesP: Math.ceil(p / q), tilesN: Math.ceil(n / q), direct, matrix, teams, caps,
  };
}

/** With fewer channels or columns of the state most of a matrix unit's block would be padding. */
const leastMatrixLines = 16;

/** How products run on matrix units: where they may round to f16, rows of p and n are made of vec4s, and the device has what it takes. */
function planMatrix({ p, n }: SsdShape, caps: Caps, precision: "f32" | "f16" | undefined, { chunkLength: q, matrix }: SsdTuning): SsdPlan["matrix"] {
  if (precision !== "f16" || !matrix || p % 4 !== 0 || n % 4 !== 0 || Math.min(p, n) < leastMatrixLines || !hasMatrixUnits(caps)) return undefined;
  const config = { q, depth: matrix.depth, subgroupSize: caps.subgroupMinSize };
  const both = { wide: { ...config, threads: matrix.threads }, registers: { ...config, threads: tileThreads(q) } };
  const fits = (one: MatrixConfig, finish: Finish): boolean =>
    matrixShares(one) && matrixBytes(one, finish) <= caps.maxComputeWorkgroupStorageSize && one.threads <= caps.maxComputeInvocationsPerWorkgroup;
  return fits(both.wide, "rows") && fits(both.registers, "registers") ? both : undefined;
}

/** Values of the size uniforms for one slice. */
export function sizesOf({ shape: { l, h, p, g, n }, c }: SsdPlan, slice: Slice): Record<keyof typeof sizeUniforms, number> {
  return { batch_start: slice.start, l, h, p, g, n, c };
}

/** Values of the uniforms of the step computation. */
export function stepUniforms({ dtSoftplus = false, dtLimit: [lo, hi] = [0, Infinity] }: Pick<SsdShape, "dtSoftplus" | "dtLimit">): Record<"softplus" | "lo" | "hi", number> {
  return { softplus: dtSoftplus ? 1 : 0, lo, hi: Math.min(hi, largestF32) };
}

/** Element strides of D over heads and channels. */
export function skipStrides({ D, p }: Pick<SsdShape, "D" | "p">): { d_head: number; d_channel: number } {
  return D === "channel" ? { d_head: p, d_channel: 1 } : { d_head: 1, d_channel: 0 };
}
