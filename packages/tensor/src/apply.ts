// `apply` is the only door from an op to a device.
import { describeValue } from "@x/base";
import type { Device } from "./device/device.ts";
import { type Inputs, mapValues, type Spec, storageBytes } from "./device/lowering.ts";
import type { DType } from "./dtype.ts";
import { DeviceError, DTypeError } from "./errors.ts";
import type { Primitive } from "./primitive.ts";
import { tidy } from "./scope.ts";
import { type Shape, showShape } from "./shape.ts";
import { Storage } from "./storage.ts";
import { Tensor } from "./tensor.ts";
import { activeTapes, tracers } from "./tracers.ts";

/**
 * Applies a primitive: infers, runs it on the device of its inputs (or records it), and notes it on the active tapes.
 *
 * @throws ShapeError, DTypeError from `infer`; DeviceError when inputs lie on different devices or the device has no path
 */
export function apply<R extends string, Q extends string, O extends string, P>(
  primitive: Primitive<R, Q, O, P>,
  x: Inputs<R, Q, Tensor>,
  p: P,
): Record<O, Tensor> {
  const inputs = definedInputs(primitive as Primitive, x as Record<string, Tensor | undefined>);
  const outputs =
    tracers.recorder?.follow(primitive as Primitive, inputs, p) ?? execute(primitive as Primitive, inputs, p);
  if (tracers.tapes.length > 0)
    for (const tape of activeTapes()) tape.record(primitive as Primitive, inputs, outputs, p);
  return outputs as Record<O, Tensor>;
}

function execute(primitive: Primitive, inputs: Readonly<Record<string, Tensor>>, p: unknown): Record<string, Tensor> {
  if (tracers.recorder?.followReference(primitive, inputs, p))
    return runReference(primitive, inputs, p, Object.values(inputs)[0]!.device);
  const specs = primitive.infer(inputs, p) as Readonly<Record<string, Spec>>;
  const device = deviceOf(primitive.name, inputs);
  if (primitive.alias) {
    const storage = Object.values(inputs)[0]!.storage.retain();
    return mapValues(specs, (spec) => new Tensor(spec.shape, spec.dtype, storage));
  }
  if (!device.runs(primitive, inputs, p)) {
    tracers.recorder?.refer(primitive, inputs, p, device);
    return runReference(primitive, inputs, p, device);
  }
  if (tracers.recorder) return tracers.recorder.record(primitive, inputs, specs, p, device);
  for (const name in specs) checkRoom(primitive.name, specs[name]!, device);
  const run = device.prepare(primitive, inputs, specs, p);
  const outputs: Record<string, Tensor> = {};
  try {
    for (const name in specs)
      outputs[name] = new Tensor(
        specs[name]!.shape,
        specs[name]!.dtype,
        Storage.allocate(device, storageBytes(specs[name]!)),
      );
    run(mapValues(inputs, operand), mapValues(outputs, operand));
  } catch (error) {
    for (const name in outputs) outputs[name]!.dispose();
    throw error;
  }
  return outputs;
}

function runReference(
  primitive: Primitive,
  inputs: Readonly<Record<string, Tensor>>,
  p: unknown,
  device: Device,
): Record<string, Tensor> {
  const reference = primitive.reference?.bind(primitive);
  if (!reference) {
    throw new DeviceError(
      `${primitive.name}: must have a path on device ${device.kind}; it has none for these inputs (${show(inputs)}).`,
      {
        device: device.kind,
      },
    );
  }
  tracers.tapes.push(null);
  try {
    const outputs = tidy(() => reference(inputs, p)) as Record<string, Tensor>;
    return distinct(outputs, new Set(Object.values(inputs)));
  } finally {
    tracers.tapes.pop();
  }
}

/** Outputs as tensors of their own: one that is an input, or another output, becomes a second tensor over its memory. */
function distinct(outputs: Readonly<Record<string, Tensor>>, taken: Set<Tensor>): Record<string, Tensor> {
  return mapValues(outputs, (tensor) => {
    const own = taken.has(tensor) ? new Tensor(tensor.shape, tensor.dtype, tensor.storage.retain()) : tensor;
    taken.add(own);
    return own;
  });
}

/** Raises a {@link DeviceError} with the bytes when a tensor is larger than anything its device can hold. */
export function checkRoom(op: string, spec: Spec, device: Device): void {
  const needed = storageBytes(spec);
  if (needed <= device.maxBytes) return;
  throw new DeviceError(
    `${op}: a tensor on this device (${device.description}) must have at most ${device.maxBytes} bytes; ${spec.dtype}${showShape(spec.shape)} has ${needed}.`,
    { op, device: device.kind, needed, available: device.maxBytes },
  );
}

function operand(tensor: Tensor): { shape: Shape; dtype: DType; block: Storage["block"] } {
  return { shape: tensor.shape, dtype: tensor.dtype, block: tensor.storage.block };
}

function deviceOf(op: string, inputs: Readonly<Record<string, Tensor>>): Device {
  let device: Device | undefined;
  for (const name in inputs) {
    const own = inputs[name]!.device;
    device ??= own;
    if (own !== device) {
      throw new DeviceError(
        `${op}: inputs must lie on one device; got ${describePair(device, own)}. Move one with to(device).`,
        { device: device.kind },
      );
    }
  }
  if (!device) throw new TypeError(`${op}: must have an input.`);
  return device;
}

/** Two devices so that they can be told apart. */
function describePair(a: Device, b: Device): string {
  if (a.kind !== b.kind) return `${a.kind} and ${b.kind}`;
  return a.description === b.description
    ? `two ${a.kind} devices (each: ${a.description})`
    : `two ${a.kind} devices (${a.description}; ${b.description})`;
}

/** The inputs that are given, all of them tensors, none that must be there missing. */
function definedInputs(primitive: Primitive, x: Readonly<Record<string, Tensor | undefined>>): Record<string, Tensor> {
  const inputs: Record<string, Tensor> = {};
  for (const name in x) {
    const value = x[name];
    if (value === undefined) continue;
    if (!(value instanceof Tensor)) throw notATensor(primitive, name, value);
    inputs[name] = value;
  }
  for (const name of primitive.inputs) if (inputs[name] === undefined) throw notATensor(primitive, name, undefined);
  return inputs;
}

function notATensor({ name: op }: Primitive, name: string, value: unknown): DTypeError {
  return new DTypeError(`${op}: ${name} must be a tensor; got ${describeValue(value)}.`, { op, got: value });
}

function show(specs: Readonly<Record<string, Spec>>): string {
  return Object.entries(specs)
    .map(([name, { shape, dtype }]) => `${name} ${dtype}${showShape(shape)}`)
    .join(", ");
}
