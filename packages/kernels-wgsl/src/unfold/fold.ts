// The adjoint of unfolding: every element is the sum of the window elements that were copied from it. One thread per element, in the order of the windows' offsets, so the same bits come out of every run.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearConfig, type LinearConfig, linearMain, threadsOf } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import { u32 } from "../token-uniforms.ts";

/** Element types of which overlapping windows can be added up. */
export type FoldType = "f32" | "i32" | "u32";

/** One axis: its length, the size of a window, how many there are, from one to the next, and between neighbours within one. */
export interface WindowAxis {
  readonly n: number;
  readonly size: number;
  readonly count: number;
  readonly stride: number;
  readonly dilation: number;
}

export interface FoldConfig extends LinearConfig {
  readonly type: FoldType;
}

const uniforms = {
  ...u32("count", "n0", "n1", "size0", "size1", "count0", "count1"),
  ...u32("stride0", "stride1", "dilation0", "dilation1"),
};

/** WGSL: the window that covers position `at` with its offset `offset` on an axis, or more than there are. */
const windowOn = (axis: 0 | 1, at: string, offset: string): string =>
  `window_at(${at}, ${offset} * u.dilation${axis}, u.stride${axis}, u.count${axis})`;

/** y[i, j] = Σ over offsets a, b of x[a, b, (i − a·dilation) / stride, (j − b·dilation) / stride], where these are windows. */
export const foldKernel = defineKernel({
  name: "fold",
  uniforms,
  bindings: ({ type }: FoldConfig) => ({ x: `read ${type}`, y: `read_write ${type}` }),
  wgsl: ({ type, ...linear }) => `fn window_at(position: u32, offset: u32, stride: u32, count: u32) -> u32 {
  if (offset > position || (position - offset) % stride != 0u) { return count; }
  return min((position - offset) / stride, count);
}

${linearMain(
  threadsOf(linear),
  `  if (index >= u.count) { return; }
  let column = index % u.n1;
  let row = index / u.n1 % u.n0;
  let outer = index / u.n1 / u.n0;
  var total = ${type}();
  for (var a = 0u; a < u.size0; a++) {
    let window0 = ${windowOn(0, "row", "a")};
    if (window0 >= u.count0) { continue; }
    for (var b = 0u; b < u.size1; b++) {
      let window1 = ${windowOn(1, "column", "b")};
      if (window1 < u.count1) {
        total += x[(((outer * u.size0 + a) * u.size1 + b) * u.count0 + window0) * u.count1 + window1];
      }
    }
  }
  y[index] = total;`,
)}`,
});

/** Sums of windows over two axes; one axis is two, the first of length 1. */
export interface FoldSpec {
  readonly type: FoldType;
  readonly outer: number;
  readonly axes: readonly [WindowAxis, WindowAxis];
}

/** Buffers `x` [outer, size, size, count, count] and `y` [outer, n, n]. */
function program({ type, outer, axes: [first, second] }: FoldSpec, caps: Caps = baseCaps): Program {
  const count = outer * first.n * second.n;
  if (count === 0) return programOf([]);
  const linear = linearConfig(caps);
  return programOf([
    dispatch(foldKernel, {
      config: { type, ...linear },
      uniforms: {
        count,
        n0: first.n,
        n1: second.n,
        size0: first.size,
        size1: second.size,
        count0: first.count,
        count1: second.count,
        stride0: first.stride,
        stride1: second.stride,
        dilation0: first.dilation,
        dilation1: second.dilation,
      },
      workgroups: grid1d(count, threadsOf(linear), caps),
    }),
  ]);
}

/** The fold family; unfolding is a copy of a strided view. */
export const fold: { readonly program: (spec: FoldSpec, caps?: Caps) => Program } = { program };
