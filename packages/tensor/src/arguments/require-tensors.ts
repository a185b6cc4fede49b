// Checks of tensor arguments: what is no tensor, was disposed of, or is on another device than the rest is refused by name, before anything asks it for a shape or its memory.
import { describeValue } from "@x/base";
import type { Device } from "../device/device.ts";
import { computeDTypes, requireDType } from "../numbers/dtype.ts";
import { DeviceError, DisposedError, DTypeError } from "../errors.ts";
import { requireArray } from "./require.ts";
import { Tensor } from "../tensor.ts";

/** Arguments by the names that the caller knows. */
export type NamedArguments = Readonly<Record<string, unknown>>;

/**
 * Raises unless every value is a tensor that was not disposed of, and all are on one device.
 *
 * @param op the function that was called, as the caller knows it
 * @param values the arguments by name
 * @param optional arguments that may be undefined
 * @throws DTypeError, DisposedError or DeviceError that names the argument and says what came
 * @example
 * requireTensors("norm", { x: ones([2]) });
 */
export function requireTensors(op: string, values: NamedArguments, optional?: NamedArguments): void {
  const device = requireOnDevice(op, values, undefined, values);
  if (optional !== undefined) requireOnDevice(op, optional, device, values);
}

/**
 * Every op passes here: no object is made for what is right.
 *
 * @param device that of the arguments before
 * @param required arguments that must be there, `values` or those before
 * @returns the device of all
 */
function requireOnDevice(
  op: string,
  values: NamedArguments,
  device: Device | undefined,
  required: NamedArguments,
): Device | undefined {
  for (const name in values) {
    const value = values[name];
    if (value === undefined && values !== required) continue;
    requireLiving(op, name, value);
    device ??= value.device;
    if (value.device !== device) throw onTwoDevices(op, { ...required, ...values }, device, name, value.device);
  }
  return device;
}

function onTwoDevices(op: string, values: NamedArguments, device: Device, name: string, got: Device): DeviceError {
  const [owner] = Object.entries(values).find(([, value]) => value instanceof Tensor && value.device === device)!;
  return new DeviceError(
    `${op}: ${owner} and ${name} must lie on one device; got ${describePair(device, got)}. Move one with to(device).`,
    { op, device: device.kind, got: got.kind },
  );
}

function requireLiving(op: string, name: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof Tensor))
    throw new DTypeError(`${op}: ${name} must be a tensor; got ${describeValue(value)}.`, { op, got: value });
  if (value.disposed)
    throw new DisposedError(
      `${op}: ${name} must not be used after it was disposed; this one was ${value}. Return it from its scope, or keep() it, to use it longer.`,
      { op, shape: value.shape },
    );
}

/** Two devices so that they can be told apart. */
function describePair(a: Device, b: Device): string {
  if (a.kind !== b.kind) return `${a.kind} and ${b.kind}`;
  return a.description === b.description
    ? `two ${a.kind} devices (each: ${a.description})`
    : `two ${a.kind} devices (${a.description}; ${b.description})`;
}

/**
 * Raises unless every value is a tensor that gradients are computed in: f32, or f64 on the CPU. @throws DTypeError that
 * names the argument
 */
export function requireFloats(op: string, values: NamedArguments): void {
  requireTensors(op, values);
  for (const name in values) requireDType(op, name, (values[name] as Tensor).dtype, computeDTypes);
}

/** Raises unless `values` is an array of tensors, of any devices. @throws DTypeError or DisposedError that names the place */
export function requireTensorList(op: string, name: string, values: unknown): void {
  if (!Array.isArray(values)) throw DTypeError.must(op, name, "be an array of tensors", values);
  for (let i = 0; i < values.length; i++) requireLiving(op, `${name}[${i}]`, values[i]);
}

/** The elements of an array of tensors by name, `xs[0]`, `xs[1]` …, for {@link requireTensors} and `opScope`. */
export function indexedNames(name: string, values: readonly unknown[]): Record<string, unknown> {
  requireArray("indexedNames", "values", values);
  return Object.fromEntries([...values].map((value, i) => [`${name}[${i}]`, value]));
}
