// Writing single elements, each to a position of its own along an axis: y = x with y[o, index[o, j, i], i] = source[o, j, i]. Of several at one place the last j wins: the largest j + 1 is kept by an
// integer atomic, whose result does not depend on the order, before anything is written.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearConfig, type LinearConfig, linearMain, threadsOf } from "../grid.ts";
import type { IndexType } from "../gather/spec.ts";
import { zeroKernel } from "../index-add/kernel.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";

export interface ScatterClaimConfig extends LinearConfig {
  readonly index: IndexType;
}

const sizes = { count: "u32", n: "u32", m: "u32", inner: "u32" } as const;

/** winners[o, k, i] = the largest j + 1 with ids[o, j, i] = k. */
export const scatterClaimKernel = defineKernel({
  name: "scatter_claim",
  uniforms: sizes,
  bindings: ({ index }: ScatterClaimConfig) => ({ ids: `read ${index}`, winners: "read_write atomic<u32>" }),
  wgsl: (config) =>
    linearMain(
      threadsOf(config),
      `  if (index >= u.count) { return; }
  let wanted = u32(ids[index]); // a negative i32 becomes a large u32
  if (wanted >= u.n) { return; }
  let outer = index / u.inner / u.m;
  atomicMax(&winners[(outer * u.n + wanted) * u.inner + index % u.inner], index / u.inner % u.m + 1u);`,
    ),
});

/** y = the winner's element, or x's where there is none. */
export const scatterWriteKernel = defineKernel({
  name: "scatter_write",
  uniforms: sizes,
  bindings: () => ({ x: "read u32", winners: "read u32", elements: "read u32", y: "read_write u32" }),
  wgsl: (config: LinearConfig) =>
    linearMain(
      threadsOf(config),
      `  if (index >= u.count) { return; }
  let winner = winners[index];
  var word = x[index];
  if (winner > 0u) { word = elements[(index / u.inner / u.n * u.m + winner - 1u) * u.inner + index % u.inner]; }
  y[index] = word;`,
    ),
});

/** x [outer, n, inner]; index and source [outer, m, inner]; elements of 4 bytes. */
export interface ScatterWriteSpec {
  readonly index: IndexType;
  readonly outer: number;
  readonly n: number;
  readonly m: number;
  readonly inner: number;
}

/** Buffers `x`, `index`, `source`, `y`. Ids outside of [0, n) write nothing. */
function program({ index, outer, n, m, inner }: ScatterWriteSpec, caps: Caps = baseCaps): Program {
  const [count, claims] = [outer * n * inner, outer * m * inner];
  if (count === 0) return programOf([]);
  const linear = linearConfig(caps);
  const groups = (threads: number): [number, number] => grid1d(threads, threadsOf(linear), caps);
  return programOf(
    [
      dispatch(zeroKernel, {
        config: { vec: 1, ...linear },
        buffers: { y: "winners" },
        uniforms: { count },
        workgroups: groups(count),
      }),
      ...(claims === 0
        ? []
        : [
            dispatch(scatterClaimKernel, {
              config: { index, ...linear },
              buffers: { ids: "index" },
              uniforms: { count: claims, n, m, inner },
              workgroups: groups(claims),
            }),
          ]),
      dispatch(scatterWriteKernel, {
        config: linear,
        buffers: { elements: "source" },
        uniforms: { count, n, m, inner },
        workgroups: groups(count),
      }),
    ],
    { winners: 4 * count },
  );
}

/** The scatter family. */
export const scatter: { readonly program: (spec: ScatterWriteSpec, caps?: Caps) => Program } = { program };
