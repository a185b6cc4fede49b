// Parameters to a checkpoint's tensors: each in the element type it is stored as.
import type { Module, StoredDType } from "@x/nn";
import { f32ToBf16, f32ToF16, type SafetensorsDType, type Tensor, tensorBytes, type TensorBytes } from "@x/tensor/core";
import { packedName, scalesName } from "../quantization.ts";

const STORED: Readonly<Record<StoredDType, SafetensorsDType>> = { f32: "F32", f16: "F16", bf16: "BF16" };

/**
 * The values of every parameter as bytes, by path; those of a quantised one as its integers and factors.
 *
 * @param snapshot begin all reads before it returns: what is changed while they are waited for is not in them. Else one value after another is read, in the memory of one.
 */
export async function hostTensors(module: Module, snapshot: boolean = false): Promise<Map<string, TensorBytes>> {
  const floats = module.baseParameters().map((parameter) => async (): Promise<readonly [string, TensorBytes]> => {
    const { shape, data, storedAs = "f32" } = await parameter.hostValue();
    return [parameter.path, storedBytes(storedAs, shape, data)];
  });
  const integers = module
    .quantizedParameters()
    .flatMap(({ path, value: { packed, scales } }) => [
      () => bytesOf(packedName(path), "U32", packed),
      () => bytesOf(scalesName(path), "F32", scales),
    ]);
  const reads = [...floats, ...integers];
  if (snapshot) return new Map(await Promise.all(reads.map((read) => read())));
  const tensors = new Map<string, TensorBytes>();
  for (const read of reads) tensors.set(...(await read()));
  return tensors;
}

async function bytesOf(name: string, dtype: SafetensorsDType, value: Tensor): Promise<readonly [string, TensorBytes]> {
  return [name, tensorBytes(dtype, value.shape, await value.data())];
}

/** Values as a checkpoint stores them. */
export function storedBytes(storedAs: StoredDType, shape: readonly number[], data: Float32Array): TensorBytes {
  return tensorBytes(STORED[storedAs], shape, encode(data, storedAs));
}

/** The element type that keeps a file's values; f64 values become f32. */
export function storedDType(dtype: SafetensorsDType): StoredDType {
  return dtype === "F16" ? "f16" : dtype === "BF16" ? "bf16" : "f32";
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
