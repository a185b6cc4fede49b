// Parameters to a checkpoint's tensors: each in the element type it is stored as.
import type { Module, StoredDType } from "@x/nn/core";
import { f32ToBf16, f32ToF16, type SafetensorsDType, tensorBytes, type TensorBytes } from "@x/tensor/core";
import { type HostReads, hostReads } from "./host-reads.ts";
import { packedName, scalesName } from "../model/quantization.ts";

const STORED: Readonly<Record<StoredDType, SafetensorsDType>> = { f32: "F32", f16: "F16", bf16: "BF16" };

/** The values of every parameter as bytes, by path; those of a quantised one as its integers and factors. Those that have not begun are read one after another, in the memory of one. */
export async function hostTensors(
  module: Module,
  { floats, integers }: HostReads = hostReads(module, false),
): Promise<Map<string, TensorBytes>> {
  const tensors = new Map<string, TensorBytes>();
  for (const [path, read] of floats) {
    const { shape, data, storedAs = "f32" } = await read();
    tensors.set(path, storedBytes(storedAs, shape, data));
  }
  for (const { path, value, packed, scales } of integers) {
    tensors.set(packedName(path), tensorBytes("U32", value.packed.shape, await packed()));
    tensors.set(scalesName(path), tensorBytes("F32", value.scales.shape, await scales()));
  }
  return tensors;
}

/** Values as a checkpoint stores them. */
export function storedBytes(storedAs: StoredDType, shape: readonly number[], data: Float32Array): TensorBytes {
  return tensorBytes(STORED[storedAs], shape, encode(data, storedAs));
}

/** The element type that keeps a file's values; f64 values become f32. */
export function storedDType(dtype: SafetensorsDType): StoredDType {
  return dtype === "F16" ? "f16" : dtype === "BF16" ? "bf16" : "f32";
}

/** The element type that a file's values are written in again. */
export function writtenDType(dtype: SafetensorsDType): SafetensorsDType {
  return STORED[storedDType(dtype)];
}

function encode(data: Float32Array, dtype: StoredDType): ArrayBufferView {
  switch (dtype) {
    case "f16":
      return f32ToF16(data);
    case "bf16":
      return f32ToBf16(data);
    default:
      return data;
  }
}
