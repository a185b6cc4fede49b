// The one error class of this package. Fields carry what the sentence says, so that callers can react without parsing
// text.
import { type ArgumentKind, argumentProblem, unknownOption, XError } from "@x/base";

/**
 * What went wrong, coarsely: a text that does not compile, one with a function or operator that only WGSL has, a wrong call, memory that
 * cannot grow, a thread that failed, an engine without (or forbidding) WebAssembly SIMD.
 */
export type WasmErrorKind = "text" | "unsupported" | "argument" | "memory" | "thread" | "support";

/** Fields of a {@link WasmError}; those that do not apply are absent. */
export interface WasmErrorFields {
  readonly kind?: WasmErrorKind;
  readonly kernel?: string;
  readonly needed?: number;
  readonly available?: number;
  readonly cause?: unknown;
}

/** Raised by kernels and by the runner. The message says what must hold, with the numbers, and what to do. */
export class WasmError extends XError {
  readonly kind: WasmErrorKind;
  declare readonly kernel?: string;
  declare readonly needed?: number;
  declare readonly available?: number;

  constructor(message: string, fields: WasmErrorFields = {}) {
    const { kind = "argument", cause, ...others } = (fields as WasmErrorFields | null) ?? {};
    super(message, cause);
    this.kind = kind;
    Object.assign(this, others);
  }

  override get name(): "WasmError" {
    return "WasmError";
  }
}

/** Raises about an options object with a key that is not read. */
export function checkOptions(op: string, options: unknown, known: Readonly<Record<string, true>>): void {
  requireArguments("checkOptions", { op, known }, { op: "string", known: "object" });
  const problem = unknownOption(op, options, known);
  if (problem !== undefined) throw new WasmError(problem);
}

/** Raises about an argument of another kind than it must be; see `argumentProblem`. */
export function requireArguments(
  op: string,
  values: Readonly<Record<string, unknown>>,
  must: Readonly<Record<string, ArgumentKind>>,
): void {
  const problem = argumentProblem(op, values, must);
  if (problem !== undefined) throw new WasmError(problem);
}
