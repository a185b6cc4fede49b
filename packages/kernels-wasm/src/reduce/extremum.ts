// Largest and smallest elements along a run of axes, and where they are first.
import { type NumberType, numberText } from "../number-types.ts";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { eachVector } from "../codegen.ts";
import type { SumBlocks } from "./kernel.ts";

/** Which extreme, of elements of which type. */
export interface ExtremumConfig {
  readonly op: "max" | "min";
  readonly type: NumberType;
}

/** Whether `a` takes the place of `b`, which comes before it: a NaN does, unless `b` is one. */
function better({ op, type }: ExtremumConfig, a: string, b: string): string {
  if (type !== "f32") return `${a} ${op === "max" ? ">" : "<"} ${b}`;
  return `!(${a} ${op === "max" ? "<=" : ">="} ${b}) && (${b} == ${b})`;
}

/** Whether two are the same for the purpose of ties: two NaNs are. */
function ties({ type }: ExtremumConfig, a: string, b: string): string {
  return type === "f32" ? `((${a} == ${b}) || ((${a} != ${a}) && (${b} != ${b})))` : `(${a} == ${b})`;
}

// Four lanes each keep the best of every fourth element; of equal lanes the first one wins.
const rowsKernel = defineWasmKernel({
  name: "extremum_rows",
  params: { x: "ptr", y: "ptr", index: "ptr", n: "u32", begin: "u32", end: "u32" },
  body: (config: ExtremumConfig) => {
    const { vector, load4, load, store } = numberText[config.type];
    return `
  var from = x + begin * n * 4;
  for (var row = begin; row < end; row += 1) {
    var bests = ${vector}(${load}(from));
    var places = vec4i(0);
    var here = vec4i(0, 1, 2, 3);
    for (var i = 0; i < (n >> 2) << 4; i += 16) {
      let v = ${load4}(from + i);
      let found = ${better(config, "v", "bests")};
      bests = select(bests, v, found);
      places = select(places, here, found);
      here = here + 4;
    }
    var best = bests.x;
    var place = places.x;
    ${["y", "z", "w"]
      .map(
        (lane) => `
    let nearer${lane} = ${ties(config, `bests.${lane}`, "best")} && (places.${lane} < place);
    let found${lane} = (${better(config, `bests.${lane}`, "best")}) || nearer${lane};
    place = select(place, places.${lane}, found${lane});
    best = select(best, bests.${lane}, found${lane});`,
      )
      .join("")}
    for (var i = n & ~3; i < n; i += 1) {
      let v = ${load}(from + i * 4);
      let found = ${better(config, "v", "best")};
      best = select(best, v, found);
      place = select(place, i32(i), found);
    }
    ${store("y + row * 4", "best")}
    store_u32(index + row * 4, u32(place));
    from += n * 4;
  }`;
  },
});

const columnsKernel = defineWasmKernel({
  name: "extremum_columns",
  params: { x: "ptr", y: "ptr", index: "ptr", n: "u32", inner: "u32", begin: "u32", end: "u32" },
  body: (config: ExtremumConfig) => {
    const { vector } = numberText[config.type];
    return `
  let wide = inner * 4;
  for (var block = begin; block < end; block += 1) {
    var from = x + block * n * wide;
    let bests = y + block * wide;
    let places = index + block * wide;
    copy_bytes(bests, from, wide);
    fill_bytes(places, 0, wide);
    for (var r = 1; r < n; r += 1) {
      from += wide;
      let here = as_vec4f(vec4u(r));
      ${eachVector(
        "inner",
        ({ load, store }) => `
      let v = as_${vector}(${load("from")});
      let best = as_${vector}(${load("bests")});
      let found = ${better(config, "v", "best")};
      ${store("bests", "as_vec4f(select(best, v, found))")}
      ${store("places", `select(${load("places")}, here, found)`)}`,
      )}
    }
  }`;
  },
});

/** y = the extremum over n, index (i32) = where it is first; buffers x, y and index. */
export const extremumWasm: {
  program(spec: ExtremumConfig & SumBlocks): WasmProgram;
} = {
  program({ op, type, outer, n, inner }) {
    const split = { count: outer, grain: inner === 1 ? 16 : 1 };
    const config = { op, type };
    return wasmProgram([
      inner === 1 ? wasmCall(rowsKernel, config, { n }, split) : wasmCall(columnsKernel, config, { n, inner }, split),
    ]);
  },
};
