// Inputs of any size, fast: a block of random numbers of prime length, repeated. Sizes that are measured hold up to 10⁸ numbers.
import {
  type Case,
  type Device,
  type DType,
  hostArray,
  type HostArray,
  type Primitive,
  sizeOf,
  type Spec,
  tensor,
  type Tensor,
} from "@x/tensor/core";
import { fillNumbers, inputsOf, seedOf } from "@x/testing";

/** Prime, so that rows do not repeat in step with it. */
const blockLength = 65521;

/** Host data of one input; `copy` changes the numbers, so that rotated copies differ. */
export function hostInput(
  primitive: Primitive,
  one: Case,
  name: string,
  copy = 0,
): { readonly spec: Spec; readonly data: HostArray } {
  const { shape, dtype, fill } = inputsOf(one).find(([given]) => given === name)![1];
  const size = sizeOf(shape);
  const seed = seedOf(`${primitive.name} ${one.name} ${name} ${copy}`);
  const data = hostArray(dtype, size);
  const block = fillNumbers(fill, "values" in fill ? size : Math.min(size, blockLength), seed);
  const encoded = tensor(block, { shape: [block.length], dtype });
  const source = encodedBlock(encoded, dtype);
  encoded.dispose();
  for (let at = 0; at < size; at += source.length)
    data.set(source.subarray(0, Math.min(source.length, size - at)) as never, at);
  return { spec: { shape, dtype }, data };
}

/** The numbers as the dtype stores them. The CPU device's blocks are host memory, so nothing is waited for. */
function encodedBlock(encoded: Tensor, dtype: DType): HostArray {
  const { buffer, offsetBytes } = encoded.storage.block as unknown as { buffer: ArrayBuffer; offsetBytes: number };
  const view = hostArray(dtype, 0);
  const View = view.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => HostArray;
  return new View(buffer, offsetBytes, encoded.size).slice() as HostArray;
}

/** Names of the inputs a case gives. */
export function inputNames(one: Case): string[] {
  return inputsOf(one).map(([name]) => name);
}

/** The inputs of a case on a device. */
export function deviceInputs(primitive: Primitive, one: Case, device: Device, copy = 0): Record<string, Tensor> {
  return Object.fromEntries(
    inputNames(one).map((name) => {
      const { spec, data } = hostInput(primitive, one, name, copy);
      return [name, tensor(data, { shape: spec.shape, dtype: spec.dtype, device })];
    }),
  );
}
