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
import { packedName, scalesName } from "../model/quantization.ts";
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
  readonly name: string;
  readonly source: TensorSource;
  /** elements of a piece */
  readonly piece: number;
  /** @returns the values */
  write(piece: TensorBytes, at: number): Float32Array | Uint32Array;
  done(): void;
}

const LISTED = 5;

/**
 * Fills every parameter of a model, quantised ones with their integers or with those of their values.
 *
 * @param sources by the parameters' paths, or the names that integers and factors have
 * @returns what a user should know of the values: a run that had diverged saves NaN, and what it computes is NaN
 */
export async function fillParameters(
  model: Module,
  sources: ReadonlyMap<string, TensorSource>,
): Promise<readonly string[]> {
  const nonFinite: string[] = [];
  const targets = targetsOf(model, sources).sort((a, b) => compare(a.source, b.source));
  let underWay = 0;
  const device = deviceOf(model);
  for (const { name, source, piece, write, done } of targets) {
    const { dtype, shape } = source;
    const size = sizeOf(shape);
    const width = SAFETENSORS_DTYPES[dtype];
    const step = source.atOnce ? size : piece;
    for (let at = 0; at < size; at += step) {
      const count = Math.min(step, size - at);
      const bytes = await source.read(at * width, (at + count) * width);
      const values = write({ dtype, shape: [count], bytes }, at);
      if (nonFinite.at(-1) !== name && !areFinite(values)) nonFinite.push(name);
      underWay += 4 * count;
      if (underWay < MOST_UNDER_WAY_BYTES) continue;
      await device?.sync();
      underWay = 0;
    }
    done();
  }
  return nonFiniteTold(nonFinite);
}

/** What a user should know of weights with these names. */
export function nonFiniteTold(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : "";
  return [
    `checkpoint: weights should be finite numbers; NaN or infinities are in ${names.slice(0, LISTED).join(", ")}${more}.`,
  ];
}

/** Whole numbers are finite, so the codes of integer weights are not looked through. */
export function areFinite(values: Float32Array | Uint32Array): boolean {
  if (values instanceof Uint32Array) return true;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

function targetsOf(model: Module, sources: ReadonlyMap<string, TensorSource>): Target[] {
  const parameters = model.baseParameters().map((parameter): Target => {
    const source = sources.get(parameter.path)!;
    return {
      name: parameter.path,
      source,
      piece: PIECE,
      write: handed(float32ArrayOf, (values, at) => parameter.writePart(values, at)),
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
    const write = handed(float32ArrayOf, (values, at) => parameter.writeRows(values, at / inputs));
    return [{ name: path, source: floats, piece, write, done }];
  }
  return (
    [
      ["packed", packedName(path)],
      ["scales", scalesName(path)],
    ] as const
  ).map(([which, name]) => ({
    name,
    source: sources.get(name)!,
    piece: PIECE,
    write: handed(
      (part) => typedArrayOf(part) as Uint32Array | Float32Array,
      (values, at) => parameter.writePart(which, values, at),
    ),
    done,
  }));
}

/** Hands the values of a piece over, and gives them back. */
function handed<V>(values: (piece: TensorBytes) => V, write: (values: V, at: number) => void) {
  return (piece: TensorBytes, at: number): V => {
    const made = values(piece);
    write(made, at);
    return made;
  };
}

function deviceOf(model: Module): Device | undefined {
  return model.baseParameters()[0]?.device;
}

/** By file, then by place; what says none stays where it is. */
function compare({ place: a }: TensorSource, { place: b }: TensorSource): number {
  if (!a || !b) return 0;
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.begin - b.begin;
}
