// The GPUDevice that all tests of a process share: a pipeline that one file compiled is there for the next. Compiling is most of what tests cost on SwiftShader.
import { requestDevice } from "@x/kernels-wgsl";

let shared: Promise<GPUDevice> | undefined;

/**
 * For `webgpuDevice({ device: await sharedGpu(), … })` and `createRunner`. A test that loses or destroys its device, provokes errors, or needs a device
 * that is its own, requests one.
 */
export function sharedGpu(): Promise<GPUDevice> {
  return (shared ??= requestDevice({ software: true }).then(({ device }) => keepingPipelines(device)));
}

/** The same device; WebGPU implementations return the same pipeline for the same shader as long as something refers to it. */
function keepingPipelines(device: GPUDevice): GPUDevice {
  const pipelines: GPUComputePipeline[] = [];
  const [create, createAsync] = [device.createComputePipeline, device.createComputePipelineAsync];
  device.createComputePipeline = (descriptor) => {
    const pipeline = create.call(device, descriptor);
    pipelines.push(pipeline);
    return pipeline;
  };
  device.createComputePipelineAsync = async (descriptor) => {
    const pipeline = await createAsync.call(device, descriptor);
    pipelines.push(pipeline);
    return pipeline;
  };
  return device;
}
