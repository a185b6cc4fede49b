// The smallest proof that a GPU test really computes, on every implementation it runs on.
import { expect, test } from "vitest";

test("a device doubles four numbers", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter!.requestDevice();
  const code = `@group(0) @binding(0) var<storage, read_write> x: array<f32>;
    @compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { x[i] = 2.0 * x[i]; }`;
  const pipeline = device.createComputePipeline({
    layout: "auto",
    compute: { module: device.createShaderModule({ code }) },
  });
  const [storage, copySource, copyTarget, mapRead] = [0x80, 0x04, 0x08, 0x01];
  const buffer = device.createBuffer({ size: 16, usage: storage | copySource | copyTarget });
  const result = device.createBuffer({ size: 16, usage: copyTarget | mapRead });
  device.queue.writeBuffer(buffer, 0, new Float32Array([1, 2, 3, -4.5]));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer } }] }),
  );
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(buffer, 0, result, 0, 16);
  device.queue.submit([encoder.finish()]);
  await result.mapAsync(mapRead);
  expect([...new Float32Array(result.getMappedRange())]).toEqual([2, 4, 6, -9]);
  device.destroy();
});
