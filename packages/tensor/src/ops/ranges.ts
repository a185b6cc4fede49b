// Tensors of evenly spaced numbers, and the identity.
import { ShapeError } from "../errors.ts";
import { checkRoom } from "../apply.ts";
import { cpuDevice } from "../device/cpu.ts";
import { requireArity, requireCount } from "../arguments/require.ts";
import type { Tensor } from "../tensor.ts";
import { checkTensorOptions, tensor, type TensorOptions } from "./creation.ts";

const options = { dtype: true, device: true } as const;

/**
 * `count` numbers from start to end, both included, evenly spaced: start + i·(end − start)/(count − 1), counted from
 * the nearer end.
 *
 * @param count 0 or more; with 1 there is start alone
 * @returns [count], default f32
 * @throws ShapeError unless start and end are finite; ConfigError for another count; DTypeError when an element is none
 *   that `dtype` can hold
 * @example
 * linspace(0, 1, 5);   // [0, 0.25, 0.5, 0.75, 1]
 */
export function linspace(start: number, end: number, count: number, given: TensorOptions = {}): Tensor {
  requireArity("linspace", arguments, 4);
  checkTensorOptions<TensorOptions>("linspace", given, options);
  for (const [name, value] of Object.entries({ start, end })) {
    if (!Number.isFinite(value)) throw ShapeError.must("linspace", name, "be a finite number", value);
  }
  requireCount("linspace", "count", count, 0, 2 ** 31 - 1);
  const step = count > 1 ? (end - start) / (count - 1) : 0;
  const at = (i: number): number => (i < count / 2 ? start + i * step : end - (count - 1 - i) * step);
  return tensor(
    Array.from({ length: count }, (_, i) => at(i)),
    { dtype: "f32", ...given },
  );
}

/**
 * The matrix with ones on its main diagonal and zeros elsewhere.
 *
 * @param columns default as many as rows
 * @returns [rows, columns], default f32
 * @throws ConfigError when a size is no whole number of at least 0
 * @example
 * eye(2);   // [[1, 0], [0, 1]]
 */
export function eye(rows: number, columns: number = rows, given: TensorOptions = {}): Tensor {
  requireArity("eye", arguments, 3);
  checkTensorOptions<TensorOptions>("eye", given, options);
  requireCount("eye", "rows", rows, 0, 2 ** 31 - 1);
  requireCount("eye", "columns", columns, 0, 2 ** 31 - 1);
  const { dtype = "f32", device = cpuDevice() } = given;
  checkRoom("eye", { shape: [rows, columns], dtype }, device);
  const values = new Uint8Array(rows * columns);
  for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
  return tensor(values, { shape: [rows, columns], dtype: "f32", ...given });
}
