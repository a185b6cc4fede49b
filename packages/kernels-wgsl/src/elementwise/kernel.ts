// The elementwise kernel family: any scalar WGSL expression over broadcast inputs, fused chains and several outputs
// included, as one dispatch.
import { BoundedCache, KernelError, keyOf } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearConfig, threadsOf } from "../grid.ts";
import { dispatch, type Kernel, type Program, type UniformType, programOf } from "../kernel.ts";
import { joinPrograms, windowOf, windows } from "../join-programs.ts";
import { basicFunctions } from "./basic-functions.ts";
import { type FunctionTable, functionsIn } from "./function-tables.ts";
import { accessOf, broadcastStrides, collapse } from "./broadcast-layout.ts";
import {
  elementwiseBindings,
  elementwiseUniforms,
  elementwiseWgsl,
  type ElementType,
  type ElementwiseConfig,
} from "./wgsl.ts";

/**
 * An input; absent shape: that of the output. Strides and offset, in elements, let a transposed or sliced view be read
 * in place.
 */
export interface ElementwiseInput {
  readonly type: ElementType;
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
  readonly offset?: number;
  /** Given: the operand may start at any multiple of so many elements of its binding, to be told at run time. */
  readonly alignment?: 1 | 2 | 4 | undefined;
}

/**
 * An output that is a part of a buffer: rows of `size` elements, `pitch` elements apart, the first `offset` elements
 * (default 0) after where the operand starts.
 */
export interface OutputRows {
  readonly size: number;
  readonly pitch: number;
  readonly offset?: number;
  /** elements at whose multiples the operand starts in its binding, to be told at run time */
  readonly alignment: 1 | 2 | 4;
}

/** An output of an elementwise kernel. */
export interface ElementwiseOutput {
  readonly type: ElementType;
  /** The expression reads the element's old value as `<name>_old`. Default false. */
  readonly previous?: boolean;
  /** Default: dense. Not for 16-bit elements. */
  readonly rows?: OutputRows | undefined;
  /** f16 may be rounded by the device, where it has f16: as products round what they read. Default false. */
  readonly native?: true | undefined;
}

/**
 * What an elementwise program computes. The names of inputs, outputs and scalars are those in the expressions and of
 * the program's buffers.
 */
export interface ElementwiseSpec {
  /** Part of the kernel's name, for logs and timings. */
  readonly name?: string;
  /** Shape of the outputs; inputs broadcast to it by the rule of NumPy. */
  readonly shape: readonly number[];
  readonly inputs: Readonly<Record<string, ElementwiseInput>>;
  readonly outputs: Readonly<Record<string, ElementwiseOutput>>;
  /** Numbers that vary from call to call without a new shader. */
  readonly scalars?: Readonly<Record<string, { readonly type: UniformType; readonly value: number }>>;
  /** WGSL statements in order, such as `let t = a * b;`. */
  readonly statements?: readonly string[];
  /**
   * Output name → scalar WGSL expression; it is converted to the output's type. `index` is the element's index as u32.
   */
  readonly result: Readonly<Record<string, string>>;
  readonly caps?: Caps;
}

const reservedNames = new Set([
  "u",
  "i",
  "id",
  "groups",
  "index",
  "main",
  "expression",
  "element",
  "count",
  "low",
  "high",
  "both",
  "value",
  "Result",
  "Uniforms",
]);

/** Kernel objects by name and configuration. */
const kernels = new BoundedCache<string, Kernel>(2048);

function kernelOf(name: string, config: ElementwiseConfig): Kernel {
  return kernels.get(`${name} ${keyOf("config", config)}`, () => ({
    name,
    uniforms: elementwiseUniforms(config),
    bindings: (c) => elementwiseBindings(c as ElementwiseConfig),
    ...(config.outputs.some(({ native }) => native) && { features: () => ["shader-f16"] as const }),
    wgsl: (c) => elementwiseWgsl(c as ElementwiseConfig),
  }));
}

function checkNames(kernel: string, spec: ElementwiseSpec): void {
  const names = [...Object.keys(spec.inputs), ...Object.keys(spec.outputs), ...Object.keys(spec.scalars ?? {})];
  names.forEach((name, i) => {
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || name.includes("__") || reservedNames.has(name)) {
      throw new KernelError(
        `${kernel}: a name must be a WGSL identifier other than ${[...reservedNames].join(", ")}; got "${name}".`,
        { kernel },
      );
    }
    if (names.indexOf(name) !== i)
      throw new KernelError(`${kernel}: every input, output and scalar needs a name of its own; got "${name}" twice.`, {
        kernel,
      });
  });
  const outputs = Object.keys(spec.outputs);
  const results = Object.keys(spec.result);
  if (
    outputs.length === 0 ||
    outputs.some((name) => spec.result[name] === undefined) ||
    results.length !== outputs.length
  ) {
    throw new KernelError(
      `${kernel}: result must have one expression per output (${outputs.join(", ") || "none"}); got ${results.join(", ") || "none"}.`,
      { kernel },
    );
  }
}

/** The functions that expressions call and that are not basic: text of the tables' own. */
function functionsOf({ statements = [], result }: ElementwiseSpec, tables: readonly FunctionTable[]): string {
  const text = [...statements, ...Object.values(result)].join("\n");
  const basic: FunctionTable = Object.assign({}, ...basicFunctions);
  return [...functionsIn([...basicFunctions, ...tables], text)]
    .flatMap(([name, wgsl]) => (name in basic ? [] : [wgsl]))
    .join("");
}

/** The program of `elementwise`, whose expressions may call the basic functions and those of the tables. */
export function elementwiseProgram(spec: ElementwiseSpec, tables: readonly FunctionTable[] = []): Program {
  const name = spec.name ? `elementwise_${spec.name}` : "elementwise";
  checkNames(name, spec);
  const { shape, statements = [], result, caps = baseCaps } = spec;
  const count = shape.reduce((product, size) => product * size, 1);
  const inputs = Object.entries(spec.inputs).map(
    ([input, { type, shape: own = shape, strides, offset = 0, alignment }]) => ({
      name: input,
      type,
      offset,
      alignment,
      strides: broadcastStrides(name, input, strides ? { shape: own, strides } : { shape: own }, shape),
    }),
  );
  if (count === 0) return programOf([]);
  const outputs = Object.entries(spec.outputs).map(([output, { type, previous = false, rows, native }]) => ({
    name: output,
    type,
    previous,
    ...(rows && { rows: true as const }),
    ...(native && type === "f16" && caps.features.has("shader-f16") && { native }),
  }));
  const rowsOfOutputs = Object.entries(spec.outputs).flatMap(([output, { rows }]) =>
    rows ? [[output, rows] as const] : [],
  );
  const scalars = Object.entries(spec.scalars ?? {}).map(([scalar, { type }]) => ({ name: scalar, type }));
  const collapsed = collapse(
    shape,
    inputs.map(({ strides }) => strides),
  );
  const inner = collapsed.sizes[collapsed.sizes.length - 1] ?? 1;
  const vectorized =
    inner % 4 === 0 &&
    rowsOfOutputs.every(([, { size, pitch, offset = 0, alignment }]) =>
      [size, pitch, offset, alignment].every((number) => number % 4 === 0),
    );
  const packed = outputs.some(({ type }) => type === "f16" || type === "bf16");
  const lanes = vectorized ? 4 : packed ? 2 : 1;
  const accesses = inputs.map(({ offset, alignment }, k) =>
    accessOf(collapsed.sizes, collapsed.strides[k] as readonly number[], offset, vectorized, alignment),
  );
  const moving = accesses.some((access) => access !== "dense" && access !== "scalar");
  if (!moving && rowsOfOutputs.length === 0 && 4 * count > caps.maxStorageBufferBindingSize) {
    const parts = inWindows(
      spec,
      tables,
      count,
      inputs.filter((_, k) => accesses[k] === "dense").map(({ name: input }) => input),
      caps,
    );
    if (parts) return parts;
  }
  const workgroupSize = threadsOf(linearConfig(caps));
  const functions = functionsOf(spec, tables);
  const config: ElementwiseConfig = {
    inputs: inputs.map((input, k) => ({
      name: input.name,
      type: input.type,
      access: accesses[k] as (typeof accesses)[number],
    })),
    outputs,
    scalars,
    statements,
    result,
    // A single element at an offset still needs one dimension to hang the offset on.
    rank: moving ? Math.max(1, collapsed.sizes.length) : 0,
    lanes,
    workgroupSize,
    ...(functions && { functions }),
  };
  const kernel = kernelOf(name, config);
  const uniforms: Record<string, number> = {};
  const offsets: Record<string, string> = {};
  for (const uniform of Object.keys(kernel.uniforms)) uniforms[uniform] = 0;
  uniforms["count"] = count;
  for (const [scalar, { value }] of Object.entries(spec.scalars ?? {})) uniforms[scalar] = value;
  for (let d = 1; d < config.rank; d++) uniforms[`size_${d}`] = collapsed.sizes[d] as number;
  config.inputs.forEach((input, k) => {
    if (input.access === "dense" || input.access === "scalar") return;
    uniforms[`${input.name}_offset`] = inputs[k]?.offset ?? 0;
    // Offsets are computed modulo 2^32, so a negative stride works as its complement.
    (collapsed.strides[k] ?? []).forEach((stride, d) => (uniforms[`${input.name}_stride_${d}`] = stride >>> 0));
    if (inputs[k]!.alignment !== undefined) offsets[`${input.name}_offset`] = input.name;
  });
  for (const [output, { size, pitch, offset = 0 }] of rowsOfOutputs) {
    Object.assign(uniforms, { [`${output}_size`]: size, [`${output}_pitch`]: pitch, [`${output}_offset`]: offset });
    offsets[`${output}_offset`] = output;
  }
  const buffers = Object.fromEntries([...config.inputs, ...outputs].map((buffer) => [buffer.name, buffer.name]));
  return programOf([
    dispatch(kernel, {
      config,
      buffers,
      uniforms,
      ...(Object.keys(offsets).length > 0 && { offsets }),
      workgroups: grid1d(Math.ceil(count / lanes), workgroupSize, caps),
    }),
  ]);
}

/** The same for operands too large to be bound: a dispatch for each window of the elements. */
function inWindows(
  spec: ElementwiseSpec,
  tables: readonly FunctionTable[],
  count: number,
  dense: readonly string[],
  caps: Caps,
): Program | undefined {
  const sizeOfType = (type: ElementType): number => (type === "f16" || type === "bf16" ? 2 : 4);
  const operands = [
    ...Object.entries(spec.outputs),
    ...Object.entries(spec.inputs).filter(([name]) => dense.includes(name)),
  ];
  const least = Math.min(...operands.map(([, { type }]) => sizeOfType(type)));
  // Windows that begin at multiples of 256 bytes of the narrowest operand, and fit as the widest.
  const parts = windows(count, least, (caps.maxStorageBufferBindingSize * least) / 4);
  if (!parts || parts.length < 2) return undefined;
  return joinPrograms(
    parts.map((window) => ({
      program: elementwiseProgram(
        {
          ...spec,
          shape: [window.end - window.start],
          inputs: Object.fromEntries(
            Object.entries(spec.inputs).map(([name, { type }]) => [
              name,
              { type, ...(!dense.includes(name) && { shape: [] }) },
            ]),
          ),
        },
        tables,
      ),
      names: Object.fromEntries(operands.map(([name, { type }]) => [name, windowOf(name, window, sizeOfType(type))])),
    })),
  );
}
