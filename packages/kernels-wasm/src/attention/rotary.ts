// Rotary position embedding: sines and cosines once for each token, then all of its heads.
import type { RotarySpec } from "@x/base";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { optional, ptr, strideArgs, strideParams, u32 } from "../params.ts";
import { eachVector, repeat } from "../codegen.ts";

type Config = Pick<RotarySpec, "size" | "theta" | "interleaved" | "inverse" | "positions">;

/** A number as kernel text spells f32. */
const literal = (value: number): string => {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
};

const rotaryKernel = defineWasmKernel({
  name: "rotary",
  params: {
    ...ptr("x", "y", "positions", "table"),
    ...u32("begin", "end", "l", "heads", "headDim"),
    ...strideParams(["x", "y"]),
  },
  body: ({ size, theta, interleaved, inverse, positions }: Config) => {
    const half = size / 2;
    const wide = Math.ceil(half / 4) * 16;
    return `
  let cosines = table + ${wide};
  let sines = table + ${2 * wide};
  fill_bytes(table, 0, ${wide});
  ${repeat(half, (i) => `store(table + ${4 * i}, ${literal(theta ** ((-2 * i) / size))});`)}
  for (var item = begin; item < end; item += 1) {
    let batch = item / l;
    let token = item % l;
    let position = ${positions === "none" ? "i32(token)" : positions === "row" ? "load_i32(positions + batch * 4) + i32(token)" : "load_i32(positions + item * 4)"};
    let at = vec4f(f32(position));
    for (var i = 0; i < ${wide}; i += 16) {
      let angle = at * load4(table + i);
      store4(cosines + i, cos_near(angle));
      store4(sines + i, ${inverse ? "-sin_near(angle)" : "sin_near(angle)"});
    }
    var from = x + batch * batch_x + token * stride_x;
    var to = y + batch * batch_y + token * stride_y;
    for (var head = 0; head < heads; head += 1) {
      ${
        interleaved
          ? `
      for (var i = 0; i < ${4 * half}; i += 4) {
        let first = load(from + 2 * i);
        let second = load(from + 2 * i + 4);
        let c = load(cosines + i);
        let s = load(sines + i);
        store(to + 2 * i, first * c - second * s);
        store(to + 2 * i + 4, second * c + first * s);
      }`
          : eachVector(
              String(half),
              ({ load, store }) => `
        let first = ${load("from")};
        let second = ${load(`(from + ${4 * half})`)};
        let c = ${load("cosines")};
        let s = ${load("sines")};
        ${store("to", "first * c - second * s")}
        ${store(`(to + ${4 * half})`, "second * c + first * s")}`,
            )
      }
      copy_bytes(to + ${4 * size}, from + ${4 * size}, headDim * 4 - ${4 * size});
      from += headDim * 4;
      to += headDim * 4;
    }
  }`;
  },
});

function program(spec: RotarySpec): WasmProgram {
  const { b, l, heads, headDim, size, theta, interleaved, inverse, positions, strides } = spec;
  const call = wasmCall(
    rotaryKernel,
    { size, theta, interleaved, inverse, positions },
    {
      ...optional({ positions: positions !== "none" }),
      l,
      heads,
      headDim,
      ...strideArgs(strides, ["x", "y"], () => [l, heads * headDim]),
    },
    { count: b * l, grain: 8, own: ["table"] },
  );
  return wasmProgram([call], { table: 12 * Math.ceil(size / 8) * 4 });
}

/** A rotation of positions: buffers x, y and, as the spec says, positions. */
export const rotaryWasm: { readonly program: (spec: RotarySpec) => WasmProgram } = { program };
