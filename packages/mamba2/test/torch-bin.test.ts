import { readFileSync } from "node:fs";
import { CheckpointError, float32ArrayOf, typedArrayOf } from "@x/tensor";
import { expect, test } from "vitest";
import { readTorchBin } from "../src/checkpoint/torch-bin.ts";

// The .bin files have the members, the globals and the persistent ids of torch.save; they were written by Python's pickle and zipfile.
const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));

test.each(["torch.bin", "torch-protocol4.bin"])("%s: tensors, views, strides, parameters and dtypes", (name) => {
  const tensors = readTorchBin(fixture(name));
  expect([...tensors].map(([key, { dtype, shape }]) => [key, dtype, shape])).toEqual([
    ["w", "F32", [2, 3]],
    ["w.transposed", "F32", [3, 2]],
    ["w.tail", "F32", [2]],
    ["param", "BF16", [2]],
    ["long", "I64", []],
  ]);
  const values = (key: string): number[] => [...float32ArrayOf(tensors.get(key)!)];
  expect(values("w")).toEqual([0, 1, 2, 3, 4, 5]);
  expect(values("w.transposed")).toEqual([0, 3, 1, 4, 2, 5]);
  expect(values("w.tail")).toEqual([4, 5]);
  expect(values("param")).toEqual([1, -2]);
  expect([...typedArrayOf(tensors.get("long")!)]).toEqual([-7n]);
});

test("a pickle that would run a program is refused by name", () => {
  expect(() => readTorchBin(fixture("torch-evil.bin"))).toThrow(CheckpointError);
  expect(() => readTorchBin(fixture("torch-evil.bin"))).toThrow(/the global "(posix|os).system" is not allowed/);
});

test("compressed members are refused", () => {
  expect(() => readTorchBin(fixture("torch-compressed.bin"))).toThrow(
    /must be stored, as torch.save does; it is compressed/,
  );
});

test("other files", () => {
  expect(() => readTorchBin(fixture("hf.header.safetensors"))).toThrow(/directory at the end of the file is missing/);
  expect(() => readTorchBin(new Uint8Array(0))).toThrow(CheckpointError);
});

test("every truncation is refused", () => {
  const file = fixture("torch.bin");
  for (let size = 0; size < file.length; size++)
    expect(() => readTorchBin(file.subarray(0, size))).toThrow(CheckpointError);
});

test("random damage is refused with a CheckpointError or leaves tensors within the file", () => {
  const file = fixture("torch.bin");
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
