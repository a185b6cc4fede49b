// The GPUDevice that all tests of a process share: a pipeline that one file compiled is there for the next. Compiling is most of what tests cost on SwiftShader.
import { requestDevice } from "@x/kernels-wgsl";

const plain = new Set<unknown>([Object.prototype, Array.prototype]);
let shared: Promise<GPUDevice> | undefined;

/**
 * For `webgpuDevice({ device: await sharedGpu(), … })` and `createRunner`. A test that loses or destroys its device, provokes errors, or needs a device
 * that is its own, requests one.
 */
export function sharedGpu(): Promise<GPUDevice> {
  return (shared ??= requestDevice({ software: true }).then(({ device }) => keepingPipelines(device)));
}

/** The same device, which compiles a shader once. Dawn would do so by itself while something refers to the pipeline; wgpu compiles each again. */
function keepingPipelines(device: GPUDevice): GPUDevice {
  const texts = new WeakMap<object, string>();
  /** A descriptor with the objects of the device as the texts of their own, without the labels, which only errors show. */
  const textOf = (descriptor: object): string =>
    JSON.stringify(descriptor, (name, value: unknown) => {
      if (name === "label") return undefined;
      if (!(value instanceof Object)) return value;
      const text = texts.get(value);
      if (text === undefined && !plain.has(Object.getPrototypeOf(value)))
        throw new Error(`sharedGpu: "${name}" must be made by the shared device; got ${value.constructor.name}.`);
      return text ?? value;
    });
  // wgpu takes the sizes that a shader needs anew only where the layout object changes: layouts are made each time.
  const known = <D extends object, T extends object>(make: (descriptor: D) => T) => {
    return (descriptor: D): T => {
      const one = make.call(device, descriptor);
      texts.set(one, textOf(descriptor));
      return one;
    };
  };
  const once = <D extends object, T extends object>(make: (descriptor: D) => T) => {
    const made = new Map<string, T>();
    return (descriptor: D): T => {
      const text = textOf(descriptor);
      const one = made.get(text) ?? make.call(device, descriptor);
      made.set(text, one);
      return one;
    };
  };
  device.createShaderModule = once(known(device.createShaderModule));
  device.createBindGroupLayout = known(device.createBindGroupLayout);
  device.createPipelineLayout = known(device.createPipelineLayout);
  device.createComputePipeline = once(device.createComputePipeline);
  device.createComputePipelineAsync = once(device.createComputePipelineAsync);
  return device;
}
