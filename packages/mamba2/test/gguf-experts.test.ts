// Nemotron-H with experts as llama.cpp's converter writes it (architecture nemotron_h_moe), beside the same model under transformers' names; and GGUF files of a hub.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LayoutName, Mamba2LM, openCheckpoint, readCheckpoint, readConfigText } from "@x/mamba2";
import { ggufFiles } from "@x/mamba2/gguf";
import { hubFolder } from "@x/mamba2/node";
import { float32ArrayOf, hostUniform, readSafetensors, sizeOf } from "@x/tensor";
import type { HubServer } from "@x/testing/hub-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cliIn } from "./cli-run.ts";
import { hubHere } from "./hub-here.ts";
import { ggufFile, type GgufTensor, type GgufValue } from "./gguf-file.ts";

const [d, heads, kv, width, count, ff, sharedFf, groups] = [32, 4, 2, 8, 6, 24, 40, 2];

/** config.json as transformers has it. */
const configOf = (latent: number | null): Record<string, unknown> => ({
  model_type: "nemotron_h",
  hidden_size: d,
  vocab_size: 256,
  layers_block_type: ["mamba", "moe", "attention", "mlp", "moe"],
  mamba_num_heads: 4,
  mamba_head_dim: 16,
  ssm_state_size: 8,
  n_groups: groups,
  conv_kernel: 4,
  use_conv_bias: true,
  use_bias: false,
  mlp_bias: false,
  mlp_hidden_act: "relu2",
  mamba_hidden_act: "silu",
  layer_norm_epsilon: 1e-5,
  num_attention_heads: heads,
  num_key_value_heads: kv,
  head_dim: width,
  intermediate_size: 64,
  n_routed_experts: count,
  num_experts_per_tok: 2,
  moe_intermediate_size: ff,
  moe_shared_expert_intermediate_size: sharedFf,
  moe_latent_size: latent,
  n_group: 2,
  topk_group: 1,
  norm_topk_prob: true,
  routed_scaling_factor: 2.5,
  n_shared_experts: 1,
  tie_word_embeddings: false,
  bos_token_id: 1,
  eos_token_id: 2,
  pad_token_id: 0,
});

/** The header as llama.cpp's converter writes it. */
const valuesOf = (): Record<string, GgufValue> => {
  const of = (fields: Record<string, GgufValue>): Record<string, GgufValue> =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [`nemotron_h_moe.${name}`, value]));
  return {
    "general.architecture": "nemotron_h_moe",
    "tokenizer.ggml.bos_token_id": 1,
    "tokenizer.ggml.eos_token_id": 2,
    "tokenizer.ggml.padding_token_id": 0,
    ...of({
      block_count: 5,
      embedding_length: d,
      context_length: 512,
      feed_forward_length: [0, 0, 0, 64, 0],
      "attention.head_count": heads,
      "attention.head_count_kv": [0, 0, kv, 0, 0],
      "attention.key_length": width,
      "attention.value_length": width,
      "attention.layer_norm_rms_epsilon": 1e-5,
      "ssm.conv_kernel": 4,
      "ssm.inner_size": 64,
      "ssm.state_size": 8,
      "ssm.time_step_rank": 4,
      "ssm.group_count": groups,
      expert_count: count,
      expert_used_count: 2,
      expert_shared_count: 1,
      expert_feed_forward_length: ff,
      expert_shared_feed_forward_length: sharedFf,
      expert_group_count: 2,
      expert_group_used_count: 1,
      expert_weights_norm: true,
      expert_weights_scale: 2.5,
    }),
  };
};

const NAMES: Readonly<Record<string, string>> = {
  "norm.weight": "attn_norm.weight",
  "mixer.in_proj.weight": "ssm_in.weight",
  "mixer.conv1d.bias": "ssm_conv1d.bias",
  "mixer.dt_bias": "ssm_dt.bias",
  "mixer.out_proj.weight": "ssm_out.weight",
  "mixer.v_proj.weight": "attn_v.weight",
  "mixer.o_proj.weight": "attn_output.weight",
  "mixer.up_proj.weight": "ffn_up.weight",
  "mixer.down_proj.weight": "ffn_down.weight",
  "mixer.gate.weight": "ffn_gate_inp.weight",
  "mixer.gate.e_score_correction_bias": "exp_probs_b.bias",
  "mixer.shared_experts.up_proj.weight": "ffn_up_shexp.weight",
  "mixer.shared_experts.down_proj.weight": "ffn_down_shexp.weight",
  "mixer.fc1_latent_proj.weight": "ffn_latent_down.weight",
  "mixer.fc2_latent_proj.weight": "ffn_latent_up.weight",
  "mixer.experts.up_proj": "ffn_up_exps.weight",
  "mixer.experts.down_proj": "ffn_down_exps.weight",
};

/** Rows of a rotated head as llama.cpp has them: one of the first half, one of the second, in turn. */
function inTurn({ shape, data }: GgufTensor, count: number): GgufTensor {
  const [rows, columns] = shape as [number, number];
  const size = rows / count;
  const out = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const [head, within] = [Math.floor(row / size), row % size];
    const from = head * size + (within % 2) * (size / 2) + Math.floor(within / 2);
    out.set(data.subarray(from * columns, (from + 1) * columns), row * columns);
  }
  return { shape, data: out };
}

/** A tensor of transformers as llama.cpp's converter names and lays it out. */
function converted(name: string, tensor: GgufTensor): [string, GgufTensor] {
  const outer: Readonly<Record<string, string>> = {
    "backbone.embeddings.weight": "token_embd.weight",
    "backbone.norm_f.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
  };
  if (outer[name]) return [outer[name], tensor];
  const [, layer, part] = /^backbone\.layers\.(\d+)\.(.+)$/.exec(name)!;
  const { shape, data } = tensor;
  const to = (theirs: string, changed: GgufTensor = tensor): [string, GgufTensor] => [
    `blk.${layer}.${theirs}`,
    changed,
  ];
  switch (part) {
    case "mixer.A_log":
      return to("ssm_a", { shape: [...shape, 1], data: data.map((v) => -Math.exp(v)) });
    case "mixer.D":
      return to("ssm_d", { shape: [...shape, 1], data });
    case "mixer.conv1d.weight":
      return to("ssm_conv1d.weight", { shape: [shape[0]!, shape[2]!], data });
    case "mixer.norm.weight":
      return to("ssm_norm.weight", { shape: [groups, shape[0]! / groups], data });
    case "mixer.q_proj.weight":
      return to("attn_q.weight", inTurn(tensor, heads));
    case "mixer.k_proj.weight":
      return to("attn_k.weight", inTurn(tensor, kv));
    default:
      expect(NAMES[part!], part).toBeDefined();
      return to(NAMES[part!]!);
  }
}

/** One matrix for each expert as one tensor, which newer files of transformers have too. */
function stacked(tensors: ReadonlyMap<string, GgufTensor>): Map<string, GgufTensor> {
  const stacks = new Map<string, GgufTensor>();
  for (const [name, tensor] of tensors) {
    const [, before, expert, which] = /^(.*\.experts)\.(\d+)\.(up_proj|down_proj)\.weight$/.exec(name) ?? [];
    if (expert === undefined) {
      stacks.set(name, tensor);
      continue;
    }
    const stack = `${before}.${which}`;
    if (!stacks.has(stack))
      stacks.set(stack, { shape: [count, ...tensor.shape], data: new Float32Array(count * tensor.data.length) });
    stacks.get(stack)!.data.set(tensor.data, Number(expert) * tensor.data.length);
  }
  return stacks;
}

/** What the converter stores as f16; routers, norms, decays and convolutions stay f32. */
const HALVES = /token_embd|^output\.|attn_[qkvo]|ffn_(?:up|down|latent)|ssm_(?:in|out)\./;

/** The same drawn model as files of transformers and as a GGUF file. */
async function made(
  latent: number | null,
  half = false,
): Promise<{ theirs: Map<string, Uint8Array>; gguf: Uint8Array }> {
  const { config } = readConfigText(JSON.stringify(configOf(latent)));
  const model = new Mamba2LM(config, {
    seed: 1,
    init:
      ({ role, shape }) =>
      (_, key) =>
        hostUniform(key, sizeOf(shape)).map((u) => (role === "norm" ? 1 : 0) + 0.6 * (u - 0.5)),
  });
  const { files } = await model.save("nemotron_h" satisfies LayoutName, { onWarning: () => undefined });
  model.dispose();
  const theirs = new Map(files);
  theirs.set("config.json", new TextEncoder().encode(JSON.stringify(configOf(latent))));
  const tensors = new Map(
    [...readSafetensors(files.get("model.safetensors")!).tensors].map(([name, tensor]) => [
      name,
      { shape: tensor.shape, data: Float32Array.from(float32ArrayOf(tensor)) },
    ]),
  );
  const named = new Map([...stacked(tensors)].map(([name, tensor]) => converted(name, tensor)));
  const halved = [...named].map(([name, t]): [string, GgufTensor] => [name, { ...t, half: half && HALVES.test(name) }]);
  return { theirs, gguf: ggufFile(valuesOf(), new Map(halved)) };
}

const ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
const quiet = { onWarning: () => undefined };
const logitsOf = async (model: Mamba2LM): Promise<Float32Array> => (await model.forward(ids).data()) as Float32Array;

describe.each([null, 16])("nemotron_h_moe, experts of width %s", (latent) => {
  it("is read as the model that it was made from", async () => {
    const { theirs, gguf } = await made(latent);
    const files = await ggufFiles(new Map([["moe.gguf", gguf]]), "moe.gguf");
    const [got, want] = [await openCheckpoint(files), await readCheckpoint(theirs)];
    expect(got.config).toEqual({ ...want.config, normEps: Math.fround(1e-5) });
    expect(want.config.experts).toMatchObject({
      count,
      perToken: 2,
      groups: 2,
      topGroups: 1,
      scale: 2.5,
      sharedWidth: sharedFf,
      latent: latent ?? 0,
    });
    expect([...got.tensors.keys()].toSorted()).toEqual([...want.tensors.keys()].toSorted());
    for (const [path, { bytes }] of want.tensors)
      if (!path.endsWith("A_log"))
        expect(Buffer.from(await got.tensors.get(path)!.read()).equals(bytes), path).toBe(true);
    const [a, b] = await Promise.all([
      logitsOf(await Mamba2LM.load(files, quiet)),
      logitsOf(await Mamba2LM.load(theirs, quiet)),
    ]);
    const scale = b.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    expect(a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0) / scale).toBeLessThan(2e-6);
  });

  it("is refused by name without what routing needs", async () => {
    const { gguf } = await made(latent);
    const from = (text: string, to: string): Uint8Array => {
      const changed = gguf.slice();
      changed.set(new TextEncoder().encode(to), Buffer.from(gguf).indexOf(text));
      return changed;
    };
    const open = async (bytes: Uint8Array): Promise<unknown> =>
      openCheckpoint(await ggufFiles(new Map([["x.gguf", bytes]]), "x.gguf"));
    await expect(open(from("expert_used_count", "expert_usedXcount"))).rejects.toThrow(
      /expert_used_count must be a number/,
    );
    await expect(open(from("blk.1.exp_probs_b.bias", "blk.1.exp_probs_X.bias"))).rejects.toThrow(
      /exp_probs_X|router\.bias|e_score/,
    );
  });
});

describe("a GGUF file of a hub", { timeout: 60_000 }, () => {
  const place = mkdtempSync(join(tmpdir(), "gguf-hub-"));
  const cli = cliIn(() => place);
  let hub: HubServer;
  let want: Float32Array;
  beforeAll(async () => {
    const { gguf } = await made(null, true);
    want = await logitsOf(await Mamba2LM.load(await ggufFiles(new Map([["m.gguf", gguf]]), "m.gguf"), quiet));
    const files = new Map([
      ["m-f16.gguf", gguf],
      ["other.gguf", new Uint8Array(100)],
    ]);
    hub = await hubHere(place, {
      "owner/gguf": { revisions: { main: files } },
      "owner/private": { revisions: { main: files }, private: true },
    });
  });
  afterAll(async () => {
    await hub.close();
    rmSync(place, { recursive: true, force: true });
  });

  it.each([true, false])("is loaded by its name, and is the one in a folder; with a cache: %s", async (cached) => {
    const cache = cached ? hubFolder(join(place, "library")) : (false as const);
    const options = { endpoint: hub.endpoint, cache, ...quiet };
    const model = await Mamba2LM.fromPretrained("owner/gguf/m-f16.gguf", options);
    expect(await logitsOf(model)).toEqual(want);
    model.dispose();
    if (!cached) return;
    const offline = await Mamba2LM.fromPretrained("owner/gguf/m-f16.gguf", {
      ...options,
      cache: hubFolder(join(place, "library")),
      offline: true,
    });
    expect(await logitsOf(offline)).toEqual(want);
    offline.dispose();
  });

  it("is private with its repository, and refused where it is none or not there", async () => {
    const options = { endpoint: hub.endpoint, cache: false, ...quiet } as const;
    await expect(Mamba2LM.fromPretrained("owner/private/m-f16.gguf", options)).rejects.toThrow(/hub: .*owner\/private/);
    const model = await Mamba2LM.fromPretrained("owner/private/m-f16.gguf", { ...options, token: "hf_test" });
    expect(await logitsOf(model)).toEqual(want);
    model.dispose();
    await expect(Mamba2LM.fromPretrained("owner/gguf/other.gguf", options)).rejects.toThrow(/must be a GGUF file/);
    await expect(Mamba2LM.fromPretrained("owner/gguf/none.gguf", options)).rejects.toThrow(/none\.gguf/);
  });

  it("is read by the command, and converted", async () => {
    const read = ["--model", "owner/gguf/m-f16.gguf"];
    expect(await cli.json("info", ...read)).toMatchObject({ layout: "nemotron_h" });
    const generated = await cli.json(
      "generate",
      ...read,
      "--prompt",
      "a",
      "--tokens",
      "3",
      "--temperature",
      "0",
      "--device",
      "cpu",
    );
    await cli.json("convert", ...read, "--to", "nemotron_h", "--out", "folder");
    const again = await cli.json(
      "generate",
      "--model",
      "folder",
      "--prompt",
      "a",
      "--tokens",
      "3",
      "--temperature",
      "0",
      "--device",
      "cpu",
    );
    expect(again).toMatchObject({ ids: (generated as { ids: number[] }).ids });
  });
});
