// Arguments that are no tensors or functions are refused by name, before anything asks them for a shape.
import { describeValue } from "@x/base";
import { ConfigError, DTypeError } from "./errors.ts";
import { Tensor } from "./tensor.ts";

/**
 * Raises unless every value is a tensor.
 *
 * @param op the function that was called, as the caller knows it
 * @param values the arguments by name
 * @throws DTypeError that names the argument and says what came
 * @example
 * requireTensors("norm", { x: ones([2]) });
 */
export function requireTensors(op: string, values: Readonly<Record<string, unknown>>): void {
  for (const name in values) {
    if (!(values[name] instanceof Tensor)) throw new DTypeError(`${op}: ${name} must be a tensor; got ${describeValue(values[name])}.`, { op, got: values[name] });
  }
}

/** Raises unless `values` is an array of tensors. @throws DTypeError that names the place */
export function requireTensorList(op: string, name: string, values: unknown): void {
  if (!Array.isArray(values)) throw new DTypeError(`${op}: ${name} must be an array of tensors; got ${describeValue(values)}.`, { op, got: values });
  for (const [i, value] of (values as unknown[]).entries()) requireTensors(op, { [`${name}[${i}]`]: value });
}

/** Raises unless `value` is a function. @throws ConfigError that names it */
export function requireFunction(op: string, name: string, value: unknown): void {
  if (typeof value !== "function") throw new ConfigError(`${op}: ${name} must be a function; got ${describeValue(value)}.`, { op, field: name, got: value });
}

/** Raises unless `value` is an object of options. @throws ConfigError that names it */
export function requireOptions(op: string, value: unknown): void {
  if (typeof value !== "object" || value === null) throw new ConfigError(`${op}: options must be an object; got ${describeValue(value)}.`, { op, got: value });
}
