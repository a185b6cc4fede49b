// Row layouts: where the elements of a view are in the memory it shares. Pure functions over shapes; no tensors.
import { type DType, dtypeBytes } from "./numbers/dtype.ts";
import { ShapeError } from "./errors.ts";
import { type Shape, sizeOf, stridesOf } from "./shape.ts";

/**
 * Rows of contiguous elements at equal distances. A row is the product of the last axes of the shape. All in elements.
 */
export interface RowLayout {
  /** elements of a row */
  readonly size: number;
  /** from the start of a row to that of the next */
  readonly pitch: number;
  /** every row starts at a multiple of it: what decides whether kernels can load vectors */
  readonly alignment: 1 | 2 | 4;
}

/** A shape with its layout. */
interface Located {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly rows?: RowLayout | undefined;
}

/** A part of a tensor's memory: where it starts, relative to the tensor, and its layout (absent: dense). */
export interface View {
  readonly offset: number;
  readonly rows?: RowLayout | undefined;
}

/** Dense data may start at multiples of so many bytes: what every device can bind. */
const bindableBytes = 256;

/** Strides of a spec in elements, its row layout included. */
export function stridesOfSpec({ shape, rows }: Pick<Located, "shape" | "rows">): number[] {
  const strides = stridesOf(shape);
  if (!rows) return strides;
  return strides.map((stride) => (stride >= rows.size ? (stride / rows.size) * rows.pitch : stride));
}

/** Strides of the first two axes, batch and token, of a view `[b, l, …]` whose rows hold the others. */
export function stridesOfTokens(spec: Pick<Located, "shape" | "rows">): {
  readonly batch: number;
  readonly token: number;
} {
  const { shape, rows = { size: 1, pitch: 1 } } = (spec ?? {}) as Partial<Located>;
  const counts = Array.isArray(shape) && shape.length > 1 ? [...shape, rows?.size, rows?.pitch] : [-1];
  if (!counts.every((count) => Number.isInteger(count) && count! >= 0) || !(rows.size > 0 && rows.pitch >= rows.size))
    throw ShapeError.must("stridesOfTokens", "spec", "have a shape [b, l, …] of rows within a pitch", shape);
  const [batch, token] = stridesOfSpec(spec) as [number, number];
  return { batch, token };
}

/** Elements from the first of a tensor to the one after its last. */
export function extentOf({ shape, rows }: Pick<Located, "shape" | "rows">): number {
  const size = sizeOf(shape);
  return rows && size > 0 ? (size / rows.size - 1) * rows.pitch + rows.size : size;
}

/** `length` positions along an axis from `start` on, as a view; undefined where they are not rows at one pitch. */
export function slicedView(x: Located, axis: number, start: number, length: number): View | undefined {
  const { shape } = x;
  const outer = sizeOf(shape.slice(0, axis));
  const inner = sizeOf(shape.slice(axis + 1));
  const n = shape[axis]!;
  if (outer * inner * length === 0) return { offset: 0 };
  if (length === n) return { offset: 0, rows: x.rows };
  if (!x.rows) return viewOf(x, start * inner, length * inner, n * inner, outer);
  const { size, pitch } = x.rows;
  const row = n * inner;
  // Within rows, of which each must hold the axis once; or whole rows, which must follow one another.
  if (row === size) return viewOf(x, start * inner, length * inner, pitch, outer);
  if (row > size && outer === 1)
    return viewOf(x, ((start * inner) / size) * pitch, size, pitch, (length * inner) / size);
  if (inner === size && length === 1) return viewOf(x, start * pitch, size, n * pitch, outer);
  return undefined;
}

/** `length` positions along an axis of a dense tensor from `start` on, as rows that something is written to. */
export function rowsOfPart(
  { shape }: Pick<Located, "shape">,
  axis: number,
  start: number,
  length: number,
): { readonly offset: number; readonly rows: RowLayout } {
  const inner = sizeOf(shape.slice(axis + 1));
  const [offset, size, pitch] = [start * inner, length * inner, shape[axis]! * inner];
  return { offset, rows: { size, pitch, alignment: alignmentOf(offset, pitch) } };
}

/**
 * The elements in the same order under another shape, as a view; undefined where no last axes of `shape` make a row.
 */
export function reshapedView({ rows, shape: from }: Located, shape: Shape): View | undefined {
  if (!rows || sizeOf(from) === 0) return { offset: 0 };
  let trailing = 1;
  for (let axis = shape.length; trailing < rows.size && axis > 0; axis--) trailing *= shape[axis - 1]!;
  return trailing === rows.size ? { offset: 0, rows } : undefined;
}

/** `count` rows in the memory of `x`; rows that follow one another without gaps are one. */
function viewOf(x: Located, offset: number, size: number, pitch: number, count: number): View {
  const single = count === 1 || pitch === size;
  if (single && !x.rows && (offset * dtypeBytes(x.dtype)) % bindableBytes === 0) return { offset };
  const total = single ? size * count : size;
  const alignment = alignmentOf(x.rows?.alignment ?? 4, offset, single ? 4 : pitch);
  return { offset, rows: { size: total, pitch: single ? total : pitch, alignment } };
}

/** The largest of 4, 2 and 1 that divides all. */
export function alignmentOf(...numbers: readonly number[]): 1 | 2 | 4 {
  if (numbers.every((number) => number % 4 === 0)) return 4;
  return numbers.every((number) => number % 2 === 0) ? 2 : 1;
}

export function sameRows(a: RowLayout | undefined, b: RowLayout | undefined): boolean {
  return a === b || (a?.size === b?.size && a?.pitch === b?.pitch && a?.alignment === b?.alignment);
}

/**
 * How an elementwise kernel finds an operand that is a view: its strides, and where it may start. Nothing for dense
 * ones.
 */
export function placeOf(spec: Pick<Located, "shape" | "rows">): {
  readonly strides?: readonly number[];
  readonly alignment?: 1 | 2 | 4;
} {
  return spec.rows ? { strides: stridesOfSpec(spec), alignment: spec.rows.alignment } : {};
}
