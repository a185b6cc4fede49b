// Host copies of a module's values, to continue from when its device is lost.
import { type Device, type Tensor, zeros } from "@x/tensor/core";

/** Restores a value on a device, the original one or another. */
export type RestoreTo = (device: Device) => void;

/** What a module held, by parameter: see `copyToHost` of {@link Module}. */
export type HostCopy = ReadonlyMap<object, RestoreTo>;

/** Copies a tensor to the host, its elements as they are stored. @returns what makes a tensor of them */
export async function copyOf(tensor: Tensor): Promise<(device: Device) => Tensor> {
  const { shape, dtype } = tensor;
  const data = await tensor.data();
  return (device) => {
    const value = zeros(shape, { dtype, device });
    value.storage.upload(data);
    return value;
  };
}
