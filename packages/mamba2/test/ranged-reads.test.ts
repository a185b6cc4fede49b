// Weights are read by ranges, tensor by tensor: files above 2 GiB, shards and what torch.save wrote, with host memory bounded by the largest tensor. And what happens to files
// that change, end, or are none.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
  openSync,
  closeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CheckpointError, parseSafetensorsHeader } from "@x/tensor";
import { afterAll, describe, expect, test } from "vitest";
import { type FileReader, Mamba2LM, openCheckpoint, preset, readCheckpoint, readTorchBin } from "../src/index.ts";
import { openTensors, tensorOf } from "../src/checkpoint/sources.ts";
import { folderReader, loadFolder, writeFolder } from "../src/node.ts";

const place = mkdtempSync(join(tmpdir(), "ranged-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));
const folder = (name: string): string => {
  const path = join(place, name);
  mkdirSync(path, { recursive: true });
  return path;
};

/** A reader over files in memory that counts the bytes it gives, whole and by ranges. */
function counting(files: ReadonlyMap<string, Uint8Array>): FileReader & { largest: number; whole: string[] } {
  const reader = Object.assign(
    (name: string) => {
      reader.whole.push(name);
      return Promise.resolve(files.get(name));
    },
    {
      largest: 0,
      whole: [] as string[],
      size: (name: string) => Promise.resolve(files.get(name)?.length),
      range: (name: string, start: number, end: number) => {
        reader.largest = Math.max(reader.largest, end - start);
        return Promise.resolve(files.get(name)!.subarray(start, end));
      },
    },
  );
  return reader;
}

const model = new Mamba2LM({ ...preset("tiny"), nLayer: 2, tieEmbeddings: false }, { seed: 1 });
const ids = [1, 2, 3, 4];
const logits = await model.forward(ids).data();

test.each([
  ["one file", {}],
  ["shards", { maxShardBytes: 100_000 }],
])("%s: the same model, no range larger than its largest tensor", async (_, options) => {
  const { files } = await model.save("official", options);
  const reader = counting(files);
  const read = await Mamba2LM.load(reader);
  expect(await read.forward(ids).data()).toEqual(logits);
  expect(reader.largest).toBe(Math.max(...model.parameters().map(({ size }) => 4 * size)));
  expect(reader.whole.filter((name) => name.endsWith(".safetensors"))).toEqual([]);
  const whole = await readCheckpoint(files);
  expect((await readCheckpoint(reader)).tensors).toEqual(whole.tensors);
});

test("what torch.save wrote: the same tensors by ranges as at once, strided ones too", async () => {
  for (const name of ["torch.bin", "torch-protocol4.bin"]) {
    const bytes = new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
    const sources = await openTensors(counting(new Map([["pytorch_model.bin", bytes]])));
    const want = readTorchBin(bytes);
    expect([...sources.keys()]).toEqual([...want.keys()]);
    for (const [tensor, source] of sources) {
      const got = await tensorOf(source);
      expect({ ...got, bytes: [...got.bytes] }).toEqual({ ...want.get(tensor), bytes: [...want.get(tensor)!.bytes] });
      expect([...(await source.read(0, 1))]).toEqual([...got.bytes.subarray(0, 1)]);
    }
  }
});

test(
  "a file of 3 GiB: read from a folder in Node, in the memory of its largest tensor",
  { timeout: 20_000 },
  async () => {
    const path = folder("large");
    const names = 3;
    const rows = 2 ** 28; // 1 GiB of f32 each, and no disk: the file has holes
    const sizes = Array.from({ length: names }, (_, i) => [i * rows * 4, (i + 1) * rows * 4]);
    const small = [names * rows * 4, names * rows * 4 + 16];
    const header = new TextEncoder().encode(
      JSON.stringify({
        ...Object.fromEntries(
          sizes.map((offsets, i) => [`large.${i}`, { dtype: "F32", shape: [rows], data_offsets: offsets }]),
        ),
        last: { dtype: "F32", shape: [4], data_offsets: small },
      }).padEnd(512),
    );
    const file = join(path, "model.safetensors");
    const prefix = new Uint8Array(8);
    new DataView(prefix.buffer).setBigUint64(0, BigInt(header.length), true);
    writeFileSync(file, Buffer.concat([prefix, header]));
    const dataStart = 8 + header.length;
    truncateSync(file, dataStart + small[1]!);
    const handle = openSync(file, "r+");
    writeSync(handle, new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer), 0, 16, dataStart + small[0]!);
    writeSync(handle, new Uint8Array(Float32Array.of(7).buffer), 0, 4, dataStart + sizes[2]![0]! + 4);
    closeSync(handle);
    expect(statSync(file).size).toBeGreaterThan(3 * 2 ** 30);
    expect(statSync(file).blocks * 512).toBeLessThan(2 ** 20);

    const before = process.memoryUsage().arrayBuffers;
    const sources = await openTensors(await folderReader(path));
    expect([...new Float32Array((await sources.get("last")!.read()).slice().buffer)]).toEqual([1, 2, 3, 4]);
    expect([...new Float32Array((await sources.get("large.2")!.read(0, 8)).slice().buffer)]).toEqual([0, 7]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  },
);

describe("files that are not what they were", () => {
  const saved = async (name: string): Promise<string> => {
    const path = folder(name);
    await writeFolder(path, (await model.save()).files);
    return path;
  };
  const weights = "model.safetensors";

  test("cut off, grown or written anew after it was opened", async () => {
    for (const change of [
      (file: string): void => truncateSync(file, statSync(file).size - 4),
      (file: string): void => writeFileSync(file, new Uint8Array(4), { flag: "a" }),
      (file: string): void => utimesSync(file, 1, 1),
      (file: string): void => {
        writeFileSync(`${file}.new`, readFileSync(file));
        renameSync(`${file}.new`, file);
      },
    ]) {
      const path = await saved("changed");
      const { tensors } = await openCheckpoint(await folderReader(path));
      change(join(path, weights));
      await expect(tensorOf([...tensors.values()].at(-1)!)).rejects.toThrow(
        /model\.safetensors" must stay as it is while it is read/,
      );
    }
    const path = await saved("changed");
    const { tensors } = await openCheckpoint(await folderReader(path));
    rmSync(join(path, weights));
    await expect(tensorOf([...tensors.values()][0]!)).rejects.toThrow(/must stay while it is read; it is gone/);
  });

  test("a reader that gives less than it was asked for", async () => {
    const { files } = await model.save();
    const reader = counting(files);
    const short: FileReader = Object.assign((name: string) => reader(name), {
      size: reader.size!,
      range: async (name: string, start: number, end: number) =>
        (await reader.range!(name, start, end)).subarray(0, end - start > 8000 ? 8 : undefined),
    });
    await expect(Mamba2LM.load(short)).rejects.toThrow(
      /model\.safetensors must have bytes \d+ to \d+, as when it was opened; got 8 of \d+/,
    );
  });

  test("a folder of the name, a link to nothing, a link to a file, a device", async () => {
    const path = await saved("odd");
    const moved = join(place, "elsewhere.safetensors");
    renameSync(join(path, weights), moved);
    symlinkSync(moved, join(path, weights));
    expect(await (await loadFolder(path)).forward(ids).data()).toEqual(logits);
    rmSync(moved);
    await expect(loadFolder(path)).rejects.toThrow(/must have model\.safetensors, .*got none of them/);
    rmSync(join(path, weights));
    mkdirSync(join(path, weights));
    await expect(loadFolder(path)).rejects.toThrow(/model\.safetensors" must be a file; it is a folder/);
    rmSync(join(path, weights), { recursive: true });
    symlinkSync("/dev/zero", join(path, weights));
    await expect(loadFolder(path)).rejects.toThrow(/must be a file; it is a device or a pipe/);
  });

  test("cut off before it was opened: a sentence with the numbers", async () => {
    const path = await saved("short");
    const file = join(path, weights);
    const { dataStart } = parseSafetensorsHeader(readFileSync(file));
    for (const sizeBytes of [0, 4, 8, 100, dataStart, dataStart + 8]) {
      truncateSync(file, sizeBytes);
      await expect(loadFolder(path), String(sizeBytes)).rejects.toThrow(CheckpointError);
      await writeFolder(path, (await model.save()).files);
    }
  });
});

describe("names of files", () => {
  const paths = [
    "../x",
    "..",
    ".",
    "",
    "/etc/passwd",
    "a/b",
    "a\\b",
    "..\\x",
    "C:x",
    "C:\\x",
    "\\\\server\\share",
    "a\0b",
    "a\nb",
    "con",
    "NUL",
    "aux.json",
    "COM1.safetensors",
    "lpt9",
    "name.",
    "name ",
    "a:b",
    "a*b",
    "x".repeat(300),
    undefined,
    5,
  ];

  test.each(paths)("%j is refused, to read and to write", async (name) => {
    const path = folder("names");
    const reader = await folderReader(path);
    const given = name as string;
    await expect(reader(given)).rejects.toThrow(/the name of a file to read: must be the plain name of a file/);
    await expect(reader.size(given)).rejects.toThrow(CheckpointError);
    await expect(reader.range(given, 0, 1)).rejects.toThrow(CheckpointError);
    await expect(
      writeFolder(
        path,
        new Map([
          ["ok.txt", new Uint8Array(1)],
          [given, new Uint8Array(1)],
        ]),
      ),
    ).rejects.toThrow(/the name of a file to write: must be the plain name/);
    expect(await reader("ok.txt")).toBeUndefined(); // nothing was written before the name was seen
  });

  test("plain names pass", async () => {
    const path = folder("plain");
    const names = [
      "model-00001-of-00002.safetensors",
      "config.json",
      ".hidden",
      "a b",
      "ünï",
      "console.json",
      "x".repeat(200),
    ];
    await writeFolder(path, new Map(names.map((name) => [name, Uint8Array.of(1)])));
    const reader = await folderReader(path);
    for (const name of names) expect([...(await reader(name))!]).toEqual([1]);
    await expect(
      writeFolder(
        path,
        new Map([
          ["a", new Uint8Array(1)],
          ["A", new Uint8Array(1)],
        ]),
      ),
    ).rejects.toThrow(/must differ in more than their case/);
    await expect(writeFolder(path, new Map([["a", "text" as unknown as Uint8Array]]))).rejects.toThrow(
      /contents of "a" must be bytes/,
    );
  });
});
