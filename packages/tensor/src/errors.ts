// The error classes of every layer above the kernels: one class per kind, each with the numbers as fields.
// A message reads "op: what must hold, with the numbers; got what. Hint."

/** The kinds of error a caller can tell apart without parsing a message. Literal strings, so they survive minification. */
export type ErrorKind = "ShapeError" | "DTypeError" | "DeviceError" | "CheckpointError" | "DisposedError" | "ConfigError";

/** What an error class takes besides its fields: the error that led to this one. */
export interface ErrorCause {
  readonly cause?: unknown;
}

/** Base of the error classes; `fields` holds what the message says as values, so that a caller need not parse it. */
export abstract class TensorError<Fields extends object = object> extends Error {
  /** The kind of error; a getter of the class, so that it is known when the stack is recorded. */
  abstract get kind(): ErrorKind;
  readonly fields: Readonly<Fields>;

  constructor(message: string, fields: Fields & ErrorCause) {
    const { cause, ...rest } = fields;
    super(message, cause === undefined ? undefined : { cause });
    this.fields = rest as unknown as Readonly<Fields>;
  }

  override get name(): string {
    return this.kind;
  }
}

export interface ShapeErrorFields {
  readonly op?: string;
  /** argument name → its shape */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  readonly expected?: unknown;
  readonly got?: unknown;
}

/** Shapes, axes, ranks or sizes that do not fit together. */
export class ShapeError extends TensorError<ShapeErrorFields> {
  get kind(): "ShapeError" {
    return "ShapeError";
  }

  constructor(message: string, fields: ShapeErrorFields & ErrorCause = {}) {
    super(message, fields);
  }
}

export interface DTypeErrorFields {
  readonly op?: string;
  /** argument name → its dtype */
  readonly dtypes?: Readonly<Record<string, string>>;
  readonly expected?: unknown;
  readonly got?: unknown;
}

/** An element type that an operation does not take, or two that differ. */
export class DTypeError extends TensorError<DTypeErrorFields> {
  get kind(): "DTypeError" {
    return "DTypeError";
  }

  constructor(message: string, fields: DTypeErrorFields & ErrorCause = {}) {
    super(message, fields);
  }
}

export interface DeviceErrorFields {
  readonly device?: string;
  /** the WebGPU limit that is too small, or the feature that is missing */
  readonly limit?: string;
  readonly feature?: string;
  readonly needed?: unknown;
  readonly got?: unknown;
}

/** No adapter, a missing limit or feature, a lost device, tensors of two devices, out of memory. */
export class DeviceError extends TensorError<DeviceErrorFields> {
  get kind(): "DeviceError" {
    return "DeviceError";
  }

  constructor(message: string, fields: DeviceErrorFields & ErrorCause = {}) {
    super(message, fields);
  }
}

export interface CheckpointErrorFields {
  readonly file?: string;
  readonly tensor?: string;
  readonly tensors?: readonly string[];
  readonly expected?: unknown;
  readonly got?: unknown;
}

/** A file that is not what it should be: a damaged or hostile container, missing or extra names, wrong shapes. */
export class CheckpointError extends TensorError<CheckpointErrorFields> {
  get kind(): "CheckpointError" {
    return "CheckpointError";
  }

  constructor(message: string, fields: CheckpointErrorFields & ErrorCause = {}) {
    super(message, fields);
  }
}

export interface DisposedErrorFields {
  readonly op?: string;
  readonly what?: string;
  readonly shape?: readonly number[];
}

/** Use of a tensor, state or device after it was freed. */
export class DisposedError extends TensorError<DisposedErrorFields> {
  get kind(): "DisposedError" {
    return "DisposedError";
  }

  constructor(message: string, fields: DisposedErrorFields & ErrorCause = {}) {
    super(message, fields);
  }
}

export interface ConfigErrorFields {
  readonly field?: string;
  readonly expected?: unknown;
  readonly got?: unknown;
}

/** A configuration field or an option that is unknown, of the wrong type or out of its range. */
export class ConfigError extends TensorError<ConfigErrorFields> {
  get kind(): "ConfigError" {
    return "ConfigError";
  }

  constructor(message: string, fields: ConfigErrorFields & ErrorCause = {}) {
    super(message, fields);
  }
}
