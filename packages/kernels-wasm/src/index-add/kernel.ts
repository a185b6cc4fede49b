// Adding to positions that an index names, the gradients of picking: sums run in the order of the index. Ids must lie
// inside the axis.
import { type NumberType, numberText } from "../number-types.ts";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { optional, ptr, u32 } from "../params.ts";
import { compensated, eachVector } from "../codegen.ts";
import type { GatherWasmSpec } from "../gather/kernel.ts";

/** x [outer, m, inner] is added into y [outer, n, inner]; `inner` counts words. */
export interface IndexAddWasmSpec extends GatherWasmSpec {
  readonly type: NumberType;
}

interface Config {
  readonly type: NumberType;
  /** f32 with so many positions that one id may have more of them than can be added up in one chain */
  readonly long: boolean;
}

/** Additions of f32 that lose no digit worth mention. */
const longestChain = 256;

/** Columns of a piece: whole cache lines, so that threads write no line together. */
const pieceColumns = 16;

const indexAddKernel = defineWasmKernel({
  name: "index_add",
  params: {
    ...ptr("x", "index", "y", "slots", "gathered"),
    ...u32("outer", "n", "m", "inner", "begin", "end"),
  },
  body: ({ type, long }: Config) => {
    const { load4, store4, load, store } = numberText[type];
    const add = (to: string): string => `
      for (var i = 0; i < wide; i += 16) { ${store4}(${to} + i, ${load4}(${to} + i) + ${load4}(from + i)); }
      for (var i = wide; i < columns * 4; i += 4) { ${store(`${to} + i`, `${load}(${to} + i) + ${load}(from + i)`)} }`;
    // A frequent id has a slot: a count, the sum of up to 64 of its rows, and what rounding has lost of its row of y.
    const frequent = `
      let slot = load_u32(slots + id * 4);
      if (slot == 0) { ${add("to")} }
      else {
        let count = gathered + (slot - 1) * pitch;
        let part = count + 16;
        let rest = part + columns * 4;
        ${add("part")}
        store_u32(count, load_u32(count) + 1);
        if ((load_u32(count) & 63) == 0) {
          ${eachVector("columns", (access) => compensated(access, "to", "rest", access.load("part")))}
          fill_bytes(part, 0, columns * 4);
        }
      }`;
    return `
  let first = begin * ${pieceColumns};
  let columns = min(end * ${pieceColumns}, inner) - first;
  let wide = (columns >> 2) << 4;
  ${
    long
      ? `
  let pitch = columns * 8 + 16;
  var used = 0;
  fill_bytes(slots, 0, n * 4);
  for (var j = 0; j < m * 4; j += 4) {
    let at = slots + load_u32(index + j) * 4;
    store_u32(at, load_u32(at) + 1);
  }
  for (var k = 0; k < n * 4; k += 4) {
    if (load_u32(slots + k) > ${longestChain}) {
      used += 1;
      store_u32(slots + k, used);
    } else { store_u32(slots + k, 0); }
  }`
      : ""
  }
  for (var block = 0; block < outer; block += 1) {
    let rows = y + (block * n * inner + first) * 4;
    if (columns == inner) { fill_bytes(rows, 0, n * inner * 4); }
    else { for (var k = 0; k < n; k += 1) { fill_bytes(rows + k * inner * 4, 0, columns * 4); } }
    ${long ? "fill_bytes(gathered, 0, used * pitch);" : ""}
    for (var j = 0; j < m; j += 1) {
      let from = x + ((block * m + j) * inner + first) * 4;
      let id = load_u32(index + j * 4);
      let to = rows + id * inner * 4;
      ${long ? frequent : add("to")}
    }
    ${
      long
        ? `
    if (used > 0) {
      for (var k = 0; k < n; k += 1) {
        let slot = load_u32(slots + k * 4);
        if (slot != 0) {
          let to = rows + k * inner * 4;
          let part = gathered + (slot - 1) * pitch + 16;
          let rest = part + columns * 4;
          ${eachVector("columns", (access) => compensated(access, "to", "rest", access.load("part")))}
        }
      }
    }`
        : ""
    }
  }`;
  },
});

const scatterAddKernel = defineWasmKernel({
  name: "scatter_add",
  params: {
    ...ptr("x", "index", "y", "rests"),
    ...u32("n", "m", "inner", "begin", "end"),
  },
  body: ({ type, long }: Config) => {
    const { load, store } = numberText[type];
    return `
  fill_bytes(y + begin * n * inner * 4, 0, (end - begin) * n * inner * 4);
  var at = begin * m * inner * 4;
  for (var block = begin; block < end; block += 1) {
    let rows = y + block * n * inner * 4;
    ${long ? "fill_bytes(rests, 0, n * inner * 4);" : ""}
    for (var j = 0; j < m; j += 1) {
      var column: u32 = 0;
      for (var left = inner; left > 0; left -= 1) {
        let place = column + load_u32(index + at) * inner * 4;
        ${
          long
            ? `
        let term = load(x + at) - load(rests + place);
        let before = load(rows + place);
        let after = before + term;
        let lost = (after - before) - term;
        store(rows + place, after);
        store(rests + place, select(0.0, lost, lost == lost));`
            : store("rows + place", `${load}(rows + place) + ${load}(x + at)`)
        }
        at += 4;
        column += 4;
      }
    }
  }`;
  },
});

/** y[o, k, :] = Σ over all j with index[j] = k of x[o, j, :]. */
function indexAdd({ type, ...sizes }: IndexAddWasmSpec): WasmProgram {
  const { n, m, inner } = sizes;
  const long = type === "f32" && m > longestChain;
  const split = { count: Math.ceil(inner / pieceColumns), grain: 4, ...(long && { own: ["slots", "gathered"] }) };
  const temps = long ? { slots: 4 * n, gathered: Math.ceil(m / longestChain) * (8 * inner + 32) } : {};
  const call = wasmCall(
    indexAddKernel,
    { type, long },
    { ...optional({ slots: long, gathered: long }), ...sizes },
    split,
  );
  return wasmProgram([call], temps);
}

/** y[o, k, i] = Σ over all j with index[o, j, i] = k of x[o, j, i]. */
function scatterAdd({ type, outer, ...sizes }: IndexAddWasmSpec): WasmProgram {
  const grain = Math.max(1, Math.ceil(256 / (sizes.n * sizes.inner)));
  const long = type === "f32" && sizes.m > longestChain;
  const call = wasmCall(
    scatterAddKernel,
    { type, long },
    { ...optional({ rests: long }), ...sizes },
    { count: outer, grain, ...(long && { own: ["rests"] }) },
  );
  return wasmProgram([call], long ? { rests: 4 * sizes.n * sizes.inner } : {});
}

/** Adding along an axis; buffers x, index and y. */
export const indexAddWasm: {
  readonly program: typeof indexAdd;
  readonly scatter: typeof scatterAdd;
} = {
  program: indexAdd,
  scatter: scatterAdd,
};
