// Reading at positions that an index names: whole slices (index_select, embedding) and single elements (gather). Ids
// must lie inside the axis.
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { eachVector } from "../codegen.ts";

/**
 * A tensor read as [outer, n, inner], picked from at m positions of the middle axis. `inner` counts bytes in a
 * selection, words of 4 bytes elsewhere.
 */
export interface GatherWasmSpec {
  readonly outer: number;
  readonly n: number;
  readonly m: number;
  readonly inner: number;
}

/** Slices from here on are copied by the engine: its copy is faster, but costs some 20 ns to call. */
const longBytes = 256;

interface SelectConfig {
  readonly copy: "word" | "vectors" | "bytes";
}

const selectKernel = defineWasmKernel({
  name: "index_select",
  params: { x: "ptr", index: "ptr", y: "ptr", n: "u32", m: "u32", inner: "u32", begin: "u32", end: "u32" },
  body: ({ copy }: SelectConfig) => `
  var outer = begin / m;
  var j = begin % m;
  var to = y + begin * inner;
  for (var left = end - begin; left > 0; left -= 1) {
    let from = x + (outer * n + load_u32(index + j * 4)) * inner;
    ${
      {
        word: "store(to, load(from));",
        vectors: `let words = inner >> 2; ${eachVector("words", ({ load, store }) => store("to", load("from")))}`,
        bytes: "copy_bytes(to, from, inner);",
      }[copy]
    }
    to += inner;
    j += 1;
    if (j == m) { j = 0; outer += 1; }
  }`,
});

const gatherKernel = defineWasmKernel({
  name: "gather",
  params: { x: "ptr", index: "ptr", y: "ptr", n: "u32", m: "u32", inner: "u32", begin: "u32", end: "u32" },
  body: () => `
  var at = begin * m * inner * 4;
  for (var outer = begin; outer < end; outer += 1) {
    let block = x + outer * n * inner * 4;
    for (var j = 0; j < m; j += 1) {
      var column = block;
      for (var left = inner; left > 0; left -= 1) {
        store(y + at, load(column + load_u32(index + at) * inner * 4));
        at += 4;
        column += 4;
      }
    }
  }`,
});

/** y[o, j, :] = x[o, index[j], :], slices of `inner` bytes. */
function indexSelect({ outer, n, m, inner }: GatherWasmSpec): WasmProgram {
  const copy = inner === 4 ? "word" : inner % 4 === 0 && inner < longBytes ? "vectors" : "bytes";
  const grain = Math.max(1, Math.ceil(1024 / inner));
  return wasmProgram([wasmCall(selectKernel, { copy }, { n, m, inner }, { count: outer * m, grain })]);
}

/** y[o, j, i] = x[o, index[o, j, i], i], words. */
function gather({ outer, n, m, inner }: GatherWasmSpec): WasmProgram {
  const grain = Math.max(1, Math.ceil(256 / (m * inner)));
  return wasmProgram([wasmCall(gatherKernel, undefined, { n, m, inner }, { count: outer, grain })]);
}

/** Picking along an axis; buffers x, index and y. */
export const gatherWasm: {
  readonly indexSelect: typeof indexSelect;
  readonly program: typeof gather;
} = { indexSelect, program: gather };
