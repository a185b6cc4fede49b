// Programs that several shape ops share: strided views and blocks, for elements of any width that a GPU stores.
import {
  type Caps,
  copy,
  elementwiseProgram,
  type ElementType,
  joinPrograms,
  type Program,
  windowOf,
} from "@x/kernels-wgsl";
import { type DType, dtypeBytes } from "../numbers/dtype.ts";
import type { Spec } from "../device/lowering.ts";
import type { RowLayout } from "../row-layout.ts";
import { type AxisBlocks, collapseView, type StridedView } from "./strided.ts";

/**
 * How a copy moves elements: 4-byte ones as words whose bits it keeps, halves as themselves; undefined for f64, which
 * no GPU stores.
 */
function copiedType(dtype: DType): ElementType | undefined {
  if (dtype === "f64") return undefined;
  return dtypeBytes(dtype) === 4 ? "u32" : (dtype as "f16" | "bf16");
}

/** `y` = the view of `x`, whose strides are those of its rows; dense, or in rows. */
export function viewProgram(
  { dtype, rows: rowsOfX }: Pick<Spec, "dtype" | "rows">,
  source: StridedView,
  caps: Caps,
  rows?: RowLayout & { readonly offset?: number },
): Program | undefined {
  const type = copiedType(dtype);
  if (!type) return undefined;
  const view = collapseView(source);
  const dense = !rowsOfX && !rows;
  const matrices = dense && type === "u32" ? asTranspose(view) : undefined;
  if (matrices && copy.suitsTranspose(matrices, caps)) return copy.transpose(matrices);
  const { shape, strides, offset } = view;
  const bytes = dtypeBytes(dtype);
  if (dense && shape.length === 1 && strides[0] === 1 && (offset * bytes) % 256 === 0) {
    // Neighbours in memory: the part is bound, so that x may be larger than a binding.
    const program = elementwiseProgram({
      name: "copy",
      shape,
      inputs: { x: { type } },
      outputs: { y: { type } },
      result: { y: "x" },
      caps,
    });
    return joinPrograms([{ program, names: { x: windowOf("x", { start: offset, end: offset + shape[0]! }, bytes) } }]);
  }
  return elementwiseProgram({
    name: "copy",
    shape,
    inputs: { x: { type, shape, strides, offset, alignment: rowsOfX?.alignment } },
    outputs: { y: { type, rows } },
    result: { y: "x" },
    caps,
  });
}

/** A collapsed view as a batch of transposed matrices, where it is one. */
function asTranspose({
  shape,
  strides,
  offset,
}: StridedView): { batch: number; rows: number; columns: number } | undefined {
  const [batch, columns, rows] =
    shape.length === 3 ? (shape as [number, number, number]) : [1, ...(shape as [number, number])];
  const [batchStride, columnStride, rowStride] =
    strides.length === 3 ? (strides as [number, number, number]) : [0, ...(strides as [number, number])];
  const fits =
    (shape.length === 2 || (shape.length === 3 && batchStride === rows * columns)) &&
    columnStride === 1 &&
    rowStride === columns &&
    offset === 0;
  return fits ? { batch, rows, columns } : undefined;
}

/** Elements per 4-byte word. */
function perWord(dtype: DType): number {
  return 4 / dtypeBytes(dtype);
}

/**
 * Puts `x`, of `blocks`, at `start` along the axis of size `total` of `y`. With `fill` (the bits of an element) it
 * writes the rest of y too. undefined where blocks do not consist of whole words.
 */
export function blockProgram(
  dtype: DType,
  { outer, n, inner }: AxisBlocks,
  total: number,
  start: number,
  caps: Caps,
  fill?: number,
): Program | undefined {
  const width = perWord(dtype);
  const [columns, pitch, offset] = [n * inner, total * inner, start * inner].map((size) => size / width) as [
    number,
    number,
    number,
  ];
  if (width < 1 || ![columns, pitch, offset].every(Number.isInteger)) return undefined;
  if (outer === 1 && fill === undefined && 4 * pitch > caps.maxStorageBufferBindingSize && offset % 64 === 0) {
    const program = elementwiseProgram({
      name: "copy",
      shape: [columns],
      inputs: { x: { type: "u32" } },
      outputs: { y: { type: "u32" } },
      result: { y: "x" },
      caps,
    });
    return joinPrograms([{ program, names: { y: windowOf("y", { start: offset, end: offset + columns }, 4) } }]);
  }
  return copy.block(
    {
      rows: outer,
      columns,
      pitch,
      offset,
      ...(fill !== undefined && { fill: width === 2 ? (fill * 0x10001) >>> 0 : fill }),
    },
    caps,
  );
}

/** The bits of a number as an element of a 4-byte dtype. */
export function wordBits(dtype: DType, value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  if (dtype === "f32") view.setFloat32(0, value);
  else view.setUint32(0, value);
  return view.getUint32(0);
}
