// The base class of every error that the packages raise.

/**
 * Base of TensorError and KernelError. The message reads "op: what must hold, with the numbers; got what.
 * Hint." An error keeps its first cause: code that catches it and raises another one passes it as `cause`.
 *
 * @example
 * class GridError extends XError {
 *   get kind(): string { return "grid"; }
 * }
 * console.log(new GridError("grid: must have at least 1 cell; got 0.") instanceof XError); // true
 */
export abstract class XError extends Error {
  /** What went wrong, as a literal string that survives minification. */
  abstract get kind(): string;

  constructor(message: string, cause?: unknown) {
    super(String(message), cause === undefined ? undefined : { cause });
  }
}
