// The tensors of hybrids of transformers, part by part.
import type { Mamba2Config } from "../config/config.ts";
import { layerOf, type Part, partsOf } from "../config/layers.ts";
import { dimensions } from "../config/dimensions.ts";
import { normName, parameterShapes } from "../config/parameter-shapes.ts";
import { type FileTensor, FileTensorList } from "./tensor-ranges.ts";

/** Where a family keeps its parts. */
export interface HybridPlaces {
  /** "model.layers" or "backbone.layers" */
  readonly layers: string;
  readonly embedding: string;
  readonly finalNorm: string;
  /** norms of a layer's sublayers */
  readonly norms: readonly string[];
  /** lists the tensors of a part `ours` in a layer `theirs` */
  readonly parts: Readonly<Record<Part, (list: FileTensorList, theirs: string, ours: string) => void>>;
}

/** The tensors of a hybrid, part by part. */
export function hybridTensors(config: Mamba2Config, places: HybridPlaces): readonly FileTensor[] {
  const list = new FileTensorList(parameterShapes(config));
  list.whole(places.embedding, "backbone.embedding.weight");
  for (let layer = 0; layer < config.nLayer; layer++) {
    const [theirs, ours] = [`${places.layers}.${layer}`, `backbone.layers.${layer}`];
    for (const [i, sublayer] of layerOf(config, layer).entries()) {
      list.whole(`${theirs}.${places.norms[i]}.weight`, `${ours}.${normName(i)}.weight`);
      for (const part of partsOf(sublayer)) places.parts[part](list, theirs, `${ours}.${part}`);
    }
  }
  list.whole(places.finalNorm, "backbone.norm_f.weight");
  list.whole("lm_head.weight", "lm_head.weight");
  return list.tensors;
}

/** A mixer: the same tensors everywhere. */
export function mixerTensors(list: FileTensorList, theirs: string, ours: string): void {
  for (const name of ["in_proj", "conv1d", "norm", "out_proj"]) list.linear(`${theirs}.${name}`, `${ours}.${name}`);
  for (const name of ["dt_bias", "A_log", "D"]) list.whole(`${theirs}.${name}`, `${ours}.${name}`);
}

/** Attention: queries, keys and values apart. */
export function attentionTensors(config: Mamba2Config): (list: FileTensorList, theirs: string, ours: string) => void {
  const { heads = 0, keyValueHeads = 0, headDim = 0 } = dimensions(config).attention ?? {};
  const [q, kv] = [heads * headDim, keyValueHeads * headDim];
  return (list, theirs, ours) => {
    list.linear(`${theirs}.q_proj`, `${ours}.in_proj`, [0, q]);
    list.linear(`${theirs}.k_proj`, `${ours}.in_proj`, [q, q + kv]);
    list.linear(`${theirs}.v_proj`, `${ours}.in_proj`, [q + kv, q + 2 * kv]);
    list.linear(`${theirs}.o_proj`, `${ours}.out_proj`);
  };
}

/** A gated MLP: gate and up apart. */
export function gatedMlpTensors(config: Mamba2Config): (list: FileTensorList, theirs: string, ours: string) => void {
  const { dMlpBlock: width } = dimensions(config);
  return (list, theirs, ours) => {
    list.linear(`${theirs}.up_proj`, `${ours}.fc1`, [0, width]);
    list.linear(`${theirs}.gate_proj`, `${ours}.fc1`, [width, 2 * width]);
    list.linear(`${theirs}.down_proj`, `${ours}.fc2`);
  };
}

/** The tensors of a family whose layers hold `mamba`, `self_attn` and `feed_forward` of a gated MLP. */
export function feedForwardTensors(config: Mamba2Config, embedding: string): readonly FileTensor[] {
  return hybridTensors(config, {
    layers: "model.layers",
    embedding,
    finalNorm: "model.final_layernorm.weight",
    norms: ["input_layernorm", "pre_ff_layernorm"],
    parts: {
      mixer: (list, theirs, ours) => mixerTensors(list, `${theirs}.mamba`, ours),
      attention: (list, theirs, ours) => attentionTensors(config)(list, `${theirs}.self_attn`, ours),
      mlp: (list, theirs, ours) => gatedMlpTensors(config)(list, `${theirs}.feed_forward`, ours),
      experts: () => undefined, // the family has none
    },
  });
}
