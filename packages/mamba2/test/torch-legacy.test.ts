// The older form of torch.save: written here by a few lines of pickle that its description gives, and read against what was written.
import { CheckpointError, float32ArrayOf, tensorBytes, type TensorBytes } from "@x/tensor";
import { describe, expect, test } from "vitest";
import { readTorchBin } from "../src/checkpoint/torch-bin.ts";
import { openTensors, tensorOf } from "../src/checkpoint/sources.ts";
import { type LegacyStorage, type LegacyTensor, legacyFile } from "./legacy-file.ts";

const storages: readonly LegacyStorage[] = [
  { key: "139", type: "FloatStorage", data: Float32Array.of(0, 1, 2, 3, 4, 5) },
  { key: "27", type: "HalfStorage", data: Uint16Array.of(0x3c00, 0xc000) },
];
const tensors: Readonly<Record<string, LegacyTensor>> = {
  w: { key: "139", offset: 0, shape: [2, 3], strides: [3, 1] },
  "w.transposed": { key: "139", offset: 0, shape: [3, 2], strides: [1, 3] },
  "w.tail": { key: "139", offset: 4, shape: [2], strides: [1] },
  "w.again": { key: "139", offset: 0, shape: [2, 3], strides: [3, 1] },
  "w.part": { key: "139", offset: 1, shape: [2], strides: [1], view: [2, 3] },
  half: { key: "27", offset: 0, shape: [2], strides: [1] },
};
const file = legacyFile(storages, tensors);
const values = (tensor: TensorBytes | undefined): number[] => [...float32ArrayOf(tensor!)];

test("tensors, several over one storage, strided ones, and parts of storages", () => {
  const read = readTorchBin(file);
  expect(Object.fromEntries([...read].map(([name, tensor]) => [name, values(tensor)]))).toEqual({
    w: [0, 1, 2, 3, 4, 5],
    "w.transposed": [0, 3, 1, 4, 2, 5],
    "w.tail": [4, 5],
    "w.again": [0, 1, 2, 3, 4, 5],
    "w.part": [3, 4],
    half: [1, -2],
  });
  expect(read.get("w.transposed")!.shape).toEqual([3, 2]);
});

test("by ranges: the same, and no range larger than a state dict or a tensor", async () => {
  // names as long as the first read, so that the state dict takes several
  const long = Object.fromEntries(
    Array.from({ length: 4000 }, (_, i) => [`layers.${i}.${"x".repeat(60)}`, tensors["w"]!]),
  );
  const big = legacyFile(storages, { ...tensors, ...long });
  let largest = 0;
  const reader = Object.assign(() => Promise.resolve(undefined), {
    size: (name: string) => Promise.resolve(name === "pytorch_model.bin" ? big.length : undefined),
    range(_: string, start: number, end: number) {
      largest = Math.max(largest, end - start);
      return Promise.resolve(big.subarray(start, end));
    },
  });
  const sources = await openTensors(reader);
  expect(sources.size).toBe(4006);
  largest = 0;
  for (const [name, want] of readTorchBin(file))
    expect(values(await tensorOf(sources.get(name)!))).toEqual(values(want));
  expect(largest).toBe(24);
});

describe("refused, with the fault", () => {
  const one = { w: tensors["w"]! };
  const [first] = storages as [LegacyStorage];
  test.each<[string, Uint8Array, RegExp]>([
    [
      "another pickle",
      Uint8Array.of(0x80, 2, 0x7d, 0x2e),
      /must begin with the magic number of torch\.save; it is another pickle/,
    ],
    ["another version", legacyFile([first], one, { version: 1002 }), /must have version 1001; got 1002/],
    ["a call", legacyFile([first], one, { call: "os system" }), /the global "os\.system" is not allowed/],
    [
      "a call in the keys",
      legacyFile([first], one, { callInKeys: "os system" }),
      /the global "os\.system" is not allowed/,
    ],
    ["no keys", legacyFile([first], one, { keys: [] }), /keys of the data must be those of the 1 storages/],
    ["a key twice", legacyFile([first], one, { keys: ["139", "139"] }), /keys of the data must be those/],
    ["a key of no storage", legacyFile([first], one, { keys: ["139", "7"] }), /keys of the data must be those/],
    [
      "another count",
      legacyFile([first], one, { count: 5n }),
      /must have 6 elements, as the state dict says; its data have 5/,
    ],
    ["a negative count", legacyFile([first], one, { count: -1n }), /must have 6 elements.*have -1/],
    [
      "a storage of a tebibyte",
      legacyFile([{ ...first, claimed: 2 ** 40 }], {
        w: { ...one.w, shape: [2 ** 20, 2 ** 20], strides: [2 ** 20, 1] },
      }),
      /storage "139" must have at most the \d+ bytes of the file; got 1099511627776 of 4/,
    ],
    ["a view outside", legacyFile([first], { w: { ...one.w, offset: 1 } }), /must be within its storage of 6 elements/],
    [
      "a part outside",
      legacyFile([first], { w: { ...one.w, view: [4, 3] } }),
      /must be within its 6 elements; got 3 from 4 on/,
    ],
    [
      "bytes repeated by a stride of 0",
      legacyFile([first], { w: { ...one.w, shape: [2 ** 30], strides: [0] } }),
      /must be within its storage/,
    ],
  ])("%s", (_, bad, message) => {
    expect(() => readTorchBin(bad)).toThrow(CheckpointError);
    expect(() => readTorchBin(bad)).toThrow(message);
  });

  test("every truncation", () => {
    for (let size = 0; size < file.length; size++)
      expect(() => readTorchBin(file.subarray(0, size)), String(size)).toThrow(CheckpointError);
  });

  test("random damage: a CheckpointError, or tensors within the file", () => {
    let refused = 0;
    for (let i = 0; i < file.length; i++) {
      for (const flip of [0x01, 0x20, 0x80, 0xff]) {
        const bad = file.slice();
        bad[i]! ^= flip;
        try {
          for (const { bytes } of readTorchBin(bad).values()) expect(bytes.length).toBeLessThanOrEqual(file.length);
        } catch (error) {
          if (!(error instanceof CheckpointError)) throw error;
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(file.length);
  });
});

test("shards: pytorch_model.bin.index.json", async () => {
  const name = (i: number): string => `pytorch_model-0000${i}-of-00002.bin`;
  const index = { weight_map: { w: name(1), half: name(2) } };
  const files = new Map<string, Uint8Array>([
    ["pytorch_model.bin.index.json", new TextEncoder().encode(JSON.stringify(index))],
    [name(1), legacyFile([storages[0]!], { w: tensors["w"]! })],
    [name(2), legacyFile([storages[1]!], { half: tensors["half"]! })],
  ]);
  const read = await openTensors((file) => Promise.resolve(files.get(file)));
  expect(values(await tensorOf(read.get("w")!))).toEqual([0, 1, 2, 3, 4, 5]);
  expect(await tensorOf(read.get("half")!)).toEqual(tensorBytes("F16", [2], Uint16Array.of(0x3c00, 0xc000)));
  files.delete(name(2));
  await expect(openTensors((file) => Promise.resolve(files.get(file)))).rejects.toThrow(
    /shard index: the file pytorch_model-00002-of-00002\.bin is missing/,
  );
});
