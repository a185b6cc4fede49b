// The error of both kernel packages. Fields carry what the sentence says, so that callers can react without parsing text.
import { XError } from "./error.ts";

/**
 * What went wrong, coarsely. `argument` is a caller's mistake in a program or a call, `compile` a kernel's text that does not compile, `unsupported`
 * one with a function or operator that only WGSL has, `feature` what the adapter or the engine lacks (WebAssembly SIMD too).
 */
export type KernelErrorKind =
  | "argument"
  | "binding"
  | "uniform"
  | "compile"
  | "unsupported"
  | "limit"
  | "feature"
  | "adapter"
  | "device"
  | "memory"
  | "thread"
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

/** Raised by kernels and by their runners. The message says what must hold, with the numbers, and what to do. */
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
