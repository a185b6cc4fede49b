// Layouts whose tensors are this project's parameters, under its names but for the embedding: pure renaming.
import { ConfigError, requireArity, requireText } from "@x/tensor/core";
import { unwrappedName } from "../checkpoint/unwrapped-name.ts";
import { type Mamba2Config, show } from "../config/config.ts";
import { dimensions } from "../config/dimensions.ts";
import { parameterShapes } from "../config/parameter-shapes.ts";
import { type ConfigReader, SILENT_NAMES } from "./reader.ts";
import { type FileTensor, FileTensorList } from "./tensor-ranges.ts";

export const EMBEDDING = "backbone.embedding.weight";
export const HEAD = "lm_head.weight";
/** transformers and FLA */
export const EMBEDDINGS = "backbone.embeddings.weight";

/** The first parts of names in a model without a head. */
const OF_BACKBONE = /^(?:embeddings?|embed_tokens|layers|norm_f|norm|final_layernorm)\./;

/**
 * The official name of a tensor of any layout of plain Mamba-2: without what wrappers of models (DistributedDataParallel, torch.compile) put before it, and with the
 * `backbone.` that a model without a head does not have.
 *
 * @throws an error that names `name` when it is not a text
 * @example
 * console.log(officialName("module._orig_mod.model.backbone.embeddings.weight")); // backbone.embedding.weight
 * console.log(officialName("layers.0.mixer.D")); // backbone.layers.0.mixer.D
 */
export function officialName(name: string): string {
  requireArity("officialName", arguments, 1);
  requireText("officialName", "name", name);
  const whole = rooted(name, "backbone");
  return whole === EMBEDDINGS ? EMBEDDING : whole;
}

/** Whether a name begins as in a model without a head. */
export function isBackboneName(name: string): boolean {
  return OF_BACKBONE.test(bareName(name));
}

/** A name as it is under `root` in a whole model, whatever root it had. */
export function rooted(name: string, root: "backbone" | "model"): string {
  const bare = bareName(name);
  return OF_BACKBONE.test(bare) ? `${root}.${bare}` : bare;
}

function bareName(name: string): string {
  return unwrappedName(name).replace(/^model\./, "");
}

/** The name that transformers and FLA have for a tensor of any layout of plain Mamba-2. */
export function pluralName(name: string): string {
  const official = officialName(name);
  return official === EMBEDDING ? EMBEDDINGS : official;
}

/** What is read of files of transformers and FLA alike. */
export function checkPlain(reader: ConfigReader): void {
  reader.ignore([...SILENT_NAMES, "time_step_rank", "fuse_cross_entropy"]);
  reader.require("model_type", "mamba2", "Only Mamba-2 models can be loaded.");
  reader.require("hidden_act", "silu", "Other activations are not supported.");
}

/** Raises unless the number of heads is the one that follows from the sizes. @param heads the default where a file has none */
export function requireHeads(reader: ConfigReader, config: Mamba2Config, heads?: number): void {
  const { nHeads } = dimensions(config);
  const stated = reader.get("num_heads");
  const got = stated ?? heads ?? nHeads;
  if (got === nHeads) return;
  const absent = stated === undefined ? ", the default when it is absent" : "";
  throw new ConfigError(
    `${reader.title} config: num_heads must be expand · hidden_size / head_dim = ${nHeads}; got ${show(got)}${absent}.`,
    { field: "num_heads", expected: nHeads, got },
  );
}

/** Every parameter by its name; the embedding by that of a layout. */
export function plainTensors(config: Mamba2Config, embeddingName: string): readonly FileTensor[] {
  const shapes = parameterShapes(config);
  const list = new FileTensorList(shapes);
  for (const name of shapes.keys()) list.whole(name === EMBEDDING ? embeddingName : name, name);
  return list.tensors;
}

/** The same where a layer of attention replaces a mixer, under its name. */
export function officialTensors(config: Mamba2Config): readonly FileTensor[] {
  return plainTensors(config, EMBEDDING).map((tensor) => {
    const [, layer, name] = /^backbone\.layers\.(\d+)\.attention\.(.*)$/.exec(tensor.name) ?? [];
    return layer === undefined ? tensor : { ...tensor, name: `backbone.layers.${layer}.mixer.${name}` };
  });
}
