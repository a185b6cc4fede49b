// Tensors of files into a model's parameters, a piece at a time and in the order of the files: beside the model, the host holds a piece.
import type { Module } from "@x/nn";
import { type Device, float32ArrayOf, SAFETENSORS_DTYPES, sizeOf } from "@x/tensor/core";
import { storedDType } from "./host.ts";
import type { TensorSource } from "./sources.ts";

/** Elements that are read, widened and handed to the device at once; whole multiples of where parts of memory may begin. */
const PIECE = 2 ** 21;
/** Rows of a quantised weight that are handed over at once are a multiple. */
const ROWS = 64;
/** What is handed over is copied by the device; it is waited for before more than this is under way. */
const MOST_UNDER_WAY_BYTES = 2 ** 25;

/** Takes the elements of a tensor from `at` on. */
interface Target {
  readonly source: TensorSource;
  /** elements of a piece */
  readonly piece: number;
  write(values: Float32Array, at: number): void;
  done(): void;
}

/** Fills every parameter of a model, quantised ones with the integers of the values. @param sources by the parameters' paths */
export async function fillParameters(model: Module, sources: ReadonlyMap<string, TensorSource>): Promise<void> {
  const targets = targetsOf(model, sources).sort((a, b) => compare(a.source, b.source));
  let underWay = 0;
  const device = deviceOf(model);
  for (const { source, piece, write, done } of targets) {
    const { dtype, shape } = source;
    const size = sizeOf(shape);
    const width = SAFETENSORS_DTYPES[dtype];
    const step = source.atOnce ? size : piece;
    for (let at = 0; at < size; at += step) {
      const count = Math.min(step, size - at);
      const bytes = await source.read(at * width, (at + count) * width);
      write(float32ArrayOf({ dtype, shape: [count], bytes }), at);
      underWay += 4 * count;
      if (underWay < MOST_UNDER_WAY_BYTES) continue;
      await device?.sync();
      underWay = 0;
    }
    done();
  }
}

function targetsOf(model: Module, sources: ReadonlyMap<string, TensorSource>): Target[] {
  const parameters = model.parameters().map((parameter): Target => {
    const source = sources.get(parameter.path)!;
    return {
      source,
      piece: PIECE,
      write: (values, at) => parameter.writePart(values, at),
      done: () => parameter.markStoredAs(storedDType(source.dtype)),
    };
  });
  const quantized = model.quantizedParameters().map((parameter): Target => {
    const [, inputs] = parameter.value.shape;
    return {
      source: sources.get(parameter.path)!,
      piece: ROWS * Math.max(1, Math.floor(PIECE / (ROWS * inputs))) * inputs,
      write: (values, at) => parameter.writeRows(values, at / inputs),
      done: () => undefined,
    };
  });
  return [...parameters, ...quantized];
}

function deviceOf(model: Module): Device | undefined {
  return model.parameters()[0]?.device;
}

/** By file, then by place; what says none stays where it is. */
function compare({ place: a }: TensorSource, { place: b }: TensorSource): number {
  if (!a || !b) return 0;
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.begin - b.begin;
}
