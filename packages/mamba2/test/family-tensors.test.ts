// Families of checkpoints: every tensor comes back as it was, and its pieces lie where the library has them.
import { CheckpointError, formatJson, readSafetensors, type TensorBytes, writeSafetensors } from "@x/tensor";
import { describe, expect, test } from "vitest";
import {
  type FileReader,
  openCheckpoint,
  parameterShapes,
  readCheckpoint,
  readConfigText,
  writeCheckpoint,
} from "../src/index.ts";
import { FAMILY_NAMES, type FamilyFile, familyFiles, type Json, jsonOf } from "./family-files.ts";

const bytesOf = (json: Json): Uint8Array => new TextEncoder().encode(formatJson(json));
const same = (got: TensorBytes | undefined, want: TensorBytes): void => {
  expect({ dtype: got?.dtype, shape: got?.shape }).toEqual({ dtype: want.dtype, shape: want.shape });
  expect(Buffer.compare(got!.bytes, want.bytes)).toBe(0);
};

const sameAll = (got: ReadonlyMap<string, TensorBytes>, want: ReadonlyMap<string, TensorBytes>): void => {
  expect([...got.keys()].sort()).toEqual([...want.keys()].sort());
  for (const [path, tensor] of want) same(got.get(path), tensor);
};

describe("tensors", () => {
  test.each(FAMILY_NAMES)("%s: every tensor comes back under its name, bit for bit", async (name) => {
    const files = familyFiles(name);
    const { config, layout, tensors, warnings } = await readCheckpoint(files);
    expect(warnings).toEqual([]);
    expect([...tensors].map(([path, { shape }]) => [path, shape])).toEqual([...parameterShapes(config)]);
    const want = readSafetensors(files.get("model.safetensors")!).tensors;
    const got = readSafetensors(writeCheckpoint(layout, config, tensors).files.get("model.safetensors")!).tensors;
    if (layout === "official") expect(got.delete("lm_head.weight")).toBe(true); // it writes a tied head
    sameAll(got, want);
  });

  test("floats of config.json are written as such: transformers reads no whole number in their place", async () => {
    let seen = 0;
    for (const name of FAMILY_NAMES) {
      const { config, layout, tensors } = await readCheckpoint(familyFiles(name));
      const text = new TextDecoder().decode(writeCheckpoint(layout, config, tensors).files.get("config.json"));
      for (const [, value] of text.matchAll(
        /"(?:time_step_\w+|\w+_multipliers?|\w+_eps(?:ilon)?|initializer_range|rope_theta|logits_scaling)": (\[[^\]]*\]|[^,\n]+)/g,
      ))
        for (const number of value!.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []) {
          expect(number).toMatch(/[.e]/);
          seen++;
        }
    }
    expect(seen).toBeGreaterThan(20);
  });

  test("this library's own layout holds each of them, tensors included", async () => {
    for (const name of FAMILY_NAMES) {
      const { config: model, tensors } = await readCheckpoint(familyFiles(name));
      const { origin, ...back } = await readCheckpoint(writeCheckpoint("own", model, tensors).files);
      expect(origin).toMatchObject({ layout: "own" });
      expect({ ...back, tensors: null }).toEqual({
        layout: "own",
        config: model,
        tensors: null,
        generationDefaults: {},
        warnings: [],
      });
      sameAll(back.tensors, tensors);
    }
  });

  const piecesOf = async (name: FamilyFile): Promise<(path: string) => Buffer> => {
    const { tensors } = readSafetensors(familyFiles(name).get("model.safetensors")!);
    return (path) => Buffer.from(tensors.get(path)!.bytes);
  };
  const parameter = async (name: FamilyFile, path: string): Promise<Buffer> =>
    Buffer.from((await readCheckpoint(familyFiles(name))).tensors.get(path)!.bytes);

  test("queries, keys and values follow each other; up stands before gate", async () => {
    const of = await piecesOf("falcon_h1_norm_biases");
    for (const [kind, ours] of [["weight"], ["bias"]].map(([k]) => [k!, "backbone.layers.1"] as const)) {
      const attention = "model.layers.1.self_attn";
      const qkv = ["q", "k", "v"].map((one) => of(`${attention}.${one}_proj.${kind}`));
      expect(await parameter("falcon_h1_norm_biases", `${ours}.attention.in_proj.${kind}`)).toEqual(Buffer.concat(qkv));
      const mlp = ["up", "gate"].map((one) => of(`model.layers.1.feed_forward.${one}_proj.${kind}`));
      expect(await parameter("falcon_h1_norm_biases", `${ours}.mlp.fc1.${kind}`)).toEqual(Buffer.concat(mlp));
    }
  });

  test("Granite's halves are swapped, those of each expert too", async () => {
    const of = await piecesOf("granite_hybrid_moe");
    const swapped = (bytes: Buffer): Buffer =>
      Buffer.concat([bytes.subarray(bytes.length / 2), bytes.subarray(0, bytes.length / 2)]);
    const shared = of("model.layers.2.shared_mlp.input_linear.weight");
    expect(await parameter("granite_hybrid_moe", "backbone.layers.2.mlp.fc1.weight")).toEqual(swapped(shared));
    const experts = of("model.layers.2.block_sparse_moe.input_linear.weight");
    const size = experts.length / 4;
    const each = Array.from({ length: 4 }, (_, i) => swapped(experts.subarray(i * size, (i + 1) * size)));
    expect(await parameter("granite_hybrid_moe", "backbone.layers.2.experts.up")).toEqual(Buffer.concat(each));
  });

  test("a range of a parameter reads that range of its pieces, and no more", async () => {
    for (const name of ["falcon_h1", "granite_hybrid_moe"] as const) {
      const files = familyFiles(name);
      let given = 0;
      const reader: FileReader = Object.assign((file: string) => Promise.resolve(files.get(file)), {
        size: (file: string) => Promise.resolve(files.get(file)?.length),
        range: (file: string, start: number, end: number) => {
          given += end - start;
          return Promise.resolve(files.get(file)!.subarray(start, end));
        },
      });
      const { tensors } = await openCheckpoint(reader);
      for (const path of ["attention.in_proj.weight", "mlp.fc1.weight", "experts.up", "norm.weight"]) {
        const source = tensors.get(`backbone.layers.1.${path}`);
        if (!source) continue;
        const whole = await source.read();
        for (const [start, end] of [
          [0, 4],
          [4, whole.length - 8],
          [whole.length / 2 - 4, whole.length / 2 + 4],
          [8, 8],
        ]) {
          given = 0;
          expect(Buffer.compare(await source.read(start, end), whole.subarray(start, end))).toBe(0);
          expect(given).toBe(end! - start!);
        }
      }
    }
  });

  const renamed = (name: FamilyFile, rename: (path: string) => string): Map<string, TensorBytes> =>
    new Map(
      [...readSafetensors(familyFiles(name).get("model.safetensors")!).tensors].map(([path, t]) => [rename(path), t]),
    );
  const withTensors = async (name: FamilyFile, tensors: Map<string, TensorBytes>, json: Json = {}) => {
    return new Map([
      ["config.json", bytesOf({ ...jsonOf(name), ...json })],
      ["model.safetensors", writeSafetensors(tensors)],
    ]);
  };

  test("names of the library's memory are taken too", async () => {
    const inner = (path: string): string =>
      path
        .replace("router.layer.weight", "router.weight")
        .replace("block_sparse_moe.input_linear.weight", "block_sparse_moe.experts.gate_up_proj")
        .replace("block_sparse_moe.output_linear.weight", "block_sparse_moe.experts.down_proj");
    const granite = await readCheckpoint(await withTensors("granite_hybrid_moe", renamed("granite_hybrid_moe", inner)));
    sameAll(granite.tensors, (await readCheckpoint(familyFiles("granite_hybrid_moe"))).tensors);
    const root = renamed("nemotron_h", (path) => path.replace("backbone.", "model."));
    const nemotron = await readCheckpoint(await withTensors("nemotron_h", root));
    sameAll(nemotron.tensors, (await readCheckpoint(familyFiles("nemotron_h"))).tensors);
  });

  test("a model without a head: the embedding is the head", async () => {
    const tensors = renamed("bamba", (path) => path.replace("model.", ""));
    tensors.delete("lm_head.weight");
    const { config, warnings } = await readCheckpoint(await withTensors("bamba", tensors));
    expect(config.tieEmbeddings).toBe(true);
    expect(warnings).toEqual([expect.stringMatching(/its embedding serves as lm_head.weight/)]);
  });

  test("pieces of one parameter must be of one element type", async () => {
    const tensors = renamed("bamba", (path) => path);
    const path = "model.layers.1.self_attn.k_proj.weight";
    const k = tensors.get(path)!;
    tensors.set(path, { dtype: "BF16", shape: k.shape, bytes: k.bytes.subarray(0, k.bytes.length / 2) });
    const act = readCheckpoint(await withTensors("bamba", tensors));
    await expect(act).rejects.toThrow(CheckpointError);
    await expect(act).rejects.toThrow(
      /parts of one parameter, backbone.layers.1.attention.in_proj.weight, must be of one element type; got F32 of model.layers.1.self_attn.q_proj.weight and BF16/,
    );
  });

  test("biases and shapes that the configuration does not say are listed under the file's names", async () => {
    const files = familyFiles("granite_hybrid");
    const load = (json: Json): Promise<unknown> =>
      readCheckpoint(new Map([...files, ["config.json", bytesOf({ ...jsonOf("granite_hybrid"), ...json })]]));
    await expect(load({ attention_bias: true })).rejects.toThrow(/4 missing: model.layers.1.self_attn.q_proj.bias/);
    await expect(load({ num_key_value_heads: 4 })).rejects.toThrow(
      /2 wrong: model.layers.1.self_attn.k_proj.weight must be \[48, 48\]; got \[24, 48\]/,
    );
  });

  describe("Nemotron's experts", () => {
    const json: Json = {
      ...jsonOf("nemotron_h"),
      layers_block_type: ["M", "E", "E"],
      n_routed_experts: 4,
      num_experts_per_tok: 2,
      moe_intermediate_size: 20,
      moe_latent_size: 12,
      moe_shared_expert_intermediate_size: 28,
      mlp_bias: true,
    };
    const { config } = readConfigText(formatJson(json));
    const drawn = new Map(
      [...parameterShapes(config)].map(([path, shape], seed): [string, TensorBytes] => {
        const size = shape.reduce((a, b) => a * b, 1);
        const bytes = new Uint8Array(Float32Array.from({ length: size }, (_, i) => seed + i / size).buffer);
        return [path, { dtype: "F32", shape, bytes }];
      }),
    );
    const files = writeCheckpoint("nemotron_h", config, drawn).files;
    const stored = readSafetensors(files.get("model.safetensors")!).tensors;

    test("are stored one by one, and read so or stacked", async () => {
      const place = "backbone.layers.2.mixer";
      expect([...stored.keys()].filter((path) => path.startsWith(place)).sort()).toEqual(
        [
          ...["experts.0", "experts.1", "experts.2", "experts.3"].flatMap((e) => [
            `${e}.up_proj.weight`,
            `${e}.down_proj.weight`,
          ]),
          ...["shared_experts.up_proj", "shared_experts.down_proj", "fc1_latent_proj", "fc2_latent_proj"].flatMap(
            (l) => [`${l}.weight`, `${l}.bias`],
          ),
          "gate.weight",
          "gate.e_score_correction_bias",
        ]
          .map((path) => `${place}.${path}`)
          .sort(),
      );
      expect(stored.get(`${place}.experts.3.up_proj.weight`)!.shape).toEqual([20, 12]);
      sameAll((await readCheckpoint(files)).tensors, drawn);
      const stacked = new Map([...stored].filter(([path]) => !/experts\.\d/.test(path)));
      for (const layer of [1, 2])
        for (const [name, ours] of [
          ["up_proj", "up"],
          ["down_proj", "down"],
        ] as const)
          stacked.set(
            `backbone.layers.${layer}.mixer.experts.${name}`,
            drawn.get(`backbone.layers.${layer}.experts.${ours}`)!,
          );
      stacked.set("mtp.layers.0.weight", stored.get("backbone.norm_f.weight")!);
      const back = await readCheckpoint(new Map([...files, ["model.safetensors", writeSafetensors(stacked)]]));
      sameAll(back.tensors, drawn);
      expect(back.warnings).toEqual([
        "checkpoint: 1 of its tensors are no part of the model and were skipped: mtp.layers.0.weight.",
      ]);
    });

    test("more than there are tensors: refused before a name is made for each", async () => {
      const many = { ...json, n_routed_experts: 2 ** 30 };
      await expect(readCheckpoint(new Map([...files, ["config.json", bytesOf(many)]]))).rejects.toThrow(
        /of 2147483648 experts; got \d+ tensors, fewer than that/,
      );
    });
  });
});
