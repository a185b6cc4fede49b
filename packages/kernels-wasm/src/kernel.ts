// What a kernel, a call and a program are: plain data plus one pure function from a configuration to kernel text.
// Nothing here compiles or runs.
import { byName, describeValue, fitsNumber, KernelError, requireArguments } from "@x/base";

/** What the function of a kernel takes: byte addresses, sizes, numbers. */
export type WasmParam = "ptr" | "u32" | "f32";

/** The parameters of a kernel by name. */
export type WasmParams = Readonly<Record<string, WasmParam>>;

/**
 * A kernel: a function over addresses and sizes. `body(config)` is its body as kernel text; the header is generated
 * from `params`, so that host and kernel cannot drift apart. What is baked into the text is the `config`; what varies
 * per call is a parameter.
 */
export interface WasmKernel<P extends WasmParams = WasmParams, C = unknown> {
  readonly name: string;
  readonly params: P;
  body(config: C): string;
  /** functions that the body calls; `@call fn` makes one that is called rather than inlined */
  functions?(config: C): string;
}

/** An argument of a call: a number, a buffer of the program by name, or a place inside one. */
export type WasmArgument = number | string | { readonly buffer: string; readonly offsetBytes: number };

/**
 * How a call may be shared between threads. The kernel has the u32 parameters `begin` and `end` and does items [begin,
 * end) of `count`: rows, columns, heads, vectors. Items are independent (no sum runs across them, none reads what
 * another writes), so that every partition gives the same bits.
 */
export interface WasmSplit {
  readonly count: number;
  /** ranges begin at multiples of it: what a cache line or a tile holds, and enough to be worth a claim; default 1 */
  readonly grain?: number;
  /** temporaries of which each thread needs one of its own */
  readonly own?: readonly string[];
}

/** The split of an elementwise pass: `size` elements as vectors of four, a kilobyte of them at least. */
export function vectors(size: number): WasmSplit {
  requireArguments("vectors", { size }, { size: "count" });
  return { count: Math.ceil(size / 4), grain: 64 };
}

/** One call of one kernel. */
export interface WasmCall {
  readonly kernel: WasmKernel;
  readonly config: unknown;
  readonly args: Readonly<Record<string, WasmArgument>>;
  /** absent: one thread runs it */
  readonly split?: WasmSplit;
}

/**
 * Calls in order over named buffers. `temps` (name → size in bytes) are allocated by the runner. Buffers are
 * padded to whole 16 bytes.
 */
export interface WasmProgram {
  readonly temps: Readonly<Record<string, number>>;
  readonly calls: readonly WasmCall[];
  /** made of expressions of the caller, whose functions need not exist here: `compilesWasm` tells whether they do */
  readonly tentative?: true;
}

/** Declares a kernel; exists for its type inference. */
export function defineWasmKernel<const P extends WasmParams, C = undefined>(
  kernel: WasmKernel<P, C>,
): WasmKernel<P, C> {
  requireKernel("defineWasmKernel", kernel as unknown as WasmKernel);
  return kernel;
}

/** Raises unless `kernel` is one. @throws KernelError that names the field */
function requireKernel(op: string, kernel: WasmKernel): void {
  requireArguments(op, { kernel }, { kernel: "object" });
  const { name, params, body } = kernel;
  requireArguments(
    op,
    { "kernel.name": name, "kernel.params": params, "kernel.body": body },
    { "kernel.name": "string", "kernel.params": "object", "kernel.body": "function" },
  );
}

/** The arguments of a call: every number, and the buffers of the program whose names are not those of the parameters. */
export type WasmArguments<P extends WasmParams> = {
  readonly [K in keyof P as P[K] extends "ptr" ? never : Exclude<K, "begin" | "end">]: WasmArgument;
} & { readonly [K in keyof P as P[K] extends "ptr" ? K : never]?: WasmArgument };

/** Whether a parameter can be this: a number (of u32 also the same bits as i32), or for an address a buffer or a place in one. */
function fits(type: WasmParam, value: unknown): boolean {
  if (type !== "ptr") return fitsNumber(type, value) || (type === "u32" && fitsNumber("i32", value));
  return (
    typeof value === "string" || fitsNumber("u32", (value as { offsetBytes?: number } | null)?.offsetBytes ?? value)
  );
}

/**
 * Makes a call of a kernel. An address is that of the buffer of its own name unless `args` says another; 0 is none.
 * The kernel's type checks the names of its arguments, of which `begin` and `end` come from the split.
 */
export function wasmCall<P extends WasmParams, C>(
  kernel: WasmKernel<P, C>,
  config: NoInfer<C>,
  args: WasmArguments<NoInfer<P>>,
  split?: WasmSplit,
): WasmCall {
  requireKernel("wasmCall", kernel as unknown as WasmKernel);
  requireArguments("wasmCall", { args, split }, { args: "object", "split?": "object" });
  for (const [name, type] of Object.entries<WasmParam>(kernel.params)) {
    const value = (args as Readonly<Record<string, unknown>>)[name];
    // what is missing is said where the call is made ready: `begin` and `end` come from its split
    if (value === undefined || fits(type, value)) continue;
    throw new KernelError(`wasmCall: ${name} must be ${type}; got ${describeValue(value)}.`);
  }
  const addresses = Object.keys(kernel.params).filter((name) => kernel.params[name] === "ptr");
  return {
    kernel: kernel as unknown as WasmKernel,
    config,
    args: { ...byName(addresses), ...args },
    ...(split && { split }),
  };
}

/** A program of one call, or of several that share `temps`. */
export function wasmProgram(calls: readonly WasmCall[], temps: Readonly<Record<string, number>> = {}): WasmProgram {
  requireArguments("wasmProgram", { calls, temps }, { calls: "array", temps: "object" });
  return { temps, calls };
}

/** The whole text of a kernel in a configuration. */
export function wasmText<P extends WasmParams, C>(kernel: WasmKernel<P, C>, config: C): string {
  requireKernel("wasmText", kernel as unknown as WasmKernel);
  const params = Object.entries<WasmParam>(kernel.params).map(([name, type]) => `${name}: ${type}`);
  return `${kernel.functions?.(config) ?? ""}\n@call fn main(${params.join(", ")}) {\n${kernel.body(config)}\n}\n`;
}
