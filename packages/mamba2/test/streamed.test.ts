// Checkpoints that are made while they are written: the same files, of which no more is in memory than is read at a time.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { type FileReader, Mamba2LM, openCheckpoint, preset, readCheckpoint, writeCheckpoint } from "@x/mamba2";
import { writeFolder } from "@x/mamba2/node";
import { sizeOf } from "@x/tensor";
import { quantizedSources } from "../src/checkpoint/quantize.ts";
import { type StreamedFile, streamCheckpoint } from "../src/checkpoint/streamed.ts";
import { canHold, LAYOUT_NAMES } from "../src/families/table.ts";
import { FAMILY_NAMES, familyFiles } from "./family-files.ts";
import { bytesOf } from "./streamed-bytes.ts";

let root: string;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), "streamed-"))));
afterAll(() => rm(root, { recursive: true }));
const fresh = (): Promise<string> => mkdtemp(join(root, "a-"));

describe.each(FAMILY_NAMES)("%s", (name) => {
  it("is streamed as it is written at once, in every layout that can hold it, in shards too", async () => {
    const files = familyFiles(name);
    const [whole, open] = [await readCheckpoint(files), await openCheckpoint(files)];
    const { config, origin } = whole;
    for (const layout of LAYOUT_NAMES.filter((one) => canHold(one, config)))
      for (const options of [{ origin }, ...(layout === "codestral" ? [] : [{ origin, maxShardBytes: 30_000 }])]) {
        const want = writeCheckpoint(layout, config, whole.tensors, options);
        const got = streamCheckpoint(layout, config, open.tensors, options);
        expect(got.warnings).toEqual(want.warnings);
        const bytes = await bytesOf(got.files);
        expect([...bytes.keys()].toSorted()).toEqual([...want.files.keys()].toSorted());
        for (const [file, contents] of want.files) expect(bytes.get(file)!.equals(contents), file).toBe(true);
        for (const [file, contents] of got.files)
          if (!(contents instanceof Uint8Array)) expect(contents.sizeBytes).toBe(bytes.get(file)!.length);
      }
  });
});

test("integers are made weight by weight, and no weight twice", async () => {
  const { files } = await new Mamba2LM(preset("tiny"), { seed: 1 }).save();
  const { config, tensors } = await openCheckpoint(files);
  const quantization = { bits: 4, groupSize: 32 } as const;
  let read = 0;
  const counted = new Map(
    [...tensors].map(([name, source]) => [
      name,
      {
        ...source,
        read: (start = 0, end = 4 * sizeOf(source.shape)) => {
          read += end - start;
          return source.read(start, end);
        },
      },
    ]),
  );
  const streamed = streamCheckpoint("own", config, quantizedSources(counted, quantization), { quantization });
  const got = await bytesOf(streamed.files);
  expect(read).toBe([...tensors.values()].reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0));
  const model = await Mamba2LM.load(files, { quantize: quantization });
  expect((await Mamba2LM.load(new Map(got))).forward([1, 2, 3]).shape).toEqual([1, 3, 256]);
  const saved = (await model.save("own")).files.get("model.safetensors")!;
  expect(got.get("model.safetensors")!.equals(saved)).toBe(true);
});

test("a tensor is asked for in parts", async () => {
  const config = { ...preset("tiny"), vocabSize: 2 ** 17 };
  const { files } = await new Mamba2LM(config).save();
  const bytes = files.get("model.safetensors")!;
  let most = 0;
  const reader: FileReader = Object.assign((name: string) => Promise.resolve(files.get(name)), {
    size: (name: string) => Promise.resolve(files.get(name)?.length),
    range: (_: string, start: number, end: number) => {
      most = Math.max(most, end - start);
      return Promise.resolve(bytes.subarray(start, end));
    },
  });
  const { config: read, tensors } = await openCheckpoint(reader);
  const { files: streamed } = streamCheckpoint("hf", read, tensors, {});
  for (const file of streamed.values()) if (!(file instanceof Uint8Array)) for await (const _ of file.chunks());
  expect(most).toBe(2 ** 24);
});

describe("writeFolder", () => {
  const file = (sizeBytes: number, ...chunks: readonly (Uint8Array | Error)[]): StreamedFile => ({
    sizeBytes,
    async *chunks() {
      for (const chunk of chunks) {
        if (chunk instanceof Error) throw chunk;
        yield await Promise.resolve(chunk);
      }
    },
  });
  const [one, two] = [Uint8Array.of(1, 2), Uint8Array.of(3)];

  it("writes the chunks of a file one after another", async () => {
    const folder = await fresh();
    await writeFolder(
      folder,
      new Map<string, Uint8Array | StreamedFile>([
        ["a", file(3, one, two)],
        ["b", one],
      ]),
    );
    expect([...(await readFile(join(folder, "a")))]).toEqual([1, 2, 3]);
    expect([...(await readFile(join(folder, "b")))]).toEqual([1, 2]);
  });

  it.each([
    ["fewer bytes than said", file(4, one, two), /must get 4 bytes; its chunks have 3/],
    ["more bytes than said", file(1, one, two), /must get 1 bytes; its chunks have 3/],
    ["an error", file(3, one, new Error("of its own")), /of its own/],
    ["what is no bytes", file(3, "abc" as never), /a chunk/],
    ["nothing of both", { sizeBytes: 3 } as never, /must be bytes, a Uint8Array, or \{ sizeBytes, chunks\(\) \}/],
  ])("leaves what was there where there come %s", async (_, contents, message) => {
    const folder = await fresh();
    await writeFile(join(folder, "a"), "before");
    await expect(writeFolder(folder, new Map([["a", contents]]))).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual(["a"]);
    expect(await readFile(join(folder, "a"), "utf8")).toBe("before");
  });
});
