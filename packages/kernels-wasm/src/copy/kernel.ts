// Copies between strided places: transposes, slices, joins, repetitions. Elements are words of 4 bytes.
import {
  type WasmArgument,
  wasmCall,
  type WasmParams,
  type WasmKernel,
  type WasmParam,
  type WasmProgram,
  wasmProgram,
} from "../kernel.ts";
import { ptr, u32 } from "../params.ts";
import { eachVector } from "../codegen.ts";

/** Element [i0, i1, …] is at `offset + Σ iₖ·strides[k]` of a buffer. */
export interface StridedPlace {
  readonly buffer: string;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Copies `shape` elements. */
export interface CopySpec {
  readonly shape: readonly number[];
  readonly from: StridedPlace;
  readonly to: StridedPlace;
}

const maxRank = 6;

/** `rows`: both run along the innermost dimension; `repeat`: one element fills it; `elements`: neither. */
type Inner = "rows" | "repeat" | "elements";

interface Config {
  readonly rank: number;
  readonly inner: Inner;
}

function copyKernel(rank: number): WasmKernel<WasmParams, Config> {
  const outer = Array.from({ length: rank - 1 }, (_, d) => d);
  const params: Record<string, WasmParam> = {
    ...ptr("from", "to"),
    ...u32("count", "stepFrom", "stepTo", "begin", "end"),
  };
  for (const d of outer) for (const name of [`size${d}`, `from${d}`, `to${d}`]) params[name] = "u32";
  const innermost: Readonly<Record<Inner, string>> = {
    rows: eachVector("length", ({ load, store }) => store("target", load("source"))),
    repeat: `let value = load_splat(source); ${eachVector("length", ({ store }) => store("target", "value"))}`,
    elements: `
    var a = source;
    var b = target;
    for (var left = length; left > 0; left -= 1) {
      store(b, load(a));
      a += stepFrom;
      b += stepTo;
    }`,
  };
  return {
    name: `copy_${rank}`,
    params,
    body: ({ inner }) => `
  ${rank === 1 ? "let source = from + begin * stepFrom; let target = to + begin * stepTo; let length = end - begin;" : "let length = count;"}
  ${outer
    .map(
      (d) => `
  for (var index${d} = ${d === 0 ? "begin" : 0}; index${d} < ${d === 0 ? "end" : `size${d}`}; index${d} += 1) {
    let ${d === rank - 2 ? "source" : `fromAt${d}`} = ${d === 0 ? "from" : `fromAt${d - 1}`} + index${d} * from${d};
    let ${d === rank - 2 ? "target" : `toAt${d}`} = ${d === 0 ? "to" : `toAt${d - 1}`} + index${d} * to${d};`,
    )
    .join("")}
  ${innermost[inner]}
  ${outer.map(() => "}").join(" ")}`,
  };
}

/** The copies in order, as one program; undefined where one has more than six dimensions that differ. */
function program(specs: readonly CopySpec[]): WasmProgram | undefined {
  const calls = [];
  for (const { shape, from, to } of specs) {
    const sizes: number[] = [];
    const [fromStrides, toStrides]: [number[], number[]] = [[], []];
    shape.forEach((size, d) => {
      if (size === 1) return;
      const last = sizes.length - 1;
      if (last >= 0 && fromStrides[last] === from.strides[d]! * size && toStrides[last] === to.strides[d]! * size) {
        sizes[last]! *= size;
        [fromStrides[last], toStrides[last]] = [from.strides[d]!, to.strides[d]!];
      } else {
        sizes.push(size);
        fromStrides.push(from.strides[d]!);
        toStrides.push(to.strides[d]!);
      }
    });
    if (sizes.length === 0) [sizes[0], fromStrides[0], toStrides[0]] = [1, 1, 1];
    const rank = sizes.length;
    if (rank > maxRank) return undefined;
    const [stepFrom, stepTo] = [fromStrides[rank - 1]!, toStrides[rank - 1]!];
    const inner: Inner =
      stepTo === 1 && stepFrom === 1 ? "rows" : stepTo === 1 && stepFrom === 0 ? "repeat" : "elements";
    const args: Record<string, WasmArgument> = {
      from: { buffer: from.buffer, offsetBytes: 4 * from.offset },
      to: { buffer: to.buffer, offsetBytes: 4 * to.offset },
      count: sizes[rank - 1]!,
      stepFrom: 4 * stepFrom,
      stepTo: 4 * stepTo,
    };
    for (let d = 0; d < rank - 1; d++) {
      args[`size${d}`] = sizes[d]!;
      args[`from${d}`] = 4 * fromStrides[d]!;
      args[`to${d}`] = 4 * toStrides[d]!;
    }
    calls.push(wasmCall(copyKernel(rank), { rank, inner }, args, { count: sizes[0]!, grain: rank === 1 ? 256 : 1 }));
  }
  return wasmProgram(calls);
}

/** Strided copies: `copyWasm.program([{ shape, from, to }])`. */
export const copyWasm: { readonly program: typeof program } = { program };
