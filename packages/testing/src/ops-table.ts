// docs/ops.md: every primitive, the dtypes it takes on each device and its gradient, found by asking the primitives themselves.
import { compilesWasm, type WasmProgram } from "@x/kernels-wasm";
import { baseCaps } from "@x/kernels-wgsl";
import * as nn from "@x/nn";
import { type DType, isFloat, type Primitive, type Spec } from "@x/tensor";
import * as tensor from "@x/tensor";
import { primitivesOf, specsOf, testedCases } from "./cases.ts";

const dtypes: readonly DType[] = ["f32", "f64", "f16", "bf16", "i32", "u32", "bool"];

type Specs = Readonly<Record<string, Spec>>;

/** A call that the primitive's `infer` accepts. */
interface Call {
  readonly specs: Specs;
  readonly params: unknown;
}

/** The inputs that share the dtype of the op: the float ones, or those of the first input's dtype where none is float. */
function mainInputs(specs: Specs): string[] {
  const entries = Object.entries(specs);
  const floats = entries.filter(([, { dtype }]) => isFloat(dtype));
  const main = floats.length > 0 ? floats : entries.filter(([, { dtype }]) => dtype === entries[0]?.[1].dtype);
  return main.map(([name]) => name);
}

function withDType(specs: Specs, names: readonly string[], dtype: DType): Specs {
  return { ...specs, ...Object.fromEntries(names.map((name) => [name, { shape: specs[name]!.shape, dtype }])) };
}

/** Whether the primitive takes these inputs. Its `infer` raises a sentence of its own about those that it does not take. */
function takes(primitive: Primitive, { specs, params }: Call): boolean {
  try {
    primitive.infer(specs, params);
    return true;
  } catch (error) {
    if (error instanceof tensor.XError) return false;
    throw error;
  }
}

/** The accepted calls with a dtype in place of that of the cases. */
function callsOf(primitive: Primitive, dtype: DType): Call[] {
  return testedCases(primitive)
    .map((one) => {
      const specs = specsOf(one);
      return { specs: withDType(specs, mainInputs(specs), dtype), params: one.params };
    })
    .filter((call) => takes(primitive, call));
}

/** Dtypes that one input takes beside the usual dtype of the others, such as halves of a weight. */
function ofOneInput(primitive: Primitive, joint: readonly DType[]): string {
  const found = new Map<string, Set<DType>>();
  for (const one of testedCases(primitive)) {
    const specs = specsOf(one);
    const main = mainInputs(specs);
    if (main.length < 2) continue;
    for (const name of main)
      for (const dtype of dtypes) {
        if (joint.includes(dtype) || !takes(primitive, { specs: withDType(specs, [name], dtype), params: one.params }))
          continue;
        found.set(name, (found.get(name) ?? new Set()).add(dtype));
      }
  }
  return [...found].map(([name, types]) => `\`${name}\`: ${[...types].join(" ")}`).join("; ");
}

interface Row {
  readonly name: string;
  readonly dtypes: string;
  readonly wasm: string;
  readonly loops: string;
  readonly webgpu: string;
  readonly gradient: string;
}

/** The dtypes for which `has` holds of some call; those left to the reference are in brackets. */
function cell(
  primitive: Primitive,
  calls: ReadonlyMap<DType, readonly Call[]>,
  has: (call: Call, dtype: DType) => boolean,
): string {
  const own = [...calls].filter(([dtype, list]) => list.some((call) => has(call, dtype))).map(([dtype]) => dtype);
  if (own.length > 0) return own.length === calls.size && calls.size > 1 ? "all" : own.join(" ");
  return primitive.reference ? "composed" : "–";
}

function gradientOf(primitive: Primitive, types: readonly DType[]): string {
  if (primitive.mutates || !types.some(isFloat)) return "–";
  return primitive.vjp ? "own" : primitive.reference ? "composed" : "–";
}

function rowOf(primitive: Primitive): Row {
  const calls = new Map(
    dtypes.map((dtype) => [dtype, callsOf(primitive, dtype)] as const).filter(([, list]) => list.length > 0),
  );
  const types = [...calls.keys()];
  const others = ofOneInput(primitive, types);
  const free = primitive.alias || primitive.transfer ? "all" : undefined; // no kernel is needed
  return {
    name: primitive.name,
    dtypes: types.join(" ") + (others ? ` (${others})` : ""),
    wasm:
      free ??
      cell(
        primitive,
        calls,
        ({ specs, params }, dtype) => dtype !== "f64" && runs(primitive.wasm?.(specs, params, {})),
      ),
    loops: free ?? cell(primitive, calls, () => primitive.cpu !== undefined),
    webgpu:
      free ??
      cell(
        primitive,
        calls,
        ({ specs, params }, dtype) => dtype !== "f64" && primitive.webgpu?.(specs, params, baseCaps, {}) !== undefined,
      ),
    gradient: gradientOf(primitive, types),
  };
}

const head = `# Ops

Generated from the primitives by \`npm run docs:ops\`; do not edit.

A row is a primitive. Functions that are made of primitives (such as \`variance\`) run wherever those run.

- **dtypes**: what the inputs take together. In brackets: what one input takes beside f32 inputs.
- **CPU wasm**, **CPU loops**, **WebGPU**: the dtypes with a kernel, or with plain loops, of their own. \`all\`: every dtype of the row. \`composed\`: the reference runs, which is made of other primitives. WebGPU has no f64.
- **gradient**: \`own\`: the primitive has a vector–Jacobian product. \`composed\`: its reference is differentiated. \`–\`: none.
`;

function tableOf(title: string, module: Readonly<Record<string, unknown>>): string {
  const rows = primitivesOf(module).map(rowOf);
  const lines = rows.map(
    (row) => `| \`${row.name}\` | ${row.dtypes} | ${row.wasm} | ${row.loops} | ${row.webgpu} | ${row.gradient} |`,
  );
  return [
    `## ${title}`,
    "",
    "| op | dtypes | CPU wasm | CPU loops | WebGPU | gradient |",
    "|---|---|---|---|---|---|",
    ...lines,
    "",
  ].join("\n");
}

/** The text of docs/ops.md. */
export function opsTable(): string {
  return [head, tableOf("@x/tensor", tensor), tableOf("@x/nn", nn)].join("\n");
}

function runs(program: WasmProgram | undefined): boolean {
  return program !== undefined && compilesWasm(program);
}
