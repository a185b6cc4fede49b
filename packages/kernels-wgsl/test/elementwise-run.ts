// Runs an elementwise program on the inputs of a test.
import { elementwise, type ElementwiseSpec, type WebGPURunner } from "../src/index.ts";

export type Words = Float32Array | Int32Array | Uint32Array | Uint16Array;

export const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const bytesOf = (type: string): number => (type === "f16" || type === "bf16" ? 2 : 4);

export const floats = (bytes: ArrayBuffer | undefined): number[] => [...new Float32Array(bytes as ArrayBuffer)];

/** Runs a spec on inputs; gives the bytes of each output. */
export async function runElementwise(
  runner: WebGPURunner,
  spec: ElementwiseSpec,
  data: Record<string, Words>,
  outputs: Record<string, Words> = {},
): Promise<Record<string, ArrayBuffer>> {
  const buffers: Record<string, GPUBuffer> = {};
  for (const [name, words] of Object.entries(data)) {
    buffers[name] = runner.createBuffer(words.byteLength);
    runner.write(buffers[name], words);
  }
  for (const [name, { type }] of Object.entries(spec.outputs)) {
    const buffer = runner.createBuffer(product(spec.shape) * bytesOf(type));
    buffers[name] = buffer;
    const initial = outputs[name];
    if (initial) runner.write(buffer, initial);
  }
  runner.run(elementwise.program(spec), buffers);
  const results: Record<string, ArrayBuffer> = {};
  for (const [name, { type }] of Object.entries(spec.outputs)) {
    results[name] = await runner.read(buffers[name] as GPUBuffer, product(spec.shape) * bytesOf(type));
  }
  for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  return results;
}
