// Runs an exported kernel on any WebGPU device, without any other file than its folder: its test vectors, its bench. Plain WebGPU, nothing of @x.
//   import { loadKernel, checkVectors, bench } from "./run.mjs";
//   const kernel = await loadKernel((path) => fetch(`softmax/${path}`).then((response) => response.arrayBuffer()));
//   console.log(await checkVectors(device, kernel, "base"), await bench(device, kernel, "base"));

const usage = { mapRead: 1, copySrc: 4, copyDst: 8, uniform: 64, storage: 128 }; // GPUBufferUsage
/** @type {Readonly<Record<string, number>>} */
const elementBytes = { f32: 4, i32: 4, u32: 4, bool: 4, f16: 2, bf16: 2 };

/** @typedef {{ role: "input" | "output", dtype: string, shape: number[], file?: string, expected?: string }} BufferEntry */
/** @typedef {{ binding: number, buffer: string, offset?: number, size?: number }} Binding */
/** @typedef {{ shader: string, bindings: Binding[], uniforms: { type: "u32" | "i32" | "f32", value: number }[], workgroups: [number, number, number] }} Dispatch */
/** @typedef {{ features: GPUFeatureName[], workgroupBytes: number, temps: Record<string, number>, dispatches: Dispatch[] }} Program */
/** @typedef {{ name: string, programs: Record<string, Program>, buffers: Record<string, BufferEntry>, ratio: number, flops: number, bytes: number }} Case */
/** @typedef {{ read: (path: string) => Promise<ArrayBuffer | Uint8Array>, text: (path: string) => Promise<string>, manifest: { cases: Case[] }, bench: { cases: Case[] } }} Kernel */

/** Reads manifest.json and bench.json; vectors and shaders come when they are needed. @param {(path: string) => Promise<ArrayBuffer | Uint8Array>} read a file of the folder @returns {Promise<Kernel>} */
export async function loadKernel(read) {
  const text = async (/** @type {string} */ path) => new TextDecoder().decode(await read(path));
  return { read, text, manifest: JSON.parse(await text("manifest.json")), bench: JSON.parse(await text("bench.json")) };
}

/** Whether a device has what a program needs. @param {GPUDevice} device @param {Program} program */
export function runsOn(device, program) {
  return (
    program.features.every((feature) => device.features.has(feature)) &&
    program.workgroupBytes <= device.limits.maxComputeWorkgroupStorageSize
  );
}

/**
 * Runs the programs of all test vectors. An output agrees when rms(got − expected) ≤ ratio · rms(expected), integers when they are equal.
 * @param {GPUDevice} device @param {Kernel} kernel @param {string} adapter a class of adapters
 * @returns {Promise<{ case: string, output: string, error: number, ok: boolean }[]>}
 */
export async function checkVectors(device, kernel, adapter) {
  const results = [];
  for (const one of kernel.manifest.cases) {
    const program = one.programs[adapter];
    if (!program || !runsOn(device, program)) continue;
    const buffers = makeBuffers(device, program, one.buffers);
    for (const [name, { file }] of Object.entries(one.buffers))
      if (file !== undefined) device.queue.writeBuffer(buffers(name), 0, await padded(kernel, file));
    const run = await prepare(device, kernel, program, buffers);
    run(1);
    for (const [name, spec] of Object.entries(one.buffers)) {
      if (spec.expected === undefined) continue;
      const size = count(spec.shape) * (elementBytes[spec.dtype] ?? 4);
      const got = numbers(spec.dtype, await readBuffer(device, buffers(name), size));
      const want = numbers(spec.dtype, await kernel.read(spec.expected));
      const error = difference(got, want, ["f32", "f16", "bf16"].includes(spec.dtype));
      results.push({ case: one.name, output: name, error, ok: error <= one.ratio });
    }
    for (const name of [...Object.keys(one.buffers), ...Object.keys(program.temps)]) buffers(name).destroy();
  }
  return results;
}

/**
 * Times the programs of bench.json: the mean of `repeats` runs in one submission, after as many to warm up.
 * @param {GPUDevice} device @param {Kernel} kernel @param {string} adapter @param {number} [repeats]
 * @returns {Promise<{ case: string, microseconds: number, gigaflops: number, gigabytes: number }[]>} gigaflops and gigabytes a second
 */
export async function bench(device, kernel, adapter, repeats = 10) {
  const results = [];
  for (const one of kernel.bench.cases) {
    const program = one.programs[adapter];
    if (!program || !runsOn(device, program)) continue;
    const buffers = makeBuffers(device, program, one.buffers);
    for (const [name, { dtype, shape, role }] of Object.entries(one.buffers))
      if (role === "input" && dtype === "f32")
        device.queue.writeBuffer(
          buffers(name),
          0,
          Float32Array.from({ length: count(shape) }, () => 2 * Math.random() - 1),
        );
    const run = await prepare(device, kernel, program, buffers);
    run(repeats);
    await device.queue.onSubmittedWorkDone();
    const began = performance.now();
    run(repeats);
    await device.queue.onSubmittedWorkDone();
    const seconds = (performance.now() - began) / 1000 / repeats;
    for (const name of [...Object.keys(one.buffers), ...Object.keys(program.temps)]) buffers(name).destroy();
    results.push({
      case: one.name,
      microseconds: seconds * 1e6,
      gigaflops: one.flops / seconds / 1e9,
      gigabytes: one.bytes / seconds / 1e9,
    });
  }
  return results;
}

/** @param {GPUDevice} device @param {Program} program @param {Record<string, BufferEntry>} specs @returns {(name: string) => GPUBuffer} */
function makeBuffers(device, program, specs) {
  const sizes = { ...program.temps };
  for (const [name, { shape, dtype }] of Object.entries(specs)) sizes[name] = count(shape) * (elementBytes[dtype] ?? 4);
  const buffers = new Map(
    Object.entries(sizes).map(([name, size]) => [
      name,
      device.createBuffer({
        size: Math.max(16, Math.ceil(size / 16) * 16), // kernels load whole vectors
        usage: usage.storage | usage.uniform | usage.copySrc | usage.copyDst,
      }),
    ]),
  );
  return (name) => {
    const buffer = buffers.get(name);
    if (!buffer) throw new Error(`A program names the buffer "${name}"; there are ${[...buffers.keys()].join(", ")}.`);
    return buffer;
  };
}

/** Pipelines and bind groups of a program; the result encodes and submits it so many times. @param {GPUDevice} device @param {Kernel} kernel @param {Program} program @param {(name: string) => GPUBuffer} buffers */
async function prepare(device, kernel, program, buffers) {
  /** @type {{ pipeline: GPUComputePipeline, workgroups: [number, number, number], group: GPUBindGroup }[]} */
  const steps = [];
  for (const { shader, bindings, uniforms, workgroups } of program.dispatches) {
    const module = device.createShaderModule({ code: await kernel.text(`shaders/${shader}`) });
    const pipeline = await device.createComputePipelineAsync({
      layout: "auto",
      compute: { module, entryPoint: "main" },
    });
    /** @type {GPUBindGroupEntry[]} */
    const entries = bindings.map(({ binding, buffer, offset = 0, size }) => ({
      binding,
      resource: { buffer: buffers(buffer), offset, ...(size !== undefined && { size }) },
    }));
    if (uniforms.length > 0) entries.unshift({ binding: 0, resource: { buffer: uniformBuffer(device, uniforms) } });
    steps.push({
      pipeline,
      workgroups,
      group: device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }),
    });
  }
  return (/** @type {number} */ times) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let i = 0; i < times; i++)
      for (const { pipeline, workgroups, group } of steps) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(...workgroups);
      }
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
}

/** The struct of scalars that a shader calls u. @param {GPUDevice} device @param {{ type: "u32" | "i32" | "f32", value: number }[]} uniforms */
function uniformBuffer(device, uniforms) {
  const view = new DataView(new ArrayBuffer(Math.ceil(uniforms.length / 4) * 16));
  uniforms.forEach(({ type, value }, i) => {
    if (type === "f32") view.setFloat32(4 * i, value, true);
    else if (type === "i32") view.setInt32(4 * i, value, true);
    else view.setUint32(4 * i, value, true);
  });
  const buffer = device.createBuffer({ size: view.byteLength, usage: usage.uniform | usage.copyDst });
  device.queue.writeBuffer(buffer, 0, view.buffer);
  return buffer;
}

/** @param {GPUDevice} device @param {GPUBuffer} buffer @param {number} size */
async function readBuffer(device, buffer, size) {
  const bytes = Math.max(4, Math.ceil(size / 4) * 4);
  const staging = device.createBuffer({ size: bytes, usage: usage.mapRead | usage.copyDst });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, bytes);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(1);
  const copy = staging.getMappedRange().slice(0, size);
  staging.destroy();
  return copy;
}

/** @param {Kernel} kernel @param {string} file */
async function padded(kernel, file) {
  const bytes = new Uint8Array(await kernel.read(file));
  const whole = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  whole.set(bytes);
  return whole;
}

/** @param {number[]} shape */
const count = (shape) => shape.reduce((product, size) => product * size, 1);

/** @param {string} dtype @param {ArrayBuffer | Uint8Array} data @returns {ArrayLike<number>} 16-bit floats as their f32 */
function numbers(dtype, data) {
  const bytes = new Uint8Array(data).slice();
  if (dtype === "f32") return new Float32Array(bytes.buffer);
  if (dtype === "i32") return new Int32Array(bytes.buffer);
  if (dtype === "u32" || dtype === "bool") return new Uint32Array(bytes.buffer);
  const words = Array.from(new Uint16Array(bytes.buffer));
  if (dtype === "bf16") return new Float32Array(Uint32Array.from(words, (word) => word << 16).buffer);
  return words.map((word) => {
    const [sign, exponent, mantissa] = [word >> 15 ? -1 : 1, (word >> 10) & 31, word & 1023];
    if (exponent === 31) return mantissa ? NaN : sign * Infinity;
    return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25));
  });
}

/** rms(got − want) / rms(want), special values compared exactly; of integers the share that differs. @param {ArrayLike<number>} got @param {ArrayLike<number>} want @param {boolean} floats */
function difference(got, want, floats) {
  if (got.length !== want.length) return Infinity;
  let [off, all] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    const [a, b] = [got[i] ?? NaN, want[i] ?? NaN];
    if (Object.is(a, b) || a === b) {
      all += Number.isFinite(b) ? b * b : 0;
      continue;
    }
    if (!floats || !Number.isFinite(a) || !Number.isFinite(b)) return Infinity;
    off += (a - b) ** 2;
    all += b * b;
  }
  return off === 0 ? 0 : Math.sqrt(off / Math.max(all, 1e-30));
}
