// A checkpoint's tensors by name, as bytes: from any layout to the official names, checked against the configuration, and back.
// Pure renaming: no layout transposes or reorders. Knows nothing of devices.

import {
  CheckpointError,
  requireMap,
  requireTensorBytes,
  requireText,
  type SafetensorsDType,
  type TensorBytes,
} from "@x/tensor/core";
import { mamba2Config, type Mamba2Config, requireConfig } from "../config/config.ts";
import { parameterShapes } from "../parameter-shapes.ts";
import { LAYOUTS, layoutNamed } from "./detect.ts";
import type { LayoutName } from "./layout.ts";
import { officialLayout } from "./official.ts";
import { unwrappedName } from "./unwrapped-name.ts";

const HEAD = "lm_head.weight";
const EMBEDDING = officialLayout.embeddingName;
const EMBEDDING_NAMES = new Set(Object.values(LAYOUTS).map((layout) => layout.embeddingName));
/** The first parts of names in a model without a head. */
const OF_BACKBONE = /^(?:embeddings?|layers|norm_f)\./;
const FLOATS: readonly SafetensorsDType[] = ["F32", "F16", "BF16", "F64"];
const LISTED = 6;

/** The header of a tensor, without its bytes. */
type Described = Pick<TensorBytes, "dtype" | "shape">;

/** A checkpoint's tensors under the official names, and a head beside an embedding that it must equal. */
export interface NamedTensors<T> {
  readonly tensors: Map<string, T>;
  readonly tied: readonly [head: T, embedding: T] | undefined;
}

/**
 * A checkpoint's tensors under the official names, in the order of {@link parameterShapes}; a tied head is checked and left out.
 * The embedding may have the name of any layout, and all names may begin with `model.`.
 *
 * Throws CheckpointError that lists what is missing, what is unknown and which shapes or dtypes are wrong.
 */
export function fromLayout(config: Mamba2Config, tensors: ReadonlyMap<string, TensorBytes>): Map<string, TensorBytes> {
  requireConfig("fromLayout", config);
  requireMap("fromLayout", "tensors", tensors);
  for (const [name, tensor] of tensors) requireTensorBytes(`fromLayout: ${name}`, tensor);
  const { tensors: named, tied } = nameTensors(config, tensors);
  if (tied && !tied[0].bytes.every((byte, i) => byte === tied[1].bytes[i])) throw headDiffers();
  return named;
}

/** The same without the bytes: whether a tied head equals the embedding is left to the caller, see {@link headDiffers}. */
export function nameTensors<T extends Described>(
  config: Mamba2Config,
  tensors: ReadonlyMap<string, T>,
): NamedTensors<T> {
  requireLayers(config, tensors);
  const named = new Map<string, T>();
  for (const [name, tensor] of tensors) {
    const official = officialName(name);
    if (named.has(official)) {
      throw new CheckpointError(`checkpoint: the tensor "${official}" is there twice, once as "${name}".`, {
        tensor: official,
        tensors: [official, name],
      });
    }
    named.set(official, tensor);
  }
  const [head, embedding] = [named.get(HEAD), named.get(EMBEDDING)];
  const tied =
    config.tieEmbeddings && head !== undefined && embedding !== undefined ? ([head, embedding] as const) : undefined;
  if (tied && (tied[0].dtype !== tied[1].dtype || !sameShape(tied[0].shape, tied[1].shape))) throw headDiffers();
  if (config.tieEmbeddings) named.delete(HEAD);

  const shapes = parameterShapes(config);
  const missing = [...shapes.keys()].filter((name) => !named.has(name));
  const unknown = [...named.keys()].filter((name) => !shapes.has(name));
  const wrong: string[] = [];
  const result = new Map<string, T>();
  for (const [name, shape] of shapes) {
    const tensor = named.get(name);
    if (tensor === undefined) continue;
    if (!FLOATS.includes(tensor.dtype)) wrong.push(`${name} must be ${FLOATS.join(", ")}; got ${tensor.dtype}`);
    if (!sameShape(tensor.shape, shape))
      wrong.push(`${name} must be [${shape.join(", ")}]; got [${tensor.shape.join(", ")}]`);
    result.set(name, tensor);
  }
  const faults = [list("missing", missing), list("unknown", unknown), list("wrong", wrong)].filter(
    (fault) => fault !== "",
  );
  if (faults.length === 0) return { tensors: result, tied };
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
): { readonly config: Mamba2Config; readonly warnings: readonly string[] } {
  const bare = Array.from(names, bareName);
  if (config.tieEmbeddings || bare.includes(HEAD) || !bare.some((name) => OF_BACKBONE.test(name)))
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

/** Tensors under the official names as a layout names them; a tied head is added where the layout writes one. */
export function toLayout(
  layout: LayoutName,
  config: Mamba2Config,
  tensors: ReadonlyMap<string, TensorBytes>,
): Map<string, TensorBytes> {
  const { embeddingName, writesTiedHead } = layoutNamed(layout);
  requireConfig("toLayout", config);
  requireMap("toLayout", "tensors", tensors);
  const named = new Map([...tensors].map(([name, tensor]) => [name === EMBEDDING ? embeddingName : name, tensor]));
  const embedding = tensors.get(EMBEDDING);
  if (embedding === undefined)
    throw new CheckpointError(`checkpoint: the tensor "${EMBEDDING}" is missing.`, { tensor: EMBEDDING });
  if (config.tieEmbeddings && writesTiedHead) named.set(HEAD, embedding);
  return named;
}

/**
 * The official name of a tensor of any layout: without what wrappers of models (DistributedDataParallel, torch.compile) put before it, and with the `backbone.` that a
 * model without a head does not have.
 *
 * @throws an error that names `name` when it is not a text
 * @example
 * console.log(officialName("module._orig_mod.model.backbone.embeddings.weight")); // backbone.embedding.weight
 * console.log(officialName("layers.0.mixer.D")); // backbone.layers.0.mixer.D
 */
export function officialName(name: string): string {
  requireText("officialName", "name", name);
  const bare = bareName(name);
  const whole = OF_BACKBONE.test(bare) ? `backbone.${bare}` : bare;
  return EMBEDDING_NAMES.has(whole) ? EMBEDDING : whole;
}

function bareName(name: string): string {
  return unwrappedName(name).replace(/^model\./, "");
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
