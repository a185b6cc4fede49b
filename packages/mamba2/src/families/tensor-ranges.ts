// What a tensor of a file holds, as ranges of this project's parameters. Reading and writing only move bytes.
import { CheckpointError, SAFETENSORS_DTYPES, type SafetensorsDType, sizeOf } from "@x/tensor/core";

/** Elements [begin, begin + size) of a parameter, in row-major order. */
export interface Range {
  readonly parameter: string;
  readonly begin: number;
  readonly size: number;
}

/** A tensor of a file. */
export interface FileTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** where it can be of one element type alone */
  readonly dtype?: SafetensorsDType;
  /** what it holds, one after another; asked for once the shape is known to be that of the file, since a configuration may claim any number */
  ranges(): readonly Range[];
}

/** Elements [begin, begin + size) of something. */
export interface Part<T> {
  readonly from: T;
  readonly begin: number;
  readonly size: number;
}

/** A tensor that is made of parts of others, one after another. */
export interface Joined<T> {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly parts: readonly Part<T>[];
}

/** Lists the tensors of a file, given the shapes of the parameters; parameters that the model does not have are passed over. */
export class FileTensorList {
  readonly tensors: FileTensor[] = [];
  readonly #shapes: ReadonlyMap<string, readonly number[]>;

  constructor(shapes: ReadonlyMap<string, readonly number[]>) {
    this.#shapes = shapes;
  }

  /** A parameter as it is. */
  whole(name: string, parameter: string): void {
    const shape = this.#shapes.get(parameter);
    if (shape) this.tensors.push({ name, shape, ranges: () => [{ parameter, begin: 0, size: sizeOf(shape) }] });
  }

  /** Ranges of rows [begin, end) of a matrix or vector, one after another. */
  rows(name: string, parameter: string, ...ranges: readonly (readonly [begin: number, end: number])[]): void {
    const shape = this.#shapes.get(parameter);
    if (!shape) return;
    const [, ...rest] = shape;
    const width = sizeOf(rest);
    this.tensors.push({
      name,
      shape: [ranges.reduce((sum, [begin, end]) => sum + end - begin, 0), ...rest],
      ranges: () => ranges.map(([begin, end]) => ({ parameter, begin: begin * width, size: (end - begin) * width })),
    });
  }

  /** Weight and bias of a linear layer, or ranges of its rows. */
  linear(name: string, layer: string, ...ranges: readonly (readonly [begin: number, end: number])[]): void {
    for (const which of ["weight", "bias"]) {
      if (ranges.length === 0) this.whole(`${name}.${which}`, `${layer}.${which}`);
      else this.rows(`${name}.${which}`, `${layer}.${which}`, ...ranges);
    }
  }

  /** Ranges of a stack of matrices, and the shape that they have together: as `of` says, which gets the shape of the stack. */
  stack(
    name: string,
    parameter: string,
    of: (
      count: number,
      rows: number,
      columns: number,
    ) => Pick<FileTensor, "shape"> & {
      ranges(): readonly Omit<Range, "parameter">[];
    },
  ): void {
    const stacked = this.#shapes.get(parameter);
    if (!stacked) return;
    const { shape, ranges } = of(...(stacked as [number, number, number]));
    this.tensors.push({ name, shape, ranges: () => ranges().map((range) => ({ parameter, ...range })) });
  }
}

/** The parameters that a file's tensors hold, each as its parts of these, in the order of `shapes`. */
export function parametersFrom<T extends { readonly dtype: SafetensorsDType }>(
  shapes: ReadonlyMap<string, readonly number[]>,
  pieces: readonly (readonly [FileTensor, T])[],
): Map<string, Joined<T>> {
  const parts = new Map<string, (Part<T> & { readonly at: number; readonly name: string })[]>();
  for (const [{ name, ranges }, from] of pieces) {
    let begin = 0;
    for (const { parameter, begin: at, size } of ranges()) {
      if (!parts.has(parameter)) parts.set(parameter, []);
      parts.get(parameter)!.push({ from, begin, size, at, name });
      begin += size;
    }
  }
  const joined = new Map<string, Joined<T>>();
  for (const [parameter, shape] of shapes) {
    const own = (parts.get(parameter) ?? []).sort((a, b) => a.at - b.at);
    const [first] = own;
    if (!first) continue;
    const other = own.find(({ from }) => from.dtype !== first.from.dtype);
    if (other) {
      throw new CheckpointError(
        `checkpoint: tensors that are parts of one parameter, ${parameter}, must be of one element type; ` +
          `got ${first.from.dtype} of ${first.name} and ${other.from.dtype} of ${other.name}.`,
        { tensors: [first.name, other.name], expected: first.from.dtype, got: other.from.dtype },
      );
    }
    joined.set(parameter, { dtype: first.from.dtype, shape, parts: own });
  }
  return joined;
}

/** Bytes of an element. */
export function elementBytes(dtype: SafetensorsDType): number {
  return SAFETENSORS_DTYPES[dtype];
}

/** A byte range within each part that overlaps bytes [start, end) of the whole. */
export function overlaps<T>(
  { dtype, parts }: Joined<T>,
  start: number,
  end: number,
): { readonly from: T; readonly start: number; readonly end: number }[] {
  const bytes = elementBytes(dtype);
  let at = 0;
  return parts.flatMap(({ from, begin, size }) => {
    const [low, high] = [Math.max(start, at), Math.min(end, at + size * bytes)];
    const offset = begin * bytes - at;
    at += size * bytes;
    return low < high ? [{ from, start: low + offset, end: high + offset }] : [];
  });
}
