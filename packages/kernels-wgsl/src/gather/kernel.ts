// Reads and ordered sums at positions given by an index. No float atomics: README.md says how sums keep their order.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";

export type IndexType = "i32" | "u32";
export type GatherType = "f32" | "i32" | "u32";

/** What is baked into the text of the kernels that only copy: elements are 4-byte words. */
export interface GatherConfig {
  readonly index: IndexType;
  readonly vec: 1 | 4;
}

/** What is baked into the text of the kernels that add. */
export interface ScatterConfig extends GatherConfig {
  readonly type: GatherType;
}

const WORKGROUP = 256;
const LINK_WORKGROUP = 64;

const word = (vec: 1 | 4): string => (vec === 4 ? "vec4<u32>" : "u32");
const valueType = ({ type, vec }: ScatterConfig): string => (vec === 4 ? `vec4<${type}>` : type);

/** The id, moved to the nearest valid one. */
function clamped(type: IndexType, id: string): string {
  return type === "i32" ? `u32(clamp(${id}, 0, i32(u.n) - 1))` : `min(${id}, u.n - 1u)`;
}

/** y[o, j, i] = x[o, ids[j], i]. */
export const indexSelectKernel: Kernel<"x" | "ids" | "y", "count" | "n" | "m" | "inner", GatherConfig> = defineKernel({
  name: "index_select",
  uniforms: { count: "u32", n: "u32", m: "u32", inner: "u32" },
  bindings: ({ index, vec }) => ({ x: `read ${word(vec)}`, ids: `read ${index}`, y: `read_write ${word(vec)}` }),
  wgsl: ({ index }) => linearMain(WORKGROUP, `  if (index >= u.count) { return; }
  let j = index / u.inner % u.m;
  let outer = index / u.inner / u.m;
  let wanted = ${clamped(index, "ids[j]")};
  y[index] = x[(outer * u.n + wanted) * u.inner + index % u.inner];`),
});

/** y[o, j, i] = x[o, ids[o, j, i], i]. */
export const gatherKernel: Kernel<"x" | "ids" | "y", "count" | "n" | "m" | "inner", GatherConfig> = defineKernel({
  name: "gather",
  uniforms: { count: "u32", n: "u32", m: "u32", inner: "u32" },
  bindings: ({ index }) => ({ x: "read u32", ids: `read ${index}`, y: "read_write u32" }),
  wgsl: ({ index }) => linearMain(WORKGROUP, `  if (index >= u.count) { return; }
  let outer = index / u.inner / u.m;
  let wanted = ${clamped(index, "ids[index]")};
  y[index] = x[(outer * u.n + wanted) * u.inner + index % u.inner];`),
});

/** links[j] = the next position with the same id (m: none); its top bit is set where an earlier position has that id too; README §1. */
export const indexLinksKernel: Kernel<"ids" | "links", "m", { readonly index: IndexType }> = defineKernel({
  name: "index_links",
  uniforms: { m: "u32" },
  bindings: ({ index }) => ({ ids: `read ${index}`, links: "read_write u32" }),
  wgsl: () => linearMain(LINK_WORKGROUP, `  if (index >= u.m) { return; }
  let wanted = ids[index];
  var next = index + 1u;
  while (next < u.m) {
    if (ids[next] == wanted) { break; }
    next++;
  }
  var earlier = 0u;
  while (earlier < index) {
    if (ids[earlier] == wanted) { break; }
    earlier++;
  }
  links[index] = next | select(0u, 0x80000000u, earlier < index);`),
});

/** Zeros. */
export const zeroKernel: Kernel<"y", "count", { readonly vec: 1 | 4 }> = defineKernel({
  name: "zero",
  uniforms: { count: "u32" },
  bindings: ({ vec }) => ({ y: `read_write ${word(vec)}` }),
  wgsl: ({ vec }) => linearMain(WORKGROUP, `  if (index < u.count) { y[index] = ${word(vec)}(0u); }`),
});

/** The first position of each id adds up its chain, in order, into row `id` of y; README §1. */
export const indexAddKernel: Kernel<"x" | "ids" | "links" | "y", "count" | "n" | "m" | "inner", ScatterConfig> = defineKernel({
  name: "index_add",
  uniforms: { count: "u32", n: "u32", m: "u32", inner: "u32" },
  bindings: (config) => ({ x: `read ${valueType(config)}`, ids: `read ${config.index}`, links: "read u32", y: `read_write ${valueType(config)}` }),
  wgsl: (config) => linearMain(WORKGROUP, `  if (index >= u.count) { return; }
  let j = index / u.inner % u.m;
  let outer = index / u.inner / u.m;
  let column = index % u.inner;
  let wanted = u32(ids[j]); // a negative i32 becomes a large u32
  if (links[j] >= 0x80000000u || wanted >= u.n) { return; }
  var total = ${valueType(config)}();
  var place = j;
  while (place < u.m) {
    total += x[(outer * u.m + place) * u.inner + column];
    place = links[place] & 0x7fffffffu;
  }
  y[(outer * u.n + wanted) * u.inner + column] = total;`),
});

/** y[o, k, i] = Σ over j with ids[o, j, i] = k of x[o, j, i]: one thread per element of y; README §2. */
export const scatterAddKernel: Kernel<"x" | "ids" | "y", "count" | "n" | "m" | "inner", ScatterConfig> = defineKernel({
  name: "scatter_add",
  uniforms: { count: "u32", n: "u32", m: "u32", inner: "u32" },
  bindings: (config) => ({ x: `read ${config.type}`, ids: `read ${config.index}`, y: `read_write ${config.type}` }),
  wgsl: ({ type }) => linearMain(WORKGROUP, `  if (index >= u.count) { return; }
  let wanted = index / u.inner % u.n;
  let outer = index / u.inner / u.n;
  var total = ${type}();
  for (var j = 0u; j < u.m; j++) {
    let at = (outer * u.m + j) * u.inner + index % u.inner;
    if (u32(ids[at]) == wanted) { total += x[at]; }
  }
  y[index] = total;`),
});

/** x is [outer, n, inner]; m ids. Sizes in words. */
export interface GatherSpec {
  readonly index: IndexType;
  readonly outer: number;
  readonly n: number;
  readonly m: number;
  readonly inner: number;
}

/** x is [outer, m, inner], the result [outer, n, inner]. */
export interface ScatterSpec extends GatherSpec {
  readonly type: GatherType;
}

const nothing: Program = { temps: {}, dispatches: [] };

/** y[o, j, i] = x[o, index[j], i] of 4-byte words. Buffers `x`, `index`, `y`. */
function indexSelect({ index, outer, n, m, inner }: GatherSpec, caps: Caps = baseCaps): Program {
  const vec = inner % 4 === 0 ? 4 : 1;
  const count = (outer * m * inner) / vec;
  if (count * n === 0) return nothing;
  return {
    temps: {},
    dispatches: [dispatch(indexSelectKernel, {
      config: { index, vec }, buffers: { x: "x", ids: "index", y: "y" }, uniforms: { count, n, m, inner: inner / vec }, workgroups: grid1d(count, WORKGROUP, caps),
    })],
  };
}

/** y[o, j, i] = x[o, index[o, j, i], i] of 4-byte words. Buffers `x`, `index`, `y`. */
function gatherProgram({ index, outer, n, m, inner }: GatherSpec, caps: Caps = baseCaps): Program {
  const count = outer * m * inner;
  if (count * n === 0) return nothing;
  return {
    temps: {},
    dispatches: [dispatch(gatherKernel, {
      config: { index, vec: 1 }, buffers: { x: "x", ids: "index", y: "y" }, uniforms: { count, n, m, inner }, workgroups: grid1d(count, WORKGROUP, caps),
    })],
  };
}

/** y[o, k, i] = Σ over j with index[j] = k of x[o, j, i], in the order of j. Buffers `x`, `index`, `y`. */
function indexAdd({ type, index, outer, n, m, inner }: ScatterSpec, caps: Caps = baseCaps): Program {
  const words = outer * n * inner;
  if (words === 0) return nothing;
  const zeroVec = words % 4 === 0 ? 4 : 1;
  const zero = dispatch(zeroKernel, {
    config: { vec: zeroVec }, buffers: { y: "y" }, uniforms: { count: words / zeroVec }, workgroups: grid1d(words / zeroVec, WORKGROUP, caps),
  });
  if (m === 0) return { temps: {}, dispatches: [zero] };
  const vec = inner % 4 === 0 ? 4 : 1;
  const count = (outer * m * inner) / vec;
  return {
    temps: { links: 4 * m },
    dispatches: [
      dispatch(indexLinksKernel, { config: { index }, buffers: { ids: "index", links: "links" }, uniforms: { m }, workgroups: grid1d(m, LINK_WORKGROUP, caps) }),
      zero,
      dispatch(indexAddKernel, {
        config: { type, index, vec }, buffers: { x: "x", ids: "index", links: "links", y: "y" },
        uniforms: { count, n, m, inner: inner / vec }, workgroups: grid1d(count, WORKGROUP, caps),
      }),
    ],
  };
}

/** y[o, k, i] = Σ over j with index[o, j, i] = k of x[o, j, i], in the order of j. Buffers `x`, `index`, `y`. */
function scatterAdd({ type, index, outer, n, m, inner }: ScatterSpec, caps: Caps = baseCaps): Program {
  const count = outer * n * inner;
  if (count === 0) return nothing;
  return {
    temps: {},
    dispatches: [dispatch(scatterAddKernel, {
      config: { type, index, vec: 1 }, buffers: { x: "x", ids: "index", y: "y" }, uniforms: { count, n, m, inner }, workgroups: grid1d(count, WORKGROUP, caps),
    })],
  };
}

/** The gather family. Ids outside of [0, n) read the nearest valid element and add nothing. */
export const gather: {
  readonly program: (spec: GatherSpec, caps?: Caps) => Program;
  readonly indexSelect: (spec: GatherSpec, caps?: Caps) => Program;
  readonly indexAdd: (spec: ScatterSpec, caps?: Caps) => Program;
  readonly scatterAdd: (spec: ScatterSpec, caps?: Caps) => Program;
} = { program: gatherProgram, indexSelect, indexAdd, scatterAdd };
