// Elementwise kernels: an op is one expression, the same text as in WGSL, over four elements at a time; chains are
// several expressions in a row.
import {
  vectors,
  type WasmArgument,
  wasmCall,
  type WasmKernel,
  type WasmParam,
  type WasmParams,
  type WasmProgram,
} from "../kernel.ts";
import { eachVector, repeat } from "../codegen.ts";
import { type Layout, layoutOf, type Operand } from "./layout.ts";

/** Types of elements in memory. A bool is a u32 of 0 or 1. */
export type ElementType = "f32" | "i32" | "u32" | "bool";

/** A chain over named inputs that broadcast to `shape`. */
export interface ElementwiseSpec {
  readonly shape: readonly number[];
  /** absent shape: that of the output */
  readonly inputs: Readonly<
    Record<
      string,
      { readonly shape?: readonly number[]; readonly strides?: readonly number[]; readonly type?: ElementType }
    >
  >;
  /** default y, f32, dense; else rows of `size` elements, `pitch` elements apart */
  readonly output?: {
    readonly name?: string;
    readonly type?: ElementType;
    readonly rows?: { readonly size: number; readonly pitch: number } | undefined;
  };
  /** `name = expression`, in order, each seeing the inputs and the names before it */
  readonly steps?: readonly (readonly [name: string, expression: string])[];
  /** expression of the inputs and steps */
  readonly result: string;
}

interface Config {
  readonly inputs: readonly (readonly [name: string, type: ElementType, inner: "dense" | "same"])[];
  readonly rank: number;
  readonly output: ElementType;
  /** the output has strides too */
  readonly inRows?: true;
  readonly steps: readonly (readonly [name: string, expression: string])[];
  readonly result: string;
}

const maxRank = 5;

const loaded: Readonly<Record<ElementType, (pointer: string) => string>> = {
  f32: (pointer) => pointer,
  i32: (pointer) => `as_vec4i(${pointer})`,
  u32: (pointer) => `as_vec4u(${pointer})`,
  bool: (pointer) => `(as_vec4i(${pointer}) != 0)`,
};
const stored: Readonly<Record<ElementType, (value: string) => string>> = {
  f32: (value) => `vec4f(${value})`,
  i32: (value) => `as_vec4f(vec4i(${value}))`,
  u32: (value) => `as_vec4f(vec4u(${value}))`,
  bool: (value) => `as_vec4f(as_vec4i(${value}) & 1)`,
};

/** Loops over the outer dimensions around a pass over the innermost one. */
function elementwiseKernel(inputCount: number, rank: number, inRows: boolean): WasmKernel<WasmParams, Config> {
  const outer = Array.from({ length: rank - 1 }, (_, d) => d);
  const params: Record<string, WasmParam> = { out: "ptr", count: "u32", begin: "u32", end: "u32" };
  for (let k = 0; k < inputCount; k++) params[`in${k}`] = "ptr";
  for (const d of outer) {
    params[`size${d}`] = "u32";
    for (let k = 0; k < inputCount; k++) params[`stride${d}_${k}`] = "u32";
    if (inRows) params[`outStride${d}`] = "u32";
  }
  return {
    name: `elementwise_${inputCount}_${rank}`,
    params,
    body(config) {
      const pointer = (k: number): string => (rank === 1 ? `in${k}` : `at${rank - 2}_${k}`);
      const same = config.inputs
        .map(([, type, inner], k) =>
          inner === "same" ? `let same${k} = ${loaded[type](`load_splat(${pointer(k)})`)};` : "",
        )
        .join(" ");
      const values = (load: (p: string) => string): string =>
        config.inputs
          .map(
            ([name, type, inner], k) =>
              `let ${name} = ${inner === "same" ? `same${k}` : loaded[type](load(pointer(k)))};`,
          )
          .join("\n    ");
      const computed = config.steps.map(([name, expression]) => `let ${name} = ${expression};`).join("\n    ");
      const result = stored[config.output](config.result);
      // One dimension: the last vector may reach into the padding of the buffers.
      if (rank === 1) {
        return `
  ${same}
  for (var i = begin * 16; i < end * 16; i += 16) {
    ${values((p) => `load4(${p} + i)`)}
    ${computed}
    store4(out + i, ${result});
  }`;
      }
      const opened = outer
        .map(
          (d) => `
  for (var index${d} = ${d === 0 ? "begin" : 0}; index${d} < ${d === 0 ? "end" : `size${d}`}; index${d} += 1) {
    ${repeat(config.inputs.length, (k) => `let at${d}_${k} = ${d === 0 ? `in${k}` : `at${d - 1}_${k}`} + index${d} * stride${d}_${k};`)}
    ${inRows ? `let out${d} = ${d === 0 ? "out" : `out${d - 1}`} + index${d} * outStride${d};` : ""}`,
        )
        .join("");
      const start = `out + begin * ${outer
        .slice(1)
        .map((d) => `size${d} * `)
        .join("")}count * 4`;
      return `
  ${inRows ? "" : `var to = ${start};`}
  ${opened}
  ${inRows ? `let to = out${rank - 2};` : ""}
  ${same}
  ${eachVector(
    "count",
    ({ load, store }) => `
    ${values(load)}
    ${computed}
    ${store("to", result)}`,
  )}
  ${inRows ? "" : "to += count * 4;"}
  ${outer.map(() => "}").join(" ")}`;
    },
  };
}

/**
 * The program, or undefined where the broadcast has more than five dimensions that differ. Expressions may call functions that
 * exist in WGSL only: `compilesWasm` of the program tells.
 */
function program({ shape, inputs, output = {}, steps = [], result }: ElementwiseSpec): WasmProgram | undefined {
  const entries = Object.entries(inputs);
  const operands = entries.map(([, input]): Operand => ({ shape: input.shape ?? shape, strides: input.strides }));
  const inRows = output.rows !== undefined;
  if (output.rows) operands.push({ shape, strides: rowStrides(shape, output.rows) });
  const { sizes, strides } = withInner(layoutOf(shape, operands), inRows);
  const rank = sizes.length;
  if (rank > maxRank) return undefined;
  const config: Config = {
    inputs: entries.map(([name, { type = "f32" }], k) => [name, type, strides[k]![rank - 1] === 0 ? "same" : "dense"]),
    rank,
    output: output.type ?? "f32",
    ...(inRows && { inRows }),
    steps,
    result,
  };
  const kernel = elementwiseKernel(entries.length, rank, inRows);
  const args: Record<string, WasmArgument> = { out: output.name ?? "y", count: sizes[rank - 1]! };
  entries.forEach(([name], k) => (args[`in${k}`] = name));
  for (let d = 0; d < rank - 1; d++) {
    args[`size${d}`] = sizes[d]!;
    entries.forEach((_, k) => (args[`stride${d}_${k}`] = 4 * strides[k]![d]!));
    if (inRows) args[`outStride${d}`] = 4 * strides[entries.length]![d]!;
  }
  return {
    temps: {},
    tentative: true,
    calls: [wasmCall(kernel, config, args, rank === 1 ? vectors(sizes[0]!) : { count: sizes[0]! })],
  };
}

/** Strides of a dense shape whose rows are `pitch` elements apart. */
function rowStrides(
  shape: readonly number[],
  { size, pitch }: { readonly size: number; readonly pitch: number },
): number[] {
  let stride = 1;
  return shape
    .toReversed()
    .map((dim) => {
      const own = stride >= size ? (stride / size) * pitch : stride;
      stride *= dim;
      return own;
    })
    .reverse();
}

/**
 * The kernel walks its innermost dimension by vectors: one of single elements where operands have gaps there. Rows of
 * the output are written exactly, which one dimension alone is not.
 */
function withInner({ sizes, strides }: Layout, inRows: boolean): Layout {
  if (strides.some((of) => of.at(-1)! > 1)) return { sizes: [...sizes, 1], strides: strides.map((of) => [...of, 1]) };
  return inRows && sizes.length === 1
    ? { sizes: [1, ...sizes], strides: strides.map((of) => [0, ...of]) }
    : { sizes, strides };
}

/** Elementwise chains: `elementwiseWasm.program({ shape, inputs: { x: {} }, result: "x * sigmoid(x)" })`. */
export const elementwiseWasm: { readonly program: (spec: ElementwiseSpec) => WasmProgram | undefined } = { program };
