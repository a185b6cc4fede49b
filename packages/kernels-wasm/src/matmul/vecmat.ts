// One row times a plain matrix: its rows added up.
import { defineWasmKernel, type WasmArgument, type WasmCall, wasmCall } from "../kernel.ts";
import { optional, ptr, u32 } from "../params.ts";
import { compensated, eachVector, repeat } from "../codegen.ts";
import type { Epilogue, GemmSpec } from "./spec.ts";

/** Columns summed at a time: 8 kB, which stay in the first-level cache while the matrix streams past. */
const blockColumns = 2048;

/** Adds `rows` rows of the matrix from `from`, each times its number of a, to the sums at `parts`. */
const addRows = (rows: number): string => `
        ${repeat(rows, (p) => `let row${p} = from + ${p} * n * 4; let x${p} = load_splat(x + ${4 * p});`)}
        ${eachVector(
          "columns",
          ({ load, store }) => `
        var sum = ${load("parts")};
        ${repeat(rows, (p) => `sum = fma(x${p}, ${load(`row${p}`)}, sum);`)}
        ${store("parts", "sum")}`,
        )}
        from += ${rows} * n * 4;
        x += ${4 * rows};`;

const vecmatKernel = defineWasmKernel({
  name: "vecmat",
  params: {
    ...ptr("a", "b", "c", "bias", "scratch"),
    ...u32("n", "k", "batch", "batchA", "batchB", "begin", "end"),
  },
  // 256 rows at a time, and what rounding loses of the sum of these sums beside it, in `rests`.
  body: ({ bias, activation }: Epilogue) => `
  let last = min(end * 16, n);
  for (var matrices = 0; matrices < batch; matrices += 1) {
    for (var column = begin * 16; column < last; column += ${blockColumns}) {
      let columns = min(${blockColumns}, last - column);
      let to = c + (matrices * n + column) * 4;
      ${bias ? "copy_bytes(to, bias + column * 4, columns * 4);" : "fill_bytes(to, 0, columns * 4);"}
      var from = b + matrices * batchB + column * 4;
      var x = a + matrices * batchA;
      let rests = scratch + ${4 * blockColumns};
      let parts = scratch;
      fill_bytes(rests, 0, columns * 4);
      for (var first = 0; first < k; first += 256) {
        let depth = min(256, k - first);
        fill_bytes(parts, 0, columns * 4);
        for (var left = depth >> 2; left > 0; left -= 1) { ${addRows(4)} }
        for (var left = depth & 3; left > 0; left -= 1) { ${addRows(1)} }
        ${eachVector("columns", (access) => compensated(access, "to", "rests", access.load("parts")))}
      }
      ${activation === "none" ? "" : eachVector("columns", ({ load, store }) => store("to", `${activation}(${load("to")})`))}
    }
  }`,
});

/** Bytes of the buffer `scratch` that {@link vecmat} wants. */
export const vecmatScratchBytes: number = 8 * blockColumns;

/** c[1, n] = a[1, k]·b[k, n]: the rows of the matrix, four at a time, added up. */
export function vecmat(spec: GemmSpec, a: WasmArgument, b: WasmArgument, c: WasmArgument): WasmCall {
  const { n, k, bias = false, activation = "none", batch = { count: 1, strideA: 0, strideB: 0 } } = spec;
  return wasmCall(
    vecmatKernel,
    { bias, activation },
    {
      a,
      b,
      c,
      ...optional({ bias }),
      n,
      k,
      batch: batch.count,
      batchA: 4 * batch.strideA,
      batchB: 4 * batch.strideB,
    },
    { count: Math.ceil(n / 16), grain: 4, own: ["scratch"] },
  );
}
