// A few rows times a transposed matrix, of f32 or halves: dot products along the rows of both, four rows of the matrix
// at a time. One row times a plain matrix: its rows added up. What decoding does.
import { eightHalves, type HalfType } from "../cast/widen.ts";
import { defineWasmKernel, type WasmArgument, type WasmCall, wasmCall } from "../kernel.ts";
import { compensated, eachVector, repeat, rowsByFours } from "../codegen.ts";
import type { GemmActivation, GemmSpec } from "./spec.ts";

export interface MatvecConfig {
  readonly bias: boolean;
  readonly activation: GemmActivation;
  readonly split: "batch" | "columns";
}

/** A sum with the bias of its row of the matrix, through the activation. */
export function finished(
  { bias, activation }: Pick<MatvecConfig, "bias" | "activation">,
  sum: string,
  row: string,
): string {
  const whole = bias ? `${sum} + load(bias + (${row}) * 4)` : sum;
  return activation === "none" ? whole : `${activation}(${whole})`;
}

/** What is baked into the text of {@link dots}. */
export interface DotsConfig extends MatvecConfig {
  readonly type: "f32" | HalfType;
}

/** Products of `x` with `rows` rows of the matrix from `row`, into `to`; `whole` bytes of x, of `k` numbers, go by whole steps. */
export function dots(rows: number, config: DotsConfig): string {
  const { type } = config;
  const each = (make: (r: number) => string): string => repeat(rows, make);
  // `i` counts bytes of x.
  const four = (r: number): string =>
    type === "f32" ? `load4(w${r} + i)` : `widen_${type}(load_u16x4(w${r} + (i >> 1)))`;
  const whole =
    type === "f32"
      ? `for (var i = start; i < stop; i += 16) {
      let v = load4(x + i);
      ${each((r) => `s${r} = fma(v, ${four(r)}, s${r});`)}
    }`
      : `for (var i = start; i < stop; i += 32) {
      let v = load4(x + i);
      let next = load4(x + i + 16);
      ${each((r) => eightHalves(type, `w${r} + (i >> 1)`, (low, high) => `s${r} = fma(next, ${high}, fma(v, ${low}, s${r}));`))}
    }`;
  return `
    ${each((r) => `let w${r} = matrix + (row + ${r}) * k * ${type === "f32" ? 4 : 2}; var s${r} = vec4f(0.0); var far${r} = low_doubles(vec4f(0.0));`)}
    // After every 512 numbers of x the sums move on into doubles: no chain of additions is longer than 128.
    for (var start = 0; start < whole; start += 2048) {
      let stop = min(start + 2048, whole);
      ${whole}
      ${each((r) => `far${r} = far${r} + (low_doubles(s${r}) + high_doubles(s${r})); s${r} = vec4f(0.0);`)}
    }
    for (var i = whole; i < k * 4; i += 16) {
      let left = k - i / 4;
      let v = first_lanes(load4(x + i), left, 0.0);
      ${each((r) => `s${r} = fma(v, first_lanes(${four(r)}, left, 0.0), s${r});`)}
    }
    ${each((r) => `far${r} = far${r} + (low_doubles(s${r}) + high_doubles(s${r})); let total${r} = round_doubles(far${r} + shuffle(far${r}, far${r}, 2, 3, 0, 1)).x; store(to + (row + ${r}) * 4, ${finished(config, `total${r}`, `row + ${r}`)});`)}`;
}

/** Bytes of `k` numbers that {@link dots} reads in whole steps. */
export const wholeSteps = ({ type }: Pick<DotsConfig, "type">): string =>
  type === "f32" ? "(k >> 2) << 4" : "(k >> 3) << 5";

const matvecKernel = defineWasmKernel({
  name: "matvec",
  params: {
    a: "ptr",
    b: "ptr",
    c: "ptr",
    bias: "ptr",
    m: "u32",
    n: "u32",
    k: "u32",
    batch: "u32",
    batchA: "u32",
    batchB: "u32",
    begin: "u32",
    end: "u32",
  },
  body: (config: DotsConfig) => {
    // Rows of a inside: they share the rows of the matrix that are in the cache.
    const lines = (rows: number): string => `
      for (var line = 0; line < m; line += 1) {
        let x = a + matrices * batchA + line * k * 4;
        let to = c + (matrices * m + line) * n * 4;
        ${dots(rows, config)}
      }`;
    return `
  let whole = ${wholeSteps(config)};
  let firstRow = ${config.split === "columns" ? "begin * 4" : "0"};
  let lastRow = ${config.split === "columns" ? "min(end * 4, n)" : "n"};
  let lastMatrix = ${config.split === "batch" ? "end" : "batch"};
  for (var matrices = ${config.split === "batch" ? "begin" : "0"}; matrices < lastMatrix; matrices += 1) {
    let matrix = b + matrices * batchB;
    var row = firstRow;
    ${rowsByFours(lines)}
  }`;
  },
});

/** c[m, n] = a[m, k]·b[n, k]ᵀ */
export function matvec(
  spec: GemmSpec,
  a: WasmArgument,
  b: WasmArgument,
  c: WasmArgument,
  type: DotsConfig["type"],
): WasmCall {
  const { m, n, k, bias = false, activation = "none", batch = { count: 1, strideA: 0, strideB: 0 } } = spec;
  const split = batch.count >= 8 ? "batch" : "columns";
  return wasmCall(
    matvecKernel,
    { bias, activation, split, type },
    {
      a,
      b,
      c,
      bias: bias ? "bias" : 0,
      m,
      n,
      k,
      batch: batch.count,
      batchA: 4 * batch.strideA,
      batchB: (type === "f32" ? 4 : 2) * batch.strideB,
    },
    split === "batch" ? { count: batch.count } : { count: Math.ceil(n / 4), grain: 16 },
  );
}

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
    a: "ptr",
    b: "ptr",
    c: "ptr",
    bias: "ptr",
    scratch: "ptr",
    n: "u32",
    k: "u32",
    batch: "u32",
    batchA: "u32",
    batchB: "u32",
    begin: "u32",
    end: "u32",
  },
  body: ({ bias, activation }: Pick<MatvecConfig, "bias" | "activation">) => `
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
      // 256 rows at a time, and what rounding loses of the sum of these sums beside it.
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
      bias: bias ? "bias" : 0,
      scratch: "scratch",
      n,
      k,
      batch: batch.count,
      batchA: 4 * batch.strideA,
      batchB: 4 * batch.strideB,
    },
    { count: Math.ceil(n / 16), grain: 4, own: ["scratch"] },
  );
}
