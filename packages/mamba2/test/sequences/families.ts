// Models of every family, as their libraries' configurations describe them.
import { readConfigText } from "@x/mamba2";
import { configText, FAMILY_NAMES, plainText } from "../family-files.ts";
import type { ModelCase } from "./models.ts";

/** Codestral's params.json, Mistral's own, at a small size. */
const codestral = JSON.stringify({
  dim: 64,
  n_layers: 2,
  vocab_size: 40,
  n_groups: 2,
  rms_norm: true,
  residual_in_fp32: true,
  fused_add_norm: true,
  pad_vocab_size_multiple: 1,
  tie_embeddings: false,
  model_type: "mamba",
});

/** Nemotron-H with experts (E) beside M, * and -; their sizes are of NVIDIA's 30B, so small ones take their place. */
function nemotronExperts(): string {
  const json = JSON.parse(configText("nemotron_h")) as Record<string, unknown>;
  const layers = ["linear_attention", "moe", "full_attention", "moe", "linear_attention", "mlp"];
  return JSON.stringify({
    ...json,
    layers_block_type: layers,
    moe_intermediate_size: 24,
    moe_shared_expert_intermediate_size: 40,
    moe_latent_size: 32,
    mtp_layers_block_type: undefined,
  });
}

const texts: Readonly<Record<string, () => string>> = {
  official: () => plainText("official"),
  hf: () => plainText("hf"),
  fla: () => plainText("fla"),
  codestral: () => codestral,
  ...Object.fromEntries(FAMILY_NAMES.map((name) => [name, () => configText(name)])),
  nemotron_h_experts: nemotronExperts,
};

/** Every family, by name. */
export const FAMILY_CASES: ReadonlyMap<string, ModelCase> = new Map(
  Object.entries(texts).map(([name, text]) => [name, { fields: readConfigText(text()).config }]),
);
