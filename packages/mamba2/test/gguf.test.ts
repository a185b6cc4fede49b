// GGUF files: what `gguf` (llama.cpp's own Python package) wrote of drawn models, beside the safetensors of the same models under transformers' names (gguf/make.py).
import { readFileSync } from "node:fs";
import { Mamba2LM, openCheckpoint, readTokenizer } from "@x/mamba2";
import { readChatTemplate } from "@x/mamba2/chat";
import { ggufFiles } from "@x/mamba2/gguf";
import { readSafetensors } from "@x/tensor";
import { describe, expect, it } from "vitest";
import { BLOCK_TYPES, decodeBlocks } from "../src/gguf/blocks.ts";
import { ggufFile } from "./gguf-file.ts";

const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`gguf/${name}`, import.meta.url)));
const open = (name: string, bytes = bytesOf(name)): ReturnType<typeof ggufFiles> =>
  ggufFiles(new Map([[name, bytes]]), name);
const folder = (name: string): Map<string, Uint8Array> =>
  new Map([
    ["config.json", bytesOf(`${name}.json`)],
    ["model.safetensors", bytesOf(`${name}.safetensors`)],
  ]);
const ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
const quiet = { onWarning: () => undefined };

async function logitsOf(files: Parameters<typeof Mamba2LM.load>[0]): Promise<Float32Array> {
  const model = await Mamba2LM.load(files, quiet);
  return (await model.forward(ids).data()) as Float32Array;
}

function farthest(got: Float32Array, want: Float32Array): number {
  expect(got.length).toBe(want.length);
  const scale = want.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return got.reduce((most, v, i) => Math.max(most, Math.abs(v - want[i]!)), 0) / scale;
}

describe("ggufFiles", () => {
  it.each(["mamba2", "falcon-h1", "granite", "granite-experts", "bamba", "nemotron-h"])(
    "reads %s as the model that it was made from",
    async (name) => {
      expect(farthest(await logitsOf(await open(`${name}.gguf`)), await logitsOf(folder(name)))).toBeLessThan(2e-6);
    },
  );

  it.each(["mamba2", "granite", "granite-experts", "nemotron-h"])(
    "gives the tensors of %s bit for bit, but for decays",
    async (name) => {
      const [got, want] = [await openCheckpoint(await open(`${name}.gguf`)), await openCheckpoint(folder(name))];
      expect([...got.tensors.keys()].toSorted()).toEqual([...want.tensors.keys()].toSorted());
      for (const [path, source] of want.tensors) {
        if (path.endsWith("A_log")) continue; // through e^ and the logarithm
        expect(Buffer.from(await got.tensors.get(path)!.read()).equals(await source.read()), path).toBe(true);
      }
    },
  );

  it("decodes weights of seven types in one file, as they are read in parts too", async () => {
    const mixed = await open("mixed.gguf");
    const want = readSafetensors(bytesOf("mixed.safetensors"));
    const { tensors } = await openCheckpoint(mixed);
    const embedding = tensors.get("backbone.embedding.weight")!;
    const whole = want.tensors.get("token_embd.weight")!.bytes;
    expect(Buffer.from(await embedding.read()).equals(whole)).toBe(true);
    expect(Buffer.from(await embedding.read(4 * 7, 4 * 71)).equals(whole.subarray(4 * 7, 4 * 71))).toBe(true);
    expect(farthest(await logitsOf(mixed), await logitsOf(folder("granite-experts")))).toBeLessThan(0.5);
  });

  it.each(["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"])(
    "decodes %s as ggml does",
    (name) => {
      const { tensors } = readSafetensors(bytesOf("blocks.safetensors"));
      const got = decodeBlocks(BLOCK_TYPES.get(name)!, tensors.get(`${name}.bytes`)!.bytes);
      const { bytes } = tensors.get(`${name}.values`)!;
      expect([...got]).toEqual([...new Float32Array(bytes.slice().buffer)]);
    },
  );

  it("has the tokenizer, the tokens that end a text and the chat template of the file", async () => {
    const files = await open("falcon-h1.gguf");
    const theirs = new Map([["tokenizer.json", bytesOf("tokenizer.json")]]);
    const want = (await readTokenizer((name) => Promise.resolve(theirs.get(name))))!;
    const got = (await readTokenizer(files))!;
    for (const text of [
      "Hello, world!",
      " two  spaces\nand 12345 lines",
      "naïve Über 你好 🙂",
      "<|role|>user<|/role|>",
    ]) {
      expect(got.encode(text)).toEqual(want.encode(text));
      expect(got.decode(got.encode(text))).toBe(want.decode(want.encode(text)));
    }
    expect((await openCheckpoint(files)).config).toMatchObject({ bosTokenId: 1, eosTokenId: 2, padTokenId: 0 });
    expect((await readChatTemplate(files))!.render([{ role: "user", content: "Hi" }])).toBe("user: Hi\n");
  });

  it("is quantised and saved like any checkpoint", async () => {
    const model = await Mamba2LM.load(await open("granite.gguf"), { quantize: { bits: 8 }, ...quiet });
    const { files } = await model.save("own");
    const again = await Mamba2LM.load(files);
    expect(await again.forward(ids).data()).toEqual(await model.forward(ids).data());
  });

  it.each([
    ["rope.scaling.type", "yarn", "be none or absent"],
    ["attention.sliding_window", 4096, "be 0 or absent"],
    ["attention.causal", false, "be true or absent"],
  ])("refuses a header that says %s %s, which no model here does", async (name, value, must) => {
    const values = { "general.architecture": "falcon-h1", [`falcon-h1.${name}`]: value };
    const bytes = ggufFile(values, new Map([["x", { shape: [1], data: new Float32Array(1) }]]));
    await expect((await open("x.gguf", bytes))("config.json")).rejects.toThrow(`gguf: falcon-h1.${name} must ${must}`);
  });

  it("refuses what is cut off, of another kind or stored otherwise, by name", async () => {
    const whole = bytesOf("mamba2.gguf");
    const text = (from: string, to: string): Uint8Array => {
      const at = Buffer.from(whole).indexOf(from);
      const changed = whole.slice();
      changed.set(new TextEncoder().encode(to), at);
      return changed;
    };
    await expect(open("x.gguf", whole.slice(0, -64))).rejects.toThrow(
      /gguf: x\.gguf must have ".*" within its \d+ bytes; it ends at \d+/,
    );
    await expect(open("x.gguf", whole.slice(0, 40))).rejects.toThrow(/gguf: x\.gguf must/);
    await expect(open("x.gguf", new Uint8Array(64))).rejects.toThrow(/must be a GGUF file/);
    await expect(open("x.gguf", text("mamba2", "mambaX"))).rejects.toThrow(
      /must be of mamba2, falcon-h1.*got "mambaX"/,
    );
    await expect(open("y.gguf", new Uint8Array(0))).rejects.toThrow(/gguf: y\.gguf/);
    await expect(ggufFiles(new Map(), "z.gguf")).rejects.toThrow(/there must be a file z\.gguf/);
    await expect(openCheckpoint(await open("x.gguf", text("blk.1.ssm_out", "blk.1.ssm_xyz")))).rejects.toThrow(
      /ssm_xyz/,
    );
  });
});
