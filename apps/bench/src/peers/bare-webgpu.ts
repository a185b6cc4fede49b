// The chain of small products as bare WebGPU: one plain kernel, two buffers in turn, one pass. What no library can go below.
import { chainLength, type DuelCase, type PeerCall } from "./peer.ts";

const wgsl = `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn product(@builtin(local_invocation_id) id: vec3u) {
  var sum = 0.0;
  for (var k = 0u; k < 64u; k++) { sum += x[k] * w[k * 64u + id.x]; }
  y[id.x] = sum;
}`;

/** Makes it ready on a device that something else uses too. */
export async function bareChain(device: GPUDevice, { inputs }: DuelCase): Promise<PeerCall> {
  const usage = 0x8c; // storage, copy source and destination
  const [from, to, w] = [256, 256, 64 * 64 * 4].map((size) => device.createBuffer({ size, usage })) as [
    GPUBuffer,
    GPUBuffer,
    GPUBuffer,
  ];
  const read = device.createBuffer({ size: 256, usage: 0x9 }); // map to read, copy destination
  device.queue.writeBuffer(w, 0, inputs["w"]!.data as Float32Array<ArrayBuffer>);
  const pipeline = await device.createComputePipelineAsync({
    layout: "auto",
    compute: { module: device.createShaderModule({ code: wgsl }) },
  });
  const group = (x: GPUBuffer, y: GPUBuffer): GPUBindGroup =>
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [x, w, y].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  const groups = [group(from, to), group(to, from)];
  const run = (): void => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    for (let i = 0; i < chainLength; i++) {
      pass.setBindGroup(0, groups[i % 2]!);
      pass.dispatchWorkgroups(1);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  return {
    run,
    sync: () => device.queue.onSubmittedWorkDone(),
    async result() {
      device.queue.writeBuffer(from, 0, inputs["x"]!.data as Float32Array<ArrayBuffer>);
      run();
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(chainLength % 2 === 0 ? from : to, 0, read, 0, 256);
      device.queue.submit([encoder.finish()]);
      await read.mapAsync(1);
      const data = new Float32Array(read.getMappedRange().slice(0));
      read.unmap();
      return [data];
    },
    dispose() {
      for (const buffer of [from, to, w, read]) buffer.destroy();
    },
  };
}
