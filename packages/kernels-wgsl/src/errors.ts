// The one error class of this package. Fields carry what the sentence says, so that callers can react without parsing
// text.
import { type ArgumentKind, argumentProblem, unknownOption, XError } from "@x/base";

/** What went wrong, coarsely. `argument` is a caller's mistake in a program or a call. */
export type KernelErrorKind =
  | "argument"
  | "binding"
  | "uniform"
  | "wgsl"
  | "limit"
  | "feature"
  | "adapter"
  | "device"
  | "memory"
  | "lost"
  | "destroyed";

/** Fields of a {@link KernelError}; those that do not apply are absent. */
export interface KernelErrorFields {
  readonly kind?: KernelErrorKind;
  readonly kernel?: string;
  readonly config?: unknown;
  /** name of the WebGPU limit or feature */
  readonly limit?: string;
  readonly needed?: number;
  readonly available?: number;
  readonly cause?: unknown;
}

/** Raised by kernels and by the runner. The message says what must hold, with the numbers, and what to do. */
export class KernelError extends XError {
  readonly kind: KernelErrorKind;
  // Declared only: fields that do not apply stay absent, also when the error is printed.
  declare readonly kernel?: string;
  declare readonly config?: unknown;
  declare readonly limit?: string;
  declare readonly needed?: number;
  declare readonly available?: number;

  constructor(message: string, fields: KernelErrorFields = {}) {
    const { kind = "argument", cause, ...others } = (fields as KernelErrorFields | null) ?? {};
    super(message, cause);
    this.kind = kind;
    Object.assign(this, others);
  }

  /** A getter of the class, so that it is known when the stack is recorded. */
  override get name(): "KernelError" {
    return "KernelError";
  }
}

/** Raises about an options object with a key that is not read. */
export function checkOptions(op: string, options: unknown, known: Readonly<Record<string, true>>): void {
  requireArguments("checkOptions", { op, known }, { op: "string", known: "object" });
  const problem = unknownOption(op, options, known);
  if (problem !== undefined) throw new KernelError(problem);
}

/** Raises about an argument of another kind than it must be; see `argumentProblem`. */
export function requireArguments(
  op: string,
  values: Readonly<Record<string, unknown>>,
  must: Readonly<Record<string, ArgumentKind>>,
): void {
  const problem = argumentProblem(op, values, must);
  if (problem !== undefined) throw new KernelError(problem);
}
