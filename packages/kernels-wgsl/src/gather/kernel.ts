// Reads at positions given by an index, and ordered sums where every element has an index of its own. Sums of slices
// are in ../index-add/kernel.ts.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearConfig, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import { joinPrograms, windowOf, windows } from "../join-programs.ts";
import { indexAdd } from "../index-add/kernel.ts";
import type { GatherConfig, GatherSpec, ScatterConfig, ScatterSpec } from "./spec.ts";

/** Ids of a line that every element of the line looks at; more of them are sorted. */
const MOST_LOOKED_AT = 16;

const word = (vec: 1 | 4): string => (vec === 4 ? "vec4<u32>" : "u32");

/**
 * WGSL that finds `wanted`, the element of an id, or writes the word for ids out of range and ends: in one
 * part of the table only, if there are several.
 */
function findWanted({ index, vec, part, missing }: GatherConfig, id: string): string {
  if (missing === undefined)
    return `  let wanted = ${index === "i32" ? `u32(clamp(${id}, 0, i32(u.n) - 1))` : `min(${id}, u.n - 1u)`};`;
  // A negative i32 becomes a large u32.
  return `  let wanted = u32(${id});
  if (wanted >= u.n) {
    ${part ? "if (u.first == 0u) { " : ""}y[index] = ${word(vec)}(${missing}u);${part ? " }" : ""}
    return;
  }`;
}

/** y[o, j, i] = x[o, ids[j], i]. */
export const indexSelectKernel = defineKernel({
  name: "index_select",
  uniforms: { count: "u32", n: "u32", m: "u32", inner: "u32", first: "u32", rows: "u32" },
  bindings: ({ index, vec }: GatherConfig) => ({
    x: `read ${word(vec)}`,
    ids: `read ${index}`,
    y: `read_write ${word(vec)}`,
  }),
  wgsl: (config) =>
    linearMain(
      config,
      `  if (index >= u.count) { return; }
  let j = index / u.inner % u.m;
  let outer = index / u.inner / u.m;
${findWanted(config, "ids[j]")}
${config.part ? "  if (wanted < u.first || wanted - u.first >= u.rows) { return; }\n" : ""}  y[index] = x[(outer * u.n + wanted${config.part ? " - u.first" : ""}) * u.inner + index % u.inner];`,
    ),
});

/** y[o, j, i] = x[o, ids[o, j, i], i]. */
export const gatherKernel = defineKernel({
  name: "gather",
  uniforms: { count: "u32", n: "u32", m: "u32", inner: "u32" },
  bindings: ({ index }: GatherConfig) => ({ x: "read u32", ids: `read ${index}`, y: "read_write u32" }),
  wgsl: (config) =>
    linearMain(
      config,
      `  if (index >= u.count) { return; }
  let outer = index / u.inner / u.m;
${findWanted(config, "ids[index]")}
  y[index] = x[(outer * u.n + wanted) * u.inner + index % u.inner];`,
    ),
});

/** y[o, k, i] = Σ over j with ids[o, j, i] = k of x[o, j, i]: one thread per element of y; README §2. */
export const scatterAddKernel = defineKernel({
  name: "scatter_add",
  uniforms: { count: "u32", n: "u32", m: "u32", inner: "u32" },
  bindings: (config: ScatterConfig) => ({
    x: `read ${config.type}`,
    ids: `read ${config.index}`,
    y: `read_write ${config.type}`,
  }),
  wgsl: ({ type, ...linear }) =>
    linearMain(
      linear,
      `  if (index >= u.count) { return; }
  let wanted = index / u.inner % u.n;
  let outer = index / u.inner / u.n;
  var total = ${type}();
  for (var j = 0u; j < u.m; j++) {
    let at = (outer * u.m + j) * u.inner + index % u.inner;
    if (u32(ids[at]) == wanted) { total += x[at]; }
  }
  y[index] = total;`,
    ),
});

const nothing: Program = { temps: {}, dispatches: [] };

/**
 * y[o, j, i] = x[o, index[j], i] of 4-byte words. Buffers `x`, `index`, `y`. A table (outer 1) too large to be bound is
 * read by blocks of rows.
 */
function indexSelect({ index, outer, n, m, inner, missing }: GatherSpec, caps: Caps = baseCaps): Program {
  const vec = inner % 4 === 0 ? 4 : 1;
  const count = (outer * m * inner) / vec;
  if (count * n === 0) return nothing;
  const linear = linearConfig(caps);
  const parts = (outer === 1 && windows(n, 4 * inner, caps.maxStorageBufferBindingSize)) || [{ start: 0, end: n }];
  return joinPrograms(
    parts.map((window) => ({
      program: programOf([
        dispatch(indexSelectKernel, {
          config: { index, vec, part: parts.length > 1, ...(missing !== undefined && { missing }), ...linear },
          buffers: { ids: "index" },
          uniforms: { count, n, m, inner: inner / vec, first: window.start, rows: window.end - window.start },
          workgroups: grid1d(count, linear, caps),
        }),
      ]),
      names: parts.length > 1 ? { x: windowOf("x", window, 4 * inner) } : {},
    })),
  );
}

/** y[o, j, i] = x[o, index[o, j, i], i] of 4-byte words. Buffers `x`, `index`, `y`. */
function gatherProgram({ index, outer, n, m, inner, missing }: GatherSpec, caps: Caps = baseCaps): Program {
  const count = outer * m * inner;
  if (count * n === 0) return nothing;
  const linear = linearConfig(caps);
  return programOf([
    dispatch(gatherKernel, {
      config: { index, vec: 1, part: false, ...(missing !== undefined && { missing }), ...linear },
      buffers: { ids: "index" },
      uniforms: { count, n, m, inner },
      workgroups: grid1d(count, linear, caps),
    }),
  ]);
}

/** y[o, k, i] = Σ over j with index[o, j, i] = k of x[o, j, i], in the order of j. Buffers `x`, `index`, `y`. */
function scatterAdd({ type, index, outer, n, m, inner }: ScatterSpec, caps: Caps = baseCaps): Program {
  const count = outer * n * inner;
  if (count === 0) return nothing;
  if (m > MOST_LOOKED_AT)
    return indexAdd({ type, index, outer: 1, n: count, m: outer * m * inner, inner: 1 }, caps, {
      lines: m,
      size: n,
      inner,
    });
  const linear = linearConfig(caps);
  return programOf([
    dispatch(scatterAddKernel, {
      config: { type, index, vec: 1, part: false, ...linear },
      buffers: { ids: "index" },
      uniforms: { count, n, m, inner },
      workgroups: grid1d(count, linear, caps),
    }),
  ]);
}

/** The gather family. Ids outside of [0, n) read the word `missing`, or the nearest valid element, and add nothing. */
export const gather: {
  readonly program: (spec: GatherSpec, caps?: Caps) => Program;
  readonly indexSelect: (spec: GatherSpec, caps?: Caps) => Program;
  readonly indexAdd: (spec: ScatterSpec, caps?: Caps) => Program;
  readonly scatterAdd: (spec: ScatterSpec, caps?: Caps) => Program;
} = { program: gatherProgram, indexSelect, indexAdd, scatterAdd };
