// Kernels along rows: how many threads share a row, for rows of several lengths. Tables hold thresholds: rows of up to so many loads are shared by so many threads.
import type { Caps } from "../../caps.ts";
import { cumsum } from "../../cumsum/kernel.ts";
import type { Program } from "../../kernel.ts";
import { reduce } from "../../reduce/kernel.ts";
import { rmsNorm } from "../../rms-norm/kernel.ts";
import { type Experiment, type Family, numbers, type Raced, tunedWith } from "../experiment.ts";
import type { Tuning } from "../table.ts";

const always = 2 ** 30;

/** A way to share rows: what it is called, and the choices that force it on rows of any length. */
interface Layout {
  readonly threads: number | string;
  readonly tuning: Tuning;
}

/** Lengths of the rows that are tried, in loads of four numbers. */
const rowLoads: readonly number[] = [8, 32, 64, 192, 384, 1024];

interface RowKernel {
  readonly landscape: string;
  /** in the order in which longer rows want them */
  readonly layouts: readonly Layout[];
  readonly rows: Readonly<Record<"software" | "hardware", number>>;
  sizes(rows: number, cols: number): Pick<Experiment<Layout>, "inputs" | "outputs">;
  program(rows: number, cols: number, caps: Caps): Program;
}

function experiment(
  kernel: RowKernel,
  loads: number,
  { adapter, maxComputeInvocationsPerWorkgroup: most }: Caps,
): Experiment<Layout> {
  const rows = kernel.rows[adapter === "software" ? "software" : "hardware"];
  const cols = 4 * loads;
  const { inputs, outputs } = kernel.sizes(rows, cols);
  const bytes = [...Object.values(inputs).map(({ length }) => length), ...Object.values(outputs)].reduce(
    (a, b) => a + 4 * b,
    0,
  );
  return {
    landscape: kernel.landscape,
    name: `${rows} rows of ${cols}`,
    sizes: { loads },
    axes: [{ name: "row", unit: "numbers" }, { name: "threads of a row" }],
    work: { amount: bytes, unit: "GB/s" },
    candidates: kernel.layouts,
    inputs,
    outputs,
    place: ({ threads }) => [cols, threads],
    refuses: ({ threads }) =>
      Number(threads) > most ? `a workgroup of this device has at most ${most} threads` : undefined,
    program: (layout, of) => kernel.program(rows, cols, tunedWith(of, layout?.tuning)),
  };
}

/**
 * For each layout, the longest rows that want it or one before it, lengths ascending: 0 where none do, and without end
 * where all do. A layout that a row wants holds for all longer rows.
 */
export function rowThresholds(
  best: readonly { readonly loads: number; readonly layout: number }[],
  layouts: number,
): number[] {
  let layout = 0;
  const steady = best.map((one) => ({ loads: one.loads, layout: (layout = Math.max(layout, one.layout)) }));
  return Array.from({ length: layouts }, (_, most) => {
    const within = steady.filter((one) => one.layout <= most);
    return within.length === steady.length ? always : (within.at(-1)?.loads ?? 0);
  });
}

/** Thresholds need every length: some of them would say nothing of the others. */
function thresholdsOf({ layouts }: RowKernel, raced: readonly Raced<Layout>[], all: number): number[] | undefined {
  if (raced.length < all) return undefined;
  const best = raced.map(({ experiment: { sizes }, chosen }) => ({
    loads: sizes["loads"]!,
    layout: layouts.indexOf(chosen),
  }));
  return rowThresholds(best, layouts.length);
}

const experimentsOf =
  (kernel: RowKernel) =>
  (caps: Caps): Experiment<Layout>[] =>
    rowLoads.map((loads) => experiment(kernel, loads, caps));

const none = { threadRowLoads: 0, threadRowCount: 0, loadsOf64: 0, loadsOf128: 0, loadsOf256: 0 };
const norm: RowKernel = {
  landscape: "RMS norm",
  layouts: [
    { threads: 1, tuning: { rows: { ...none, threadRowLoads: always } } },
    { threads: 64, tuning: { rows: { ...none, loadsOf64: always } } },
    { threads: 128, tuning: { rows: { ...none, loadsOf128: always } } },
    { threads: 256, tuning: { rows: { ...none, loadsOf256: always } } },
    { threads: 1024, tuning: { rows: none } },
  ],
  rows: { software: 64, hardware: 2048 },
  sizes: (rows, cols) => ({
    inputs: { x: numbers(rows * cols, 1), weight: numbers(cols, 2) },
    outputs: { y: rows * cols, rstd: rows },
  }),
  program: (rows, cols, caps) => rmsNorm.program({ rows, cols, eps: 1e-5 }, caps),
};

export const rowsFamily: Family<"rows", Layout> = {
  experiments: experimentsOf(norm),
  choose(raced, all) {
    const [threadRowLoads, loadsOf64, loadsOf128, loadsOf256] = thresholdsOf(norm, raced, all) ?? [];
    return threadRowLoads === undefined
      ? undefined
      : { threadRowLoads, loadsOf64: loadsOf64!, loadsOf128: loadsOf128!, loadsOf256: loadsOf256! };
  },
};

const sum: RowKernel = {
  landscape: "sum",
  layouts: [
    { threads: "1", tuning: { reduce: { threadRowLoads: always } } },
    { threads: "a workgroup", tuning: { reduce: { threadRowLoads: 0 } } },
  ],
  rows: { software: 64, hardware: 4096 },
  sizes: (rows, cols) => ({ inputs: { x: numbers(rows * cols, 1) }, outputs: { y: rows } }),
  program: (outer, n, caps) => reduce.program({ op: "sum", type: "f32", steps: [{ outer, n, inner: 1 }] }, caps),
};

export const reduceFamily: Family<"reduce", Layout> = {
  experiments: experimentsOf(sum),
  choose(raced, all) {
    const [threadRowLoads] = thresholdsOf(sum, raced, all) ?? [];
    return threadRowLoads === undefined ? undefined : { threadRowLoads };
  },
};

const running: RowKernel = {
  landscape: "running sum",
  layouts: [
    { threads: "1", tuning: { cumsum: { serialLength: always, serialRows: 0 } } },
    { threads: "a workgroup", tuning: { cumsum: { serialLength: 0 } } },
  ],
  rows: { software: 64, hardware: 4096 },
  sizes: (rows, cols) => ({ inputs: { x: numbers(rows * cols, 1) }, outputs: { y: rows * cols } }),
  program: (outer, n, caps) => cumsum.program({ type: "f32", outer, n, inner: 1 }, caps),
};

export const cumsumFamily: Family<"cumsum", Layout> = {
  experiments: experimentsOf(running),
  choose(raced, all) {
    const [loads] = thresholdsOf(running, raced, all) ?? [];
    return loads === undefined ? undefined : { serialLength: Math.min(always, 4 * loads) };
  },
};
