// Tensors of files into a model's parameters, a piece at a time and in the order of the files: beside the model, the host holds a piece.
import type { Module, QuantizedParameter } from "@x/nn/core";
import {
  type Device,
  float32ArrayOf,
  SAFETENSORS_DTYPES,
  sizeOf,
  type TensorBytes,
  typedArrayOf,
} from "@x/tensor/core";
import { packedName, scalesName } from "../quantization.ts";
import { storedDType } from "./host.ts";
import type { TensorSource } from "./sources.ts";

/** Elements that are read, widened and handed to the device at once; whole multiples of where parts of memory may begin. */
const PIECE = 2 ** 19;
/** Rows of a quantised weight that are handed over at once are a multiple. */
const ROWS = 64;
/** What is handed over is copied by the device; it is waited for before more than this is under way. */
const MOST_UNDER_WAY_BYTES = 2 ** 25;

/** Takes the elements of a tensor from `at` on. */
interface Target {
  readonly source: TensorSource;
  /** elements of a piece */
  readonly piece: number;
  write(piece: TensorBytes, at: number): void;
  done(): void;
}

/** Fills every parameter of a model, quantised ones with their integers or with those of their values. @param sources by the parameters' paths, or the names that integers and factors have */
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
      write({ dtype, shape: [count], bytes }, at);
      underWay += 4 * count;
      if (underWay < MOST_UNDER_WAY_BYTES) continue;
      await device?.sync();
      underWay = 0;
    }
    done();
  }
}

function targetsOf(model: Module, sources: ReadonlyMap<string, TensorSource>): Target[] {
  const parameters = model.baseParameters().map((parameter): Target => {
    const source = sources.get(parameter.path)!;
    return {
      source,
      piece: PIECE,
      write: (piece, at) => parameter.writePart(float32ArrayOf(piece), at),
      done: () => parameter.markStoredAs(storedDType(source.dtype)),
    };
  });
  return [...parameters, ...model.quantizedParameters().flatMap((parameter) => quantizedTargets(parameter, sources))];
}

function quantizedTargets(parameter: QuantizedParameter, sources: ReadonlyMap<string, TensorSource>): Target[] {
  const { path, value } = parameter;
  const done = (): void => undefined;
  const floats = sources.get(path);
  if (floats) {
    const [, inputs] = value.shape;
    const piece = ROWS * Math.max(1, Math.floor(PIECE / (ROWS * inputs))) * inputs;
    const write = (part: TensorBytes, at: number): void => parameter.writeRows(float32ArrayOf(part), at / inputs);
    return [{ source: floats, piece, write, done }];
  }
  return (
    [
      ["packed", packedName(path)],
      ["scales", scalesName(path)],
    ] as const
  ).map(([which, name]) => ({
    source: sources.get(name)!,
    piece: PIECE,
    write: (part, at) => parameter.writePart(which, typedArrayOf(part) as Uint32Array | Float32Array, at),
    done,
  }));
}

function deviceOf(model: Module): Device | undefined {
  return model.baseParameters()[0]?.device;
}

/** By file, then by place; what says none stays where it is. */
function compare({ place: a }: TensorSource, { place: b }: TensorSource): number {
  if (!a || !b) return 0;
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.begin - b.begin;
}
