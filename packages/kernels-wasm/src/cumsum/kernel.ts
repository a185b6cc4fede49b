// Running sums along an axis. Along rows the four lanes of a vector are summed by two shifted additions and what came
// before is added last, so that only one addition waits for the vector before; along another axis whole rows are added
// up.
import { type NumberType, numberText } from "../number-types.ts";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { compensated, eachVector } from "../codegen.ts";

/** A tensor read as [outer, n, inner], summed along n. */
export interface CumsumWasmSpec extends CumsumConfig {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/** `reverse`: from the end; `exclusive`: without the element itself. */
export interface CumsumConfig {
  readonly type: NumberType;
  readonly reverse: boolean;
  readonly exclusive: boolean;
}

const rowsKernel = defineWasmKernel({
  name: "cumsum_rows",
  params: { x: "ptr", y: "ptr", n: "u32", begin: "u32", end: "u32" },
  body: ({ type, reverse, exclusive }: CumsumConfig) => {
    const { vector, load4, store4, load, store } = numberText[type];
    // Lanes moved on by some, zeros moving in; the lane that holds the sum of all four.
    const moved = (v: string, by: 1 | 2): string =>
      reverse
        ? `shuffle(${v}, zeros, ${[0, 1, 2, 3].map((lane) => lane + by).join(", ")})`
        : `shuffle(zeros, ${v}, ${[0, 1, 2, 3].map((lane) => (lane < by ? lane : lane + 4 - by)).join(", ")})`;
    const last = reverse ? 0 : 3;
    const step = (bytes: number): string => (reverse ? `at -= ${bytes};` : "");
    const stepped = (bytes: number): string => (reverse ? "" : `at += ${bytes};`);
    // f32: sums of blocks of 8 vectors, each block's own from 0 on, what came before it in doubles.
    const long = type === "f32";
    return `
  let zeros = ${vector}(0);
  for (var row = begin; row < end; row += 1) {
    var at = ${reverse ? "(row + 1)" : "row"} * n * 4;
    ${long ? "var carry = low_doubles(zeros);" : ""}
    var base = zeros;
    var before = zeros;
    var vectors = n >> 2;
    while (vectors > 0) {
      let few = ${long ? "min(vectors, 8)" : "vectors"};
      for (var left = few; left > 0; left -= 1) {
        ${step(16)}
        let v = ${load4}(x + at);
        let pairs = v + ${moved("v", 1)};
        let sums = pairs + ${moved("pairs", 2)};
        ${store4}(y + at, base + (before + ${exclusive ? moved("sums", 1) : "sums"}));
        before = before + shuffle(sums, sums, ${last}, ${last}, ${last}, ${last});
        ${stepped(16)}
      }
      vectors -= few;
      ${
        long
          ? `carry = carry + low_doubles(before);
      let rounded = round_doubles(carry);
      base = shuffle(rounded, rounded, 0, 0, 0, 0);
      before = zeros;`
          : ""
      }
    }
    let known = base.x;
    var total = before.x;
    for (var left = n & 3; left > 0; left -= 1) {
      ${step(4)}
      let next = total + ${load}(x + at);
      ${store("y + at", `known + ${exclusive ? "total" : "next"}`)}
      total = next;
      ${stepped(4)}
    }
  }`;
  },
});

const columnsKernel = defineWasmKernel({
  name: "cumsum_columns",
  params: { x: "ptr", y: "ptr", n: "u32", inner: "u32", begin: "u32", end: "u32" },
  body: ({ type, reverse, exclusive }: CumsumConfig) => {
    const { vector } = numberText[type];
    const sum = (a: string, b: string): string => `as_vec4f(as_${vector}(${a}) + as_${vector}(${b}))`;
    return `
  let wide = inner * 4;
  for (var block = begin; block < end; block += 1) {
    let first = (block * n ${reverse ? "+ n - 1" : ""}) * wide;
    ${exclusive ? "fill_bytes(y + first, 0, wide);" : "copy_bytes(y + first, x + first, wide);"}
    var before = first;
    for (var left = n - 1; left > 0; left -= 1) {
      let at = before ${reverse ? "-" : "+"} wide;
      ${eachVector("inner", ({ load, store }) => store("(y + at)", sum(load("(y + before)"), load(exclusive ? "(x + before)" : "(x + at)"))))}
      before = at;
    }
  }`;
  },
});

/** f32: sums of 8 rows at a time, each from 0 on, what came before them and what rounding lost of that beside them. */
const longColumnsKernel = defineWasmKernel({
  name: "cumsum_long_columns",
  params: { x: "ptr", y: "ptr", scratch: "ptr", n: "u32", inner: "u32", begin: "u32", end: "u32" },
  body: ({ reverse, exclusive }: CumsumConfig) => `
  let wide = inner * 4;
  let sums = scratch;
  let rests = sums + wide;
  let parts = rests + wide;
  for (var block = begin; block < end; block += 1) {
    var at = (block * n ${reverse ? "+ n - 1" : ""}) * wide;
    fill_bytes(scratch, 0, 3 * wide);
    for (var r = 0; r < n; r += 1) {
      ${eachVector(
        "inner",
        ({ load, store }) => `
      let before = ${load("parts")};
      let next = before + ${load("(x + at)")};
      ${store("parts", "next")}
      ${store("(y + at)", `${load("sums")} + ${exclusive ? "before" : "next"}`)}`,
      )}
      if ((r & 7) == 7) {
        ${eachVector("inner", (access) => compensated(access, "sums", "rests", access.load("parts")))}
        fill_bytes(parts, 0, wide);
      }
      at ${reverse ? "-=" : "+="} wide;
    }
  }`,
});

/** y[r] = x[0] + … + x[r]; buffers x and y. */
export const cumsumWasm: {
  program(spec: CumsumWasmSpec): WasmProgram;
} = {
  program({ type, reverse, exclusive, outer, n, inner }) {
    const config = { type, reverse, exclusive };
    const split = { count: outer, grain: Math.max(1, Math.ceil(256 / (n * inner))) };
    if (inner > 1 && type === "f32") {
      return wasmProgram([wasmCall(longColumnsKernel, config, { n, inner }, { ...split, own: ["scratch"] })], {
        scratch: 12 * inner + 16,
      });
    }
    const call =
      inner === 1 ? wasmCall(rowsKernel, config, { n }, split) : wasmCall(columnsKernel, config, { n, inner }, split);
    return wasmProgram([call]);
  },
};
