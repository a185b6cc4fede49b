// The checker of containers itself: a tensor of other bits, a file that is not refused, and a fault that is not the one stated fail.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cpuDevice } from "@x/tensor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkFixtures } from "../src/check-fixtures/index.ts";

interface Entry {
  file: string;
  what?: string;
  args: Record<string, unknown>;
  tensors: Record<string, { crc32: number }>;
}

const golden = fileURLToPath(new URL("../fixtures-containers", import.meta.url));
const index = JSON.parse(readFileSync(join(golden, "index.json"), "utf8")) as { files: Entry[] };
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "containers-"));
  cpSync(golden, folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Names of what fails of one file whose entry is changed by `edit`. */
async function failures(file: string, edit: (entry: Entry) => void): Promise<string[]> {
  const files = structuredClone(index.files);
  edit(files.find((entry) => entry.file === file)!);
  writeFileSync(join(folder, "index.json"), JSON.stringify({ files }));
  const summary = await checkFixtures(folder, cpuDevice(), { only: file });
  return summary.failures.map(({ name }) => name.slice(file.length + 1));
}

const legacy = "containers_model1/legacy_f16_tied/pytorch_model.bin";
const shard = "containers_model1/hf_sharded/model-00001-of-00002.safetensors";
const hostile = "hostile/zip_storage_lies/pytorch_model.bin";

test("nothing fails when all is right", async () => {
  for (const file of [legacy, shard, hostile]) expect(await failures(file, () => undefined)).toEqual([]);
});

test("a tensor of other bits, in a file of torch.save and in a shard", async () => {
  const norm = "backbone.layers.0.norm.weight";
  for (const file of [legacy, shard])
    expect(await failures(file, ({ tensors }) => void (tensors[norm]!.crc32 ^= 1))).toEqual([norm]);
});

test("a tensor too many and one too few", async () => {
  expect(
    await failures(legacy, ({ tensors }) => {
      tensors["more"] = tensors["lm_head.weight"]!;
      delete tensors["lm_head.weight"];
    }),
  ).toEqual(["more", "lm_head.weight"]);
});

test("tensors that share no storage, arguments that nobody knows", async () => {
  expect(
    await failures(legacy, ({ args }) => {
      args["shared_storage"] = [["lm_head.weight", "backbone.norm_f.weight"]];
      args["compression"] = "none";
    }),
  ).toEqual(["args.compression", "shared storage of lm_head.weight, backbone.norm_f.weight"]);
});

test("another fault than the one stated, and a file that is not refused", async () => {
  expect(await failures(hostile, (entry) => (entry.what = "calls os.system"))).toEqual([
    "read at once",
    "read by ranges",
  ]);
  cpSync(join(golden, legacy), join(folder, hostile));
  expect(await failures(hostile, () => undefined)).toEqual(["read at once", "read by ranges"]);
});
