// Adding to positions that an index names, the gradients of picking: sums run in the order of the index. Ids must lie inside the axis.
import { type NumberType, numberText } from "../elements.ts";
import { defineWasmKernel, type WasmKernel, wasmCall, type WasmProgram } from "../kernel.ts";
import type { GatherWasmSpec } from "./select.ts";

/** x [outer, m, inner] is added into y [outer, n, inner]; `inner` counts words. */
export interface IndexAddWasmSpec extends GatherWasmSpec {
  readonly type: NumberType;
}

interface Config {
  readonly type: NumberType;
}

/** Columns of a piece: whole cache lines, so that threads write no line together. */
const pieceColumns = 16;

const indexAddKernel = defineWasmKernel({
  name: "index_add",
  params: { x: "ptr", index: "ptr", y: "ptr", outer: "u32", n: "u32", m: "u32", inner: "u32", begin: "u32", end: "u32" },
  body: ({ type }: Config) => {
    const { load4, store4, load, store } = numberText[type];
    return `
  let first = begin * ${pieceColumns};
  let columns = min(end * ${pieceColumns}, inner) - first;
  let wide = (columns >> 2) << 4;
  for (var block = 0; block < outer; block += 1) {
    let rows = y + (block * n * inner + first) * 4;
    if (columns == inner) { fill_bytes(rows, 0, n * inner * 4); }
    else { for (var k = 0; k < n; k += 1) { fill_bytes(rows + k * inner * 4, 0, columns * 4); } }
    for (var j = 0; j < m; j += 1) {
      let from = x + ((block * m + j) * inner + first) * 4;
      let to = rows + load_u32(index + j * 4) * inner * 4;
      for (var i = 0; i < wide; i += 16) { ${store4}(to + i, ${load4}(to + i) + ${load4}(from + i)); }
      for (var i = wide; i < columns * 4; i += 4) { ${store("to + i", `${load}(to + i) + ${load}(from + i)`)} }
    }
  }`;
  },
});

const scatterAddKernel = defineWasmKernel({
  name: "scatter_add",
  params: { x: "ptr", index: "ptr", y: "ptr", n: "u32", m: "u32", inner: "u32", begin: "u32", end: "u32" },
  body: ({ type }: Config) => {
    const { load, store } = numberText[type];
    return `
  fill_bytes(y + begin * n * inner * 4, 0, (end - begin) * n * inner * 4);
  var at = begin * m * inner * 4;
  for (var block = begin; block < end; block += 1) {
    let rows = y + block * n * inner * 4;
    for (var j = 0; j < m; j += 1) {
      var column = rows;
      for (var left = inner; left > 0; left -= 1) {
        let to = column + load_u32(index + at) * inner * 4;
        ${store("to", `${load}(to) + ${load}(x + at)`)}
        at += 4;
        column += 4;
      }
    }
  }`;
  },
});

/** y[o, k, :] = Σ over all j with index[j] = k of x[o, j, :]. */
function indexAdd({ type, ...sizes }: IndexAddWasmSpec): WasmProgram {
  const split = { count: Math.ceil(sizes.inner / pieceColumns), grain: 4 };
  return { temps: {}, calls: [wasmCall(indexAddKernel, { type }, { x: "x", index: "index", y: "y", ...sizes }, split)] };
}

/** y[o, k, i] = Σ over all j with index[o, j, i] = k of x[o, j, i]. */
function scatterAdd({ type, outer, ...sizes }: IndexAddWasmSpec): WasmProgram {
  const grain = Math.max(1, Math.ceil(256 / (sizes.n * sizes.inner)));
  return { temps: {}, calls: [wasmCall(scatterAddKernel, { type }, { x: "x", index: "index", y: "y", ...sizes }, { count: outer, grain })] };
}

/** Adding along an axis; buffers x, index and y. */
export const indexAddWasm: { readonly program: typeof indexAdd; readonly scatter: typeof scatterAdd; readonly kernels: readonly WasmKernel<string, Config>[] } = {
  program: indexAdd, scatter: scatterAdd, kernels: [indexAddKernel, scatterAddKernel],
};
