// Softmax and its relatives along an axis that is not the last: rows are neighbours of one another, four of them are
// done at once, and the largest, the sum, what rounding lost of it, and the sum of 64 at a time are in four rows of
// scratch memory.
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import type { SumBlocks } from "../reduce/kernel.ts";
import { compensated, eachVector } from "../codegen.ts";
import type { SoftmaxWasmResult } from "./kernel.ts";

interface Config {
  readonly result: SoftmaxWasmResult;
}

const each = (body: Parameters<typeof eachVector>[1], first: string = "0", last: string = "n"): string => `
    for (var r = ${first}; r < ${last}; r += 1) {
      let at = (block * n + r) * wide;
      ${eachVector("inner", body)}
    }`;

const columnsKernel = defineWasmKernel({
  name: "softmax_columns",
  params: { x: "ptr", y: "ptr", scratch: "ptr", n: "u32", inner: "u32", begin: "u32", end: "u32" },
  body: ({ result }: Config) => `
  let wide = inner * 4;
  let tops = scratch;
  let sums = tops + wide;
  let rests = sums + wide;
  let parts = rests + wide;
  for (var block = begin; block < end; block += 1) {
    copy_bytes(tops, x + block * n * wide, wide);
    fill_bytes(sums, 0, 2 * wide);
    ${each(({ load, store }) => store("tops", `max(${load("tops")}, ${load("(x + at)")})`), "1")}
    ${
      result === "logsumexp"
        ? `
    // A sum with +∞, or of −∞ alone, is taken as it is.
    ${eachVector("inner", ({ load, store }) => `let top = ${load("tops")}; ${store("tops", "unless(top, abs(top) > 3.4028235e38)")}`)}`
        : ""
    }
    for (var firstRow = 0; firstRow < n; firstRow += 64) {
      fill_bytes(parts, 0, wide);
      let lastRow = min(firstRow + 64, n);
      ${each(
        ({ load, store }) => `
      let e = exp(${load("(x + at)")} - ${load("tops")});
      ${result === "softmax" ? store("(y + at)", "e") : ""}
      ${store("parts", `${load("parts")} + e`)}`,
        "firstRow",
        "lastRow",
      )}
      ${eachVector("inner", (access) => compensated(access, "sums", "rests", access.load("parts")))}
    }
    ${
      {
        softmax: `
    ${eachVector("inner", ({ load, store }) => store("sums", `1.0 / ${load("sums")}`))}
    ${each(({ load, store }) => store("(y + at)", `${load("(y + at)")} * ${load("sums")}`))}`,
        log_softmax: `
    ${eachVector("inner", ({ load, store }) => store("sums", `log(${load("sums")})`))}
    ${each(({ load, store }) => store("(y + at)", `${load("(x + at)")} - ${load("tops")} - ${load("sums")}`))}`,
        logsumexp: `
    let to = y + block * wide;
    ${eachVector("inner", ({ load, store }) => store("to", `${load("tops")} + log(${load("sums")})`))}`,
      }[result]
    }
  }`,
});

/** x [outer, n, inner] along n: y of x's shape, or [outer, inner] for the logarithm of the sum. */
export const softmaxColumnsWasm: {
  program(spec: Config & SumBlocks): WasmProgram;
} = {
  program: ({ result, outer, n, inner }) =>
    wasmProgram([wasmCall(columnsKernel, { result }, { n, inner }, { count: outer, own: ["scratch"] })], {
      scratch: 16 * inner + 16,
    }),
};
