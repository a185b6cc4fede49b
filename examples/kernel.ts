// A kernel on a bare device: WGSL from this library, buffers and GPUDevice of your own, no tensors in sight.
//
//   node --conditions=@x/source --import=tsx examples/kernel.ts      (a GPU, or a software driver: npm install webgpu)
//
//   x·silu(gate): -0.27 0.00 2.19 7.05 -1.34 0.00 5.12 14.09
import { bufferUsage, createRunner, elementwise, requestDevice } from "@x/kernels-wgsl";

// In a page this is yours: await (await navigator.gpu.requestAdapter()).requestDevice()
const { device } = await requestDevice({ software: true });

const usage = bufferUsage.storage | bufferUsage.copySrc | bufferUsage.copyDst;
const buffer = (values: readonly number[]): GPUBuffer => {
  const made = device.createBuffer({ size: 4 * values.length, usage });
  device.queue.writeBuffer(made, 0, new Float32Array(values));
  return made;
};
const x = buffer([1, 2, 3, 4, 5, 6, 7, 8]);
const gate = buffer([-1, 0, 1, 2]); // read again for the second row: shapes broadcast as in NumPy
const y = buffer([0, 0, 0, 0, 0, 0, 0, 0]);

// A program is plain data: dispatches over named buffers. Print it, send it to a worker, run it a thousand times.
const program = elementwise.program({
  shape: [2, 4],
  inputs: { x: { type: "f32" }, gate: { type: "f32", shape: [4] } },
  outputs: { y: { type: "f32" } },
  result: { y: "x * silu(gate)" },
});

const runner = createRunner(device);
runner.run(program, { x, gate, y });
const values = new Float32Array(await runner.read(y, 32));
console.log(`x·silu(gate): ${[...values].map((value) => value.toFixed(2)).join(" ")}`);
runner.destroy();
device.destroy(); // the runner frees what it made; the device is yours
