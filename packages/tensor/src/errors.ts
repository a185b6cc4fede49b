// The error classes of every layer above the kernels: one class per kind, each with the numbers as fields.
// A message reads "op: what must hold, with the numbers; got what. Hint."

import { describeValue, type OptionKeys, unknownOption, XError } from "@x/base";

/**
 * The kinds of error a caller can tell apart without parsing a message. Literal strings, so they survive minification.
 */
export type ErrorKind =
  | "ShapeError"
  | "DTypeError"
  | "DeviceError"
  | "CheckpointError"
  | "DisposedError"
  | "ConfigError";

/** What an error knows besides its sentence, as values, so that a caller need not parse the message. */
export interface ErrorFields {
  readonly op?: string;
  readonly expected?: unknown;
  readonly got?: unknown;
  /** the error that led to this one */
  readonly cause?: unknown;
  readonly [field: string]: unknown;
}

/** Fields of the error of an argument. */
interface ArgumentFields extends ErrorFields {
  readonly op: string;
  readonly field: string;
}

/** Base of the error classes. */
export abstract class TensorError<Fields extends ErrorFields = ErrorFields> extends XError {
  /** The kind of error; a getter of the class, so that it is known when the stack is recorded. */
  abstract override get kind(): ErrorKind;
  readonly fields: Readonly<Fields>;

  /**
   * The error of an argument: "op: field must …; got …."
   *
   * @param must what follows that word, with the numbers: `"be at least 1"`
   * @returns an error of the class it is called on
   * @example
   * console.log(ConfigError.must("conv1d", "stride", "be at least 1", 0).message); // conv1d: stride must be at least 1; got 0.
   */
  static must<E>(
    this: { new (message: string, fields: ArgumentFields): E; show(got: unknown): string },
    op: string,
    field: string,
    must: string,
    got: unknown,
    expected?: unknown,
  ): E {
    const fields = { op, field, got, ...(expected !== undefined && { expected }) };
    return new this(`${op}: ${field} must ${must}; got ${this.show(got)}.`, fields);
  }

  /** What a sentence says of a value that was given. */
  static show(got: unknown): string {
    return describeValue(got);
  }

  constructor(message: string, fields: Fields = {} as Fields) {
    super(message, fields.cause);
    this.fields = fields;
  }

  override get name(): string {
    return this.kind;
  }
}

/** What a {@link ShapeError} says beside its sentence. */
export interface ShapeErrorFields extends ErrorFields {
  /** the shapes in question, in argument order or by argument name */
  readonly shapes?: readonly (readonly number[])[] | Readonly<Record<string, readonly number[]>>;
}

/** Shapes, axes, ranks or sizes that do not fit together. */
export class ShapeError extends TensorError<ShapeErrorFields> {
  /** Sizes as a shape, `[2,3]`. */
  static override show(got: unknown): string {
    return Array.isArray(got) && got.every(Number.isInteger) ? `[${got.join(",")}]` : describeValue(got);
  }

  get kind(): "ShapeError" {
    return "ShapeError";
  }
}

/** What a {@link DTypeError} says beside its sentence. */
export interface DTypeErrorFields extends ErrorFields {
  /** the dtypes in question, in argument order or by argument name */
  readonly dtypes?: readonly string[] | Readonly<Record<string, string>>;
}

/** An element type that an operation does not take, or two that differ. */
export class DTypeError extends TensorError<DTypeErrorFields> {
  get kind(): "DTypeError" {
    return "DTypeError";
  }
}

/** What a {@link DeviceError} says beside its sentence. */
export interface DeviceErrorFields extends ErrorFields {
  readonly device?: string;
  /** the WebGPU limit that is too small */
  readonly limit?: string;
  /** the WebGPU feature that is missing */
  readonly feature?: string;
}

/** No adapter, a missing limit or feature, a lost device, tensors of two devices, out of memory. */
export class DeviceError extends TensorError<DeviceErrorFields> {
  get kind(): "DeviceError" {
    return "DeviceError";
  }
}

/** What a {@link CheckpointError} says beside its sentence. */
export interface CheckpointErrorFields extends ErrorFields {
  readonly file?: string;
  readonly tensor?: string;
  readonly tensors?: readonly string[];
}

/** A file that is not what it should be: a damaged or hostile container, missing or extra names, wrong shapes. */
export class CheckpointError extends TensorError<CheckpointErrorFields> {
  get kind(): "CheckpointError" {
    return "CheckpointError";
  }
}

/** What a {@link DisposedError} says beside its sentence. */
export interface DisposedErrorFields extends ErrorFields {
  readonly shape?: readonly number[];
}

/** Use of a tensor, state or device after it was freed. */
export class DisposedError extends TensorError<DisposedErrorFields> {
  get kind(): "DisposedError" {
    return "DisposedError";
  }
}

/** What a {@link ConfigError} says beside its sentence. */
export interface ConfigErrorFields extends ErrorFields {
  readonly field?: string;
}

/** A configuration field or an option that is unknown, of the wrong type or out of its range. */
export class ConfigError extends TensorError<ConfigErrorFields> {
  get kind(): "ConfigError" {
    return "ConfigError";
  }
}

/**
 * Raises about an options object with a key that is not read, or that is null: an option is left out to have its
 * default.
 *
 * @param known every key of the options' type, "nullable" where the type has null; the compiler checks that none is
 *   missing
 * @throws ConfigError that names the key, and the nearest known one
 * @example
 * checkOptions<{ axis?: number }>("sum", { axis: 1 }, { axis: true });
 */
export function checkOptions<O extends object>(op: string, options: O | undefined, known: OptionKeys<O>): void {
  if (typeof known !== "object" || (known as object | null) === null)
    throw new TypeError(
      `checkOptions: known must be an object with every key that ${op} reads; got ${describeValue(known)}.`,
    );
  const problem = unknownOption(op, options, known);
  if (problem !== undefined) throw new ConfigError(problem, { op, got: options });
}
