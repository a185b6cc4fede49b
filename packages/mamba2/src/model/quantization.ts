// Weights that are stored as integers: which of a model's they are, and the tensors that files hold in the place of each.
import { describeValue } from "@x/base";
import { ConfigError, type QuantizeParams, type SafetensorsDType } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import { parameterShapes } from "../config/parameter-shapes.ts";

/** Numbers of a row that share a factor unless told otherwise. */
export const DEFAULT_GROUP_SIZE = 32;

/** Matrices that products of integers read. */
const PROJECTIONS = /\.(?:(?:in_proj|out_proj|fc1|fc2|latent_in|latent_out)\.weight|experts\.(?:up|down))$/;

/** Whether a parameter is held as integers in a quantised model. */
export function isQuantizable(path: string): boolean {
  return PROJECTIONS.test(path);
}

/** The name of a weight's integers. */
export function packedName(path: string): string {
  return `${path}.packed`;
}

/** The name of the factors of a weight's groups. */
export function scalesName(path: string): string {
  return `${path}.scales`;
}

/** Whether these are the tensors of a quantised model. */
export function holdsIntegers(names: Iterable<string>): boolean {
  for (const name of names) if (name.endsWith(packedName(".weight"))) return true;
  return false;
}

/** A tensor of a file that replaces a parameter, or a part of it. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** where it can be of one element type alone */
  readonly dtype?: SafetensorsDType;
}

/**
 * What files hold of a parameter: itself, or its integers [out, in · bits / 32] and the factors of its groups [out, in / groupSize]; of a stack of matrices those of all, one below the
 * other.
 *
 * Throws ConfigError where groups do not divide its rows.
 */
export function storedTensors(
  path: string,
  shape: readonly number[],
  quantization: QuantizeParams | undefined,
): readonly StoredTensor[] {
  if (!quantization || !isQuantizable(path)) return [{ name: path, shape }];
  const { bits, groupSize } = quantization;
  const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const inputs = shape.at(-1)!;
  if (inputs % groupSize !== 0)
    throw new ConfigError(
      `quantization: groupSize must divide the rows of ${path}, of ${inputs} numbers; got ${groupSize}.`,
      { field: "quantization.groupSize", expected: inputs, got: groupSize },
    );
  return [
    { name: packedName(path), shape: [rows, (inputs * bits) / 32], dtype: "U32" },
    { name: scalesName(path), shape: [rows, inputs / groupSize], dtype: "F32" },
  ];
}

/** The shape of each tensor that files hold of a model, in the order of {@link parameterShapes}. */
export function storedShapes(
  config: Mamba2Config,
  quantization: QuantizeParams | undefined,
): Map<string, readonly number[]> {
  const shapes = parameterShapes(config);
  if (!quantization) return shapes;
  const stored = [...shapes].flatMap(([path, shape]) => storedTensors(path, shape, quantization));
  return new Map(stored.map(({ name, shape }) => [name, shape]));
}

/** How a checkpoint's integers are to be read. @throws ConfigError unless it is `{ bits: 8 | 4, groupSize: a multiple of 8 }` */
export function requireQuantization(what: string, given: unknown): QuantizeParams {
  if (typeof given === "object" && given !== null && Object.keys(given).length === 2) {
    const { bits, groupSize } = given as Partial<Record<keyof QuantizeParams, unknown>>;
    const whole = Number.isSafeInteger(groupSize) && (groupSize as number) > 0 && (groupSize as number) % 8 === 0;
    if ((bits === 8 || bits === 4) && whole) return { bits, groupSize: groupSize as number };
  }
  throw new ConfigError(
    `${what}: must be bits, 8 or 4, and groupSize, a multiple of 8 above 0; got ${describeValue(given)}.`,
    { field: "quantization", got: given },
  );
}

/**
 * How a checkpoint's weights are to be held, whose integers stay what they are.
 *
 * @param stored how its integers were made; undefined where it has none
 * @param asked what a caller wants
 * @throws ConfigError when that is something else
 */
export function agreedQuantization(
  op: string,
  stored: QuantizeParams | undefined,
  asked: Partial<QuantizeParams> | undefined,
): Partial<QuantizeParams> | undefined {
  if (!stored || !asked) return stored ?? asked;
  const { bits = 8, groupSize = stored.groupSize } = asked;
  if (bits === stored.bits && groupSize === stored.groupSize) return stored;
  throw new ConfigError(
    `${op}: quantize must be absent or ${shownQuantization(stored)}, as the checkpoint's integers are; got ${shownQuantization({ bits, groupSize })}.`,
    { field: "quantize", expected: stored, got: asked },
  );
}

/** Raises unless a layout can hold a model's integers, where it has some. */
export function requireQuantizes(
  { title, quantizes }: { readonly title: string; readonly quantizes?: true },
  quantization: QuantizeParams | undefined,
): void {
  if (quantization === undefined) return;
  requireQuantization("quantization", quantization);
  if (quantizes) return;
  throw new ConfigError(
    `${title} config: cannot express weights of ${shownQuantization(quantization)}; the layout own keeps such integers.`,
    { field: "quantization", got: quantization },
  );
}

/** "4 bits in groups of 32". */
export function shownQuantization({ bits, groupSize }: QuantizeParams): string {
  return `${bits} bits in groups of ${groupSize}`;
}
