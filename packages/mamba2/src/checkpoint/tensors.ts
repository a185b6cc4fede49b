// A checkpoint's tensors by name: from any layout to this project's parameters, checked against the configuration, and back. Parameters are put together from
// the pieces that a layout names and taken apart again; no value changes. Knows nothing of devices.

import {
  CheckpointError,
  type QuantizeParams,
  requireArity,
  requireMap,
  requireTensorBytes,
  type SafetensorsDType,
  sizeOf,
  type TensorBytes,
} from "@x/tensor/core";
import { mamba2Config, type Mamba2Config, requireConfig } from "../config/config.ts";
import type { CheckpointLayout, LayoutName } from "../families/family.ts";
import { elementBytes, type FileTensor, type Joined, overlaps, parametersFrom } from "../families/tensor-ranges.ts";
import { HEAD, isBackboneName } from "../families/plain.ts";
import { layoutNamed } from "../families/table.ts";
import { isQuantizable, requireQuantizes, storedShapes, storedTensors } from "../model/quantization.ts";

const FLOATS: readonly SafetensorsDType[] = ["F32", "F16", "BF16", "F64"];
const LISTED = 6;

/** The header of a tensor, without its bytes. */
type Described = Pick<TensorBytes, "dtype" | "shape">;

/** A model's parameters, each as parts of a checkpoint's tensors, and a head beside an embedding that it must equal. */
export interface NamedTensors<T> {
  readonly tensors: Map<string, Joined<T>>;
  readonly tied: readonly [head: T, embedding: T] | undefined;
  readonly warnings: readonly string[];
}

/**
 * A model's parameters from a checkpoint's tensors, in the order of {@link parameterShapes}; a tied head is checked and left out.
 *
 * @param layout whose names the tensors have; by default "own", this library's. Those of plain Mamba-2 differ from them by the embedding's name and a leading `model.`, which
 *   both pass
 * @param quantization how the integers that replace weights were made; only "own" has such
 * @throws CheckpointError that lists what is missing, what is unknown and which shapes or dtypes are wrong
 * @example
 * const { files } = await new Mamba2LM(preset("tiny")).save("hf");
 * const named = fromLayout(preset("tiny"), readSafetensors(files.get("model.safetensors")!).tensors, "hf");
 */
export function fromLayout(
  config: Mamba2Config,
  tensors: ReadonlyMap<string, TensorBytes>,
  layout: LayoutName = "own",
  quantization?: QuantizeParams,
): Map<string, TensorBytes> {
  requireArity("fromLayout", arguments, 4);
  requireConfig("fromLayout", config);
  requireMap("fromLayout", "tensors", tensors);
  for (const [name, tensor] of tensors) requireTensorBytes(`fromLayout: ${name}`, tensor);
  const { tensors: joined, tied } = nameTensors(config, tensors, layoutNamed(layout), quantization);
  if (tied && !tied[0].bytes.every((byte, i) => byte === tied[1].bytes[i])) throw headDiffers();
  return new Map([...joined].map(([name, tensor]) => [name, joinedBytes(tensor)]));
}

/** The same without the bytes: whether a tied head equals the embedding is left to the caller, see {@link headDiffers}. */
export function nameTensors<T extends Described>(
  config: Mamba2Config,
  tensors: ReadonlyMap<string, T>,
  layout: CheckpointLayout,
  quantization?: QuantizeParams,
): NamedTensors<T> {
  requireLayers(config, tensors);
  const { named, skipped } = byName(tensors, layout);
  const [head, embedding] = [named.get(HEAD), named.get(layout.embeddingName)];
  const tied =
    config.tieEmbeddings && head !== undefined && embedding !== undefined ? ([head, embedding] as const) : undefined;
  if (tied && (tied[0].dtype !== tied[1].dtype || !sameShape(tied[0].shape, tied[1].shape))) throw headDiffers();
  if (config.tieEmbeddings) named.delete(HEAD);
  const pieces = checkTensors(config, named, wantedTensors(layout, config, quantization, new Set(named.keys())));
  const warnings =
    skipped.length === 0
      ? []
      : [`checkpoint: ${list("of its tensors are no part of the model and were skipped", skipped)}.`];
  return { tensors: parametersFrom(storedShapes(config, quantization), pieces), tied, warnings };
}

/** The tensors of a layout's files; in the place of a weight of integers those that hold it. */
function wantedTensors(
  layout: CheckpointLayout,
  config: Mamba2Config,
  quantization: QuantizeParams | undefined,
  names?: ReadonlySet<string>,
): readonly FileTensor[] {
  requireQuantizes(layout, quantization);
  const tensors = layout.tensors(config, names);
  if (!quantization) return tensors;
  return tensors.flatMap((tensor) => {
    if (!isQuantizable(tensor.name)) return [tensor];
    return storedTensors(tensor.name, tensor.shape, quantization).map((stored) => ({
      ...stored,
      ranges: () => [{ parameter: stored.name, begin: 0, size: sizeOf(stored.shape) }],
    }));
  });
}

/** Tensors under the names that a layout has for them, and those that are no part of its models. */
function byName<T>(
  tensors: ReadonlyMap<string, T>,
  layout: CheckpointLayout,
): { readonly named: Map<string, T>; readonly skipped: readonly string[] } {
  const named = new Map<string, T>();
  const skipped: string[] = [];
  for (const [stored, tensor] of tensors) {
    const name = layout.nameOf(stored);
    if (name === null) {
      skipped.push(stored);
      continue;
    }
    if (named.has(name)) {
      throw new CheckpointError(`checkpoint: the tensor "${name}" is there twice, once as "${stored}".`, {
        tensor: name,
        tensors: [name, stored],
      });
    }
    named.set(name, tensor);
  }
  return { named, skipped };
}

/** Each tensor that a layout wants with the one that is there. @throws CheckpointError that lists all that does not fit */
function checkTensors<T extends Described>(
  config: Mamba2Config,
  named: ReadonlyMap<string, T>,
  wanted: readonly FileTensor[],
): (readonly [FileTensor, T])[] {
  const names = new Set(wanted.map(({ name }) => name));
  const missing = [...names].filter((name) => !named.has(name));
  const unknown = [...named.keys()].filter((name) => !names.has(name));
  const wrong: string[] = [];
  const found: (readonly [FileTensor, T])[] = [];
  for (const piece of wanted) {
    const { name, shape, dtype } = piece;
    const tensor = named.get(name);
    if (tensor === undefined) continue;
    const dtypes = dtype ? [dtype] : FLOATS;
    if (!dtypes.includes(tensor.dtype)) wrong.push(`${name} must be ${dtypes.join(", ")}; got ${tensor.dtype}`);
    if (!sameShape(tensor.shape, shape))
      wrong.push(`${name} must be [${shape.join(", ")}]; got [${tensor.shape.join(", ")}]`);
    found.push([piece, tensor]);
  }
  const faults = [list("missing", missing), list("unknown", unknown), list("wrong", wrong)].filter(
    (fault) => fault !== "",
  );
  if (faults.length === 0) return found;
  throw new CheckpointError(
    `checkpoint: the tensors must be those of the configuration (dModel ${config.dModel}, nLayer ${config.nLayer}); ${faults.join("; ")}.`,
    { tensors: [...missing, ...unknown], missing, unknown, wrong },
  );
}

/**
 * The configuration for tensors of a model without a head, as transformers saves Mamba2Model: the embedding serves as head, whatever the file says of one that is not there.
 *
 * @returns it, and what a user should know about it
 */
export function resolveHead(
  config: Mamba2Config,
  names: Iterable<string>,
  layout: CheckpointLayout,
): { readonly config: Mamba2Config; readonly warnings: readonly string[] } {
  const all = [...names];
  if (config.tieEmbeddings || all.some((name) => layout.nameOf(name) === HEAD) || !all.some(isBackboneName))
    return { config, warnings: [] };
  return {
    config: mamba2Config({ ...config, tieEmbeddings: true }),
    warnings: [
      `checkpoint: the tensors are those of a model without a head; its embedding serves as ${HEAD} (tieEmbeddings), though the configuration says that they differ.`,
    ],
  };
}

/** Before a name is made for each layer: every layer has a tensor at least. */
function requireLayers({ nLayer }: Mamba2Config, { size }: ReadonlyMap<string, unknown>): void {
  if (size === 0 || nLayer <= size) return;
  throw new CheckpointError(
    `checkpoint: the tensors must be those of the configuration, of ${nLayer} layers; got ${size} tensors, fewer than that.`,
    { expected: nLayer, got: size },
  );
}

/** The error about a head that differs from the embedding although the configuration ties them. */
export function headDiffers(): CheckpointError {
  return new CheckpointError(
    `checkpoint: ${HEAD} must equal the embedding, since the configuration ties them; they differ. Set tieEmbeddings to false to keep both.`,
    { tensor: HEAD },
  );
}

/**
 * A model's parameters as a layout stores them; a tied head is added where the layout writes one.
 *
 * @param quantization how weights that are integers were made; only "own" can hold them
 * @throws CheckpointError for a parameter that is missing or of another shape than the configuration says
 */
export function toLayout(
  layout: LayoutName,
  config: Mamba2Config,
  tensors: ReadonlyMap<string, TensorBytes>,
  quantization?: QuantizeParams,
): Map<string, TensorBytes> {
  requireArity("toLayout", arguments, 4);
  requireConfig("toLayout", config);
  requireMap("toLayout", "tensors", tensors);
  for (const [name, tensor] of tensors) requireTensorBytes(`toLayout: ${name}`, tensor);
  const joined = inLayout(layout, config, tensors, quantization);
  const made = new Map<Joined<TensorBytes>, TensorBytes>();
  for (const tensor of joined.values()) if (!made.has(tensor)) made.set(tensor, joinedBytes(tensor));
  return new Map([...joined].map(([name, tensor]) => [name, made.get(tensor)!]));
}

/** The same of tensors that are not read yet: each as its parts. */
export function inLayout<T extends Described>(
  layout: LayoutName,
  config: Mamba2Config,
  tensors: ReadonlyMap<string, T>,
  quantization?: QuantizeParams,
): Map<string, Joined<T>> {
  const family = layoutNamed(layout);
  const { embeddingName, writesTiedHead, files } = family;
  const shapes = storedShapes(config, quantization);
  const stored = wantedTensors(family, config, quantization).map(({ name, shape, ranges }) => {
    const parts = ranges().map(({ parameter, begin, size }) => {
      return { from: parameterOf(tensors, shapes, parameter), begin, size };
    });
    return [name, { dtype: parts[0]!.from.dtype, shape, parts }] as const;
  });
  const named = new Map<string, Joined<T>>(stored);
  if (config.tieEmbeddings && writesTiedHead) named.set(HEAD, named.get(embeddingName)!);
  return files ? new Map([...named].map(([name, tensor]) => [files.prefix + name, tensor])) : named;
}

function parameterOf<T extends Described>(
  tensors: ReadonlyMap<string, T>,
  shapes: ReadonlyMap<string, readonly number[]>,
  name: string,
): T {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new CheckpointError(`checkpoint: the tensor "${name}" is missing.`, { tensor: name });
  const shape = shapes.get(name)!;
  if (sameShape(tensor.shape, shape)) return tensor;
  throw new CheckpointError(`checkpoint: ${name} must be [${shape.join(", ")}]; got [${tensor.shape.join(", ")}].`, {
    tensor: name,
    expected: shape,
    got: tensor.shape,
  });
}

/** A tensor of parts, in memory; of one part it shares that tensor's bytes. */
function joinedBytes(joined: Joined<TensorBytes>): TensorBytes {
  const { dtype, shape, parts } = joined;
  const sizeBytes = sizeOf(shape) * elementBytes(dtype);
  const pieces = overlaps(joined, 0, sizeBytes).map(({ from, start, end }) => from.bytes.subarray(start, end));
  if (parts.length === 1 && pieces.length === 1) return { dtype, shape, bytes: pieces[0]! };
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { dtype, shape, bytes };
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** "3 missing: a, b, c", cut after some names. */
function list(what: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : "";
  return `${names.length} ${what}: ${names.slice(0, LISTED).join(", ")}${more}`;
}
