// Arguments that are no tensors are refused by name, before anything asks them for a shape.
import { describeValue } from "@x/base";
import { computeFloats, requireDType } from "./dtype.ts";
import { DTypeError } from "./errors.ts";
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
    if (!(values[name] instanceof Tensor))
      throw new DTypeError(`${op}: ${name} must be a tensor; got ${describeValue(values[name])}.`, {
        op,
        got: values[name],
      });
  }
}

/**
 * Raises unless every value is a tensor that gradients are computed in: f32, or f64 on the CPU. @throws DTypeError that
 * names the argument
 */
export function requireFloats(op: string, values: Readonly<Record<string, unknown>>): void {
  requireTensors(op, values);
  for (const name in values) requireDType(op, name, (values[name] as Tensor).dtype, computeFloats);
}

/** Raises unless `values` is an array of tensors. @throws DTypeError that names the place */
export function requireTensorList(op: string, name: string, values: unknown): void {
  if (!Array.isArray(values))
    throw new DTypeError(`${op}: ${name} must be an array of tensors; got ${describeValue(values)}.`, {
      op,
      got: values,
    });
  for (const [i, value] of (values as unknown[]).entries()) requireTensors(op, { [`${name}[${i}]`]: value });
}
