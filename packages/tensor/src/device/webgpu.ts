// The WebGPU device: primitives run as programs of @x/kernels-wgsl on one GPUDevice, its own or the caller's.
import { capsOf, createRunner, type DeviceOptions, describeAdapter, type PreparedProgram, type Program, requestDevice, type Tuning, type WebGPURunner } from "@x/kernels-wgsl";
import { debugLine, reportMemory, switches } from "../debug.ts";
import type { DType } from "../dtype.ts";
import { DeviceError } from "../errors.ts";
import { type Primitive, type Spec, storageBytes } from "../primitive.ts";
import type { Shape } from "../shape.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import type { Block, Device, DeviceMemory, Operand, PreparedRun } from "./device.ts";
import { Validator } from "./validate.ts";

interface GpuBlock extends Block {
  readonly buffer: GPUBuffer;
}

/** Options of {@link webgpuDevice}. */
export interface WebGPUDeviceOptions extends DeviceOptions {
  /** Compute on this device, the application's own, instead of requesting one. It is not destroyed by `dispose()`. */
  readonly device?: GPUDevice;
  /** A tuning table's choices for this adapter; default: the built-in ones. */
  readonly tuning?: Tuning;
  /**
   * `"f16"` lets matrix products round their operands to f16 on devices whose matrix units then do them (sums and everything stored stay f32); elsewhere it changes nothing.
   * Operands beyond ±65504 overflow and those below 6e-8 vanish: train with the trainer's `lossScale`. Default `"f32"`.
   */
  readonly matmulPrecision?: "f32" | "f16";
  /** Fills every buffer with NaN before use, to find elements that nothing writes. For tests. */
  readonly poison?: boolean;
  /** Re-runs every primitive through its reference on the CPU; default: VALIDATE=1. */
  readonly validate?: boolean;
}

const programsLimit = 4096;

/** A {@link Device} on WebGPU, with the runner that programs of one's own can share. */
export class WebGPUDevice implements Device {
  readonly kind = "webgpu";
  readonly description: string;
  readonly runner: WebGPURunner;
  readonly #programs = new Map<string, Program | null>();
  /** The last lookup: eager ops ask whether there is a program right before they ask for it. */
  #last: { readonly primitive: Primitive; readonly inputs: unknown; readonly params: unknown; readonly program: Program | null } | null = null;
  readonly #validator: Validator | null;

  constructor(runner: WebGPURunner, description: string, validate: boolean) {
    this.runner = runner;
    this.description = description;
    this.#validator = validate ? new Validator(this, (block) => runner.read((block as GpuBlock).buffer, block.sizeBytes)) : null;
  }

  get memory(): DeviceMemory {
    const { usedBytes, peakBytes, pooledBytes } = this.runner.stats;
    return { usedBytes, peakBytes, pooledBytes };
  }

  allocate(sizeBytes: number): GpuBlock {
    return { sizeBytes, buffer: this.runner.createBuffer(sizeBytes) };
  }

  free(block: Block): void {
    this.runner.releaseBuffer((block as GpuBlock).buffer);
  }

  upload(block: Block, data: ArrayBufferView): void {
    if (data.byteLength > 0) this.runner.write((block as GpuBlock).buffer, data);
  }

  async download(block: Block, sizeBytes: number): Promise<ArrayBuffer> {
    const [bytes] = await Promise.all([this.runner.read((block as GpuBlock).buffer, Math.ceil(sizeBytes / 4) * 4), this.#validator?.settle()]);
    return bytes.slice(0, sizeBytes);
  }

  copy(source: Block, target: Block, sizeBytes: number): void {
    this.runner.copy((source as GpuBlock).buffer, 0, (target as GpuBlock).buffer, 0, sizeBytes);
  }

  runs(primitive: Primitive, inputs: Readonly<Record<string, Spec>>, params: unknown): boolean {
    return this.#program(primitive, inputs, params) !== null;
  }

  prepare(primitive: Primitive, inputs: Readonly<Record<string, Spec>>, _outputs: Readonly<Record<string, Spec>>, params: unknown): PreparedRun {
    const program = this.#program(primitive, inputs, params);
    if (!program) throw new DeviceError(`${primitive.name}: must have a WebGPU program for these inputs; it has none.`, { device: "webgpu" });
    const run = runOf(this.runner.prepare(program));
    return this.#validator ? this.#validator.wrap(primitive, params, run) : run;
  }

  flush(): void {
    this.runner.flush();
  }

  async sync(): Promise<void> {
    await this.runner.sync();
    await this.#validator?.settle();
  }

  dispose(): void {
    reportMemory(this.kind, this.memory);
    this.runner.destroy();
  }

  /** The program for these specs, made once; null where the primitive has none. */
  #program(primitive: Primitive, inputs: Readonly<Record<string, Spec>>, params: unknown): Program | null {
    if (!primitive.webgpu) return null;
    const last = this.#last;
    if (last?.primitive === primitive && last.inputs === inputs && last.params === params) return last.program;
    const program = this.#lookUp(primitive, inputs, params);
    this.#last = { primitive, inputs, params, program };
    return program;
  }

  #lookUp(primitive: Primitive, inputs: Readonly<Record<string, Spec>>, params: unknown): Program | null {
    let key = params === undefined ? primitive.name : `${primitive.name} ${JSON.stringify(params)}`;
    for (const name in inputs) key += ` ${name} ${inputs[name]!.dtype} ${inputs[name]!.shape.join()}`;
    const known = this.#programs.get(key);
    if (known !== undefined) return known;
    const program = primitive.webgpu!(inputs, params, this.runner.caps) ?? null;
    if (this.#programs.size >= programsLimit) this.#programs.delete(this.#programs.keys().next().value!);
    this.#programs.set(key, program);
    return program;
  }
}

/** A prepared program over operands. They are put in order once: a replay gives the same records every time, with blocks that may differ. */
function runOf({ names, run }: PreparedProgram): PreparedRun {
  const buffers: GPUBuffer[] = [];
  let operands: readonly Operand[] = [];
  let [inputs, outputs]: readonly (Readonly<Record<string, Operand>> | null)[] = [null, null];
  return (x, y) => {
    if (x !== inputs || y !== outputs) {
      [inputs, outputs] = [x, y];
      operands = names.map((name) => (x[name] ?? y[name])!);
    }
    for (let i = 0; i < operands.length; i++) buffers[i] = (operands[i]!.block as GpuBlock).buffer;
    run(buffers);
  };
}

/**
 * A WebGPU device: on the application's own GPUDevice, or on one it requests.
 *
 * @param options `device`: compute on this GPUDevice; else `powerPreference`, `limits`, and `software: true` to accept an adapter that computes on the CPU
 * @throws KernelError when there is no adapter, or none with the limits asked for
 * @example
 * const device = await webgpuDevice({ device: gpuDevice });   // or without options: a device of its own
 * console.log(await mul(tensor([1, 2, 3], { device }), 2).toArray());
 */
export async function webgpuDevice(options: WebGPUDeviceOptions = {}): Promise<WebGPUDevice> {
  const { debug, validate } = switches();
  const own = options.device ? undefined : await requestDevice(options);
  const device = options.device ?? own!.device;
  const info = own?.info ?? device.adapterInfo;
  const runner = createRunner(device, {
    label: "tensor", debug, log: debugLine, adapterInfo: info, ownsDevice: own !== undefined, poison: options.poison ?? false,
    ...(options.tuning && { tuning: options.tuning }), ...(options.matmulPrecision && { matmulPrecision: options.matmulPrecision }),
  });
  const description = `WebGPU, ${describeAdapter(info)}${capsOf(device, info).adapter === "software" ? " (software: it computes on the CPU)" : ""}`;
  return new WebGPUDevice(runner, description, options.validate ?? validate);
}

/**
 * A GPUBuffer as a tensor, without a copy. The buffer stays the caller's: disposing the tensor does not destroy it.
 *
 * @param buffer usage STORAGE (and COPY_SRC to read it back) of at least the tensor's bytes, of the device's own GPUDevice
 * @throws DeviceError when the buffer is too small
 */
export function fromGPUBuffer(device: WebGPUDevice, buffer: GPUBuffer, shape: Shape, dtype: DType = "f32"): Tensor {
  const needed = storageBytes({ shape, dtype });
  if (buffer.size < needed) {
    throw new DeviceError(`fromGPUBuffer: the buffer must have at least ${needed} bytes for ${dtype}[${shape.join(",")}]; got ${buffer.size}.`, {
      device: "webgpu", needed, got: buffer.size,
    });
  }
  const block: GpuBlock = { sizeBytes: needed, buffer };
  return new Tensor(shape, dtype, new Storage(device, needed, block, true));
}

/**
 * The GPUBuffer behind a tensor, without a copy, for one's own passes. Work asked for so far is submitted first, so that a later submit sees it.
 * Valid until the tensor is disposed; it may be larger than the tensor.
 *
 * @throws DeviceError when the tensor is not on a WebGPU device
 */
export function gpuBufferOf(tensor: Tensor): GPUBuffer {
  if (tensor.device.kind !== "webgpu") {
    throw new DeviceError("gpuBufferOf: the tensor must be on a WebGPU device; it is on the CPU. Move it with to(device).", { device: tensor.device.kind });
  }
  tensor.device.flush();
  return (tensor.storage.block as GpuBlock).buffer;
}
