// The one error class of this package. Fields carry what the sentence says, so that callers can react without parsing text.

/** What went wrong, coarsely. `argument` is a caller's mistake in a program or a call. */
export type KernelErrorKind = "argument" | "binding" | "uniform" | "wgsl" | "limit" | "feature" | "adapter" | "device" | "memory" | "lost" | "destroyed";

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
export class KernelError extends Error {
  override readonly name = "KernelError";
  readonly kind: KernelErrorKind;
  readonly kernel: string | undefined;
  readonly config: unknown;
  readonly limit: string | undefined;
  readonly needed: number | undefined;
  readonly available: number | undefined;

  constructor(message: string, fields: KernelErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.kind = fields.kind ?? "argument";
    this.kernel = fields.kernel;
    this.config = fields.config;
    this.limit = fields.limit;
    this.needed = fields.needed;
    this.available = fields.available;
  }
}
