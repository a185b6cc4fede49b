// A batch on its way to a device: host numbers become tensors, each of its own shape; plain data stays as it is; everything else is refused by name.
import { describeValue } from "@x/base";
import {
  checkOptions,
  ConfigError,
  type Device,
  DeviceError,
  DisposedError,
  type DType,
  DTypeError,
  isPlainObject,
  type Shape,
  ShapeError,
  showShape,
  sizeOf,
  Tensor,
  tensor,
  type TensorError,
} from "@x/tensor/core";

/** Flat numbers on the host. Those of 8 and 16 bits become i32, as token ids and labels are; Float64Array becomes f32. */
export type HostNumbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Rows of one length, nested as deep as the tensor has axes; f32 unless a {@link HostBatchField} says otherwise. */
export type NestedNumbers = readonly number[] | readonly NestedNumbers[];

/** Numbers with a shape, or a dtype, of their own. */
export interface HostBatchField {
  readonly data: HostNumbers | NestedNumbers;
  readonly shape?: Shape;
  readonly dtype?: DType;
}

/** A batch as the loss function gets it: numbers of the host have become tensors; everything else is as it was. */
export type OnDevice<B> = { readonly [K in keyof B]: K extends "shape" ? B[K] : FieldOnDevice<B[K]> };

type FieldOnDevice<V> = V extends Tensor ? V : V extends HostNumbers | NestedNumbers | HostBatchField ? Tensor : V;

/**
 * The batch with its host numbers as tensors, which are also added to `made`.
 *
 * A field may be a tensor, a typed array (of the batch's `shape`, where it has one), nested arrays, `{ data, shape }`, an object of such fields, or plain data.
 *
 * @throws ShapeError, DTypeError, DeviceError, DisposedError, ConfigError that names the field
 */
export function uploadBatch<B extends object>(batch: B, device: Device, made: Tensor[]): OnDevice<B> {
  if (!isPlainObject(batch)) throw ConfigError.must("trainer", "batch", "be a plain object of fields", batch);
  return uploadFields(batch, { device, made, path: "batch", shape: undefined }) as OnDevice<B>;
}

interface Place {
  readonly device: Device;
  readonly made: Tensor[];
  /** what the errors call it */
  readonly path: string;
  /** of flat numbers that have none of their own */
  readonly shape: Shape | undefined;
}

function uploadFields(fields: Readonly<Record<string, unknown>>, place: Place): Record<string, unknown> {
  const shape = (fields["shape"] as Shape | undefined) ?? place.shape;
  requireShape(`${place.path}.shape`, shape);
  const entries = Object.entries(fields).map(([name, value]) => [
    name,
    name === "shape" ? value : uploadField(value, { ...place, path: `${place.path}.${name}`, shape }),
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function uploadField(value: unknown, place: Place): unknown {
  if (value instanceof Tensor) return onDevice(value, place);
  if (isNumbers(value)) return upload({ data: value }, place);
  if (Array.isArray(value)) return value.map((item, i) => uploadField(item, { ...place, path: `${place.path}[${i}]` }));
  if (isPlainObject(value))
    return isNumbers(value["data"]) ? upload(value as unknown as HostBatchField, place) : uploadFields(value, place);
  if ((typeof value !== "object" || value === null) && typeof value !== "function" && typeof value !== "symbol")
    return value;
  throw new DTypeError(
    `trainer: ${place.path} must be a tensor, a typed array of numbers, nested arrays, { data, shape } or plain data; got ${describeValue(value)}.`,
    { got: value },
  );
}

function onDevice(value: Tensor, { path, device }: Place): Tensor {
  if (value.disposed)
    throw new DisposedError(`trainer: ${path} must be a tensor that lives; it was disposed of.`, {
      shape: value.shape,
    });
  if (value.device === device) return value;
  throw new DeviceError(
    `trainer: ${path} must lie on the trainer's device, ${device.description}; got ${value.device.description}. Move it with to(device).`,
    { device: value.device.kind },
  );
}

function upload(field: HostBatchField, { path, device, made, shape: given }: Place): Tensor {
  checkOptions<HostBatchField>(`trainer: ${path}`, field, { data: true, shape: true, dtype: true });
  const { data, dtype } = field;
  const flat = ArrayBuffer.isView(data);
  requireShape(`${path}.shape`, field.shape);
  const shape = field.shape ?? (flat ? given : undefined);
  if (flat && shape && data.length !== sizeOf(shape)) {
    const own = field.shape ? "" : " Numbers of another shape than the batch carry their own: { data, shape }.";
    throw new ShapeError(
      `trainer: ${path} must have ${sizeOf(shape)} numbers for shape ${showShape(shape)}; got ${data.length}.${own}`,
      { op: "trainer", expected: sizeOf(shape), got: data.length },
    );
  }
  try {
    const uploaded = tensor(flat ? converted(data, dtype) : (data as number[]), {
      device,
      ...(shape && { shape }),
      ...(dtype && { dtype }),
    });
    made.push(uploaded);
    return uploaded;
  } catch (error) {
    if (!(error instanceof ShapeError || error instanceof DTypeError)) throw error;
    throw new (error.constructor as new (message: string, fields: object) => TensorError)(
      `trainer: ${path} must be numbers of one shape; ${error.message}`,
      { ...error.fields, cause: error },
    );
  }
}

/** What a typed array's numbers are uploaded from: [object NAME] → its counterpart of 32 bits. */
const wide: Readonly<Record<string, Float32ArrayConstructor | Int32ArrayConstructor | undefined>> = {
  Float16Array: Float32Array,
  Float64Array: Float32Array,
  Int8Array: Int32Array,
  Uint8Array: Int32Array,
  Uint8ClampedArray: Int32Array,
  Int16Array: Int32Array,
  Uint16Array: Int32Array,
};
const asTheyAre = new Set(["Float32Array", "Int32Array", "Uint32Array"]);

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function converted(
  data: HostNumbers,
  dtype: DType | undefined,
): Float32Array | Int32Array | Uint32Array | Float64Array | Uint16Array {
  const exact = dtype === "f64" || ((dtype === "f16" || dtype === "bf16") && tagOf(data) === "Uint16Array");
  const to = exact ? undefined : wide[tagOf(data)];
  return to ? to.from(data) : (data as Float32Array);
}

function isNumbers(value: unknown): value is HostBatchField["data"] {
  if (ArrayBuffer.isView(value)) return asTheyAre.has(tagOf(value)) || wide[tagOf(value)] !== undefined;
  let first = value;
  while (Array.isArray(first) && first.length > 0) first = first[0] as unknown;
  return Array.isArray(value) && typeof first === "number";
}

function requireShape(path: string, shape: unknown): asserts shape is Shape | undefined {
  if (shape === undefined || (Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0)))
    return;
  const got = Array.isArray(shape) ? `[${shape.map(String).join(", ")}]` : describeValue(shape);
  throw new ShapeError(`trainer: ${path} must be an array of whole numbers of at least 0; got ${got}.`, {
    op: "trainer",
    got: shape,
  });
}
