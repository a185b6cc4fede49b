// The WebGPU device: primitives run as programs of @x/kernels-wgsl on one GPUDevice, its own or the caller's.
import { type OptionKeys, turns } from "@x/base";
import {
  type Caps,
  createRunner,
  loadMatrixScan,
  type DeviceOptions,
  describeAdapter,
  type PrecompileOptions,
  type Program,
  rangeAlignment,
  requestDevice,
  type Tuning,
  type WebGPURunner,
} from "@x/kernels-wgsl";
import { traceFromStart } from "#trace-switch";
import { debugLine, reportMemory, debugFlags } from "../debug.ts";
import { checkOptions } from "../errors.ts";
import type { Primitive } from "../primitive.ts";
import { type Lowering, outputRows, type Spec } from "./lowering.ts";
import { Caches } from "./caches.ts";
import {
  type Block,
  type Device,
  type DeviceMemory,
  type DeviceStats,
  type Op,
  type KernelCost,
  type PreparedRun,
  transfer,
} from "./device.ts";
import { type GpuBlock, runOf } from "./gpu-binding.ts";
import { maxCachedOps, OpCache } from "./op-cache.ts";
import { IdFaults } from "./id-faults.ts";
import { Validator } from "./validate.ts";
import { requireArity } from "../arguments/require.ts";

/** Options of {@link webgpuDevice}. */
export interface WebGPUDeviceOptions extends DeviceOptions {
  /** Compute on this device, the application's own, instead of requesting one. It is not destroyed by `dispose()`. */
  readonly device?: GPUDevice;
  /** A tuning table's choices for this adapter; default: the built-in ones. */
  readonly tuning?: Tuning;
  /**
   * `"f16"` lets matrix products, those of the scan included, round their operands to f16 on devices whose subgroup
   * matrices then do them (sums and everything stored stay f32); elsewhere it changes nothing. Operands beyond ±65504
   * overflow and those below 6e-8 vanish: train with the trainer's `lossScale`. Default `"f32"`.
   */
  readonly matmulPrecision?: "f32" | "f16";
  /** Fills every buffer with NaN before use, to find elements that nothing writes. For tests. */
  readonly poison?: boolean;
  /**
   * Plans as if the GPU could do only this, e.g. `{ maxStorageBufferBindingSize: 65536 }`. For tests of what is done
   * where limits are low.
   */
  readonly caps?: Partial<Caps>;
  /** Re-runs every primitive through its reference on the CPU; default: VALIDATE=1. */
  readonly validate?: boolean;
}

const webgpuOptions: OptionKeys<WebGPUDeviceOptions> = {
  gpu: true,
  powerPreference: true,
  software: "boolean",
  limits: true,
  device: true,
  tuning: true,
  matmulPrecision: true,
  poison: "boolean",
  caps: true,
  validate: "boolean",
};

/** A {@link Device} on WebGPU, with the runner that programs of one's own can share. */
export class WebGPUDevice implements Device {
  readonly kind = "webgpu";
  readonly caches: Caches = new Caches();
  readonly description: string;
  readonly runner: WebGPURunner;
  readonly #programs = new OpCache<Program | null>(this.caches.named("programs", maxCachedOps));
  readonly #validator: Validator | null;
  readonly #idFaults: IdFaults;

  constructor(runner: WebGPURunner, description: string, validate: boolean) {
    this.runner = runner;
    this.description = description;
    this.#idFaults = new IdFaults(runner);
    const read = (at: GpuBlock): Promise<ArrayBuffer> => runner.read(at.buffer, at.sizeBytes, at.offsetBytes);
    this.#validator = validate ? new Validator(this, (block) => read(block as GpuBlock)) : null;
    traceFromStart(this);
  }

  get memory(): DeviceMemory {
    const { usedBytes, peakBytes, pooledBytes } = this.runner.stats;
    return { usedBytes, peakBytes, pooledBytes };
  }

  get stats(): DeviceStats {
    return { caches: { ...this.caches.stats, ...this.runner.stats.caches } };
  }

  get maxBytes(): number {
    return this.runner.device.limits.maxBufferSize;
  }

  get maxOperandBytes(): number {
    return Math.floor(this.runner.caps.maxStorageBufferBindingSize / rangeAlignment) * rangeAlignment;
  }

  allocate(sizeBytes: number): GpuBlock {
    let buffer!: GPUBuffer;
    const checks = this.#idFaults.reported(() => (buffer = this.runner.createBuffer(sizeBytes)));
    return { sizeBytes, buffer, offsetBytes: 0, checks };
  }

  hasFailed = (block: Block): boolean => this.runner.hasFailed((block as GpuBlock).buffer);

  free(block: Block): void {
    this.runner.releaseBuffer((block as GpuBlock).buffer);
  }

  trim(): void {
    this.runner.trim();
  }

  part(block: Block, offsetBytes: number, sizeBytes: number): GpuBlock {
    const { buffer, offsetBytes: before, whole = block } = block as GpuBlock;
    return { sizeBytes, buffer, offsetBytes: before + offsetBytes, whole };
  }

  clear(block: Block): void {
    const at = block as GpuBlock;
    at.checks = this.#idFaults.reported(() => this.runner.clear(at.buffer, at.offsetBytes, at.sizeBytes));
  }

  upload(block: Block, data: ArrayBufferView): void {
    const at = block as GpuBlock;
    // of a part it is that of the whole which counts
    at.checks = this.#idFaults.reported(() => this.runner.write(at.buffer, data, at.offsetBytes));
  }

  async download(block: Block, sizeBytes: number): Promise<ArrayBuffer> {
    const bytes = await this.#idFaults.read({ ...(block as GpuBlock), sizeBytes });
    await this.#validator?.settle();
    return bytes;
  }

  copy(source: Block, target: Block, sizeBytes: number): void {
    const [from, to] = [source, target] as [GpuBlock, GpuBlock];
    if (from.buffer !== to.buffer)
      return this.runner.copy(from.buffer, from.offsetBytes, to.buffer, to.offsetBytes, sizeBytes);
    // WebGPU copies between two buffers only.
    const between = this.runner.createBuffer(sizeBytes);
    this.runner.copy(from.buffer, from.offsetBytes, between, 0, sizeBytes);
    this.runner.copy(between, 0, to.buffer, to.offsetBytes, sizeBytes);
    this.runner.releaseBuffer(between);
  }

  follow(...run: Parameters<Device["follow"]>): void {
    this.#idFaults.follow(...run);
  }

  mayShareBlock(
    primitive: Primitive,
    inputs: Readonly<Record<string, Spec>>,
    outputs: Readonly<Record<string, Spec>>,
    params: unknown,
    operands: readonly string[],
  ): boolean {
    if (primitive.transfer) return true;
    const program = this.#program(primitive, inputs, outputs, params);
    return (
      program !== null &&
      program.dispatches.every(({ kernel, config, buffers }) => {
        const bindings = Object.entries(kernel.bindings(config)).filter(([name]) => operands.includes(buffers[name]!));
        if (bindings.length < 2) return true;
        const written = bindings.filter(([, binding]) => binding!.startsWith("read_write"));
        return (
          written.length === 0 ||
          (written.length === bindings.length && written.every(([name]) => !outputs[buffers[name]!]?.rows))
        );
      })
    );
  }

  roundedInputs(primitive: Primitive, inputs: Readonly<Record<string, Spec>>, params: unknown): readonly string[] {
    return primitive.rounds?.(inputs, params, this.runner.caps) ?? [];
  }

  kernelCost(
    primitive: Primitive,
    inputs: Readonly<Record<string, Spec>>,
    outputs: Readonly<Record<string, Spec>>,
    params: unknown,
  ): KernelCost {
    const program = this.#program(primitive, inputs, outputs, params);
    return {
      dispatches: program?.dispatches.length ?? 0,
      bytes: Object.values(program?.temps ?? {}).reduce((sum, bytes) => sum + bytes, 0),
    };
  }

  prepare(
    primitive: Primitive,
    inputs: Readonly<Record<string, Spec>>,
    outputs: Readonly<Record<string, Spec>>,
    params: unknown,
  ): PreparedRun | undefined {
    if (primitive.transfer) return this.#idFaults.prepare((x) => transfer(this, x), primitive.mutates);
    const program = this.#program(primitive, inputs, outputs, params);
    if (!program) return undefined;
    const bound = runOf(this.runner.prepare(program), this.maxOperandBytes, this.#idFaults);
    const run = this.#idFaults.prepare(bound, primitive.mutates);
    return this.#validator ? this.#validator.wrap(primitive, params, run) : run;
  }

  async precompile(ops: readonly Op[], options: PrecompileOptions): Promise<void> {
    const rest = turns();
    const programs = new Set<Program>();
    for (const { primitive, inputs, outputs, params } of ops) {
      const program = this.#program(primitive, inputs, outputs, params);
      if (program) programs.add(program);
      await rest();
    }
    await this.runner.precompile([...programs], options);
  }

  flush(): void {
    this.runner.flush();
  }

  async sync(): Promise<void> {
    await this.#idFaults.settle();
    await this.runner.sync(true);
    await this.#validator?.settle();
  }

  dispose(): void {
    reportMemory(this.kind, this.memory);
    this.#idFaults.destroy();
    this.runner.destroy();
  }

  /** The program for these specs, made once; null where the primitive has none. */
  #program(
    primitive: Lowering,
    inputs: Readonly<Record<string, Spec>>,
    outputs: Readonly<Record<string, Spec>>,
    params: unknown,
  ): Program | null {
    if (!primitive.webgpu) return null;
    const rows = outputRows(outputs);
    return this.#programs.get(
      primitive,
      inputs,
      params,
      (copy) => {
        const { caps } = this.runner;
        const program = primitive.webgpu!(inputs, copy, caps, rows);
        return program ? this.#idFaults.checked(primitive, inputs, copy, program, caps) : null;
      },
      rows,
    );
  }
}

/**
 * A WebGPU device: on the application's own GPUDevice, or on one it requests.
 *
 * @param options `device`: compute on this GPUDevice; else `powerPreference`, `limits`, and `software: true` to accept
 *   an adapter that computes on the CPU
 * @throws KernelError when there is no adapter, or none with the limits asked for
 * @example
 * const device = await webgpuDevice({ device: gpuDevice });   // or without options: a device of its own
 * console.log(await mul(tensor([1, 2, 3], { device }), 2).toArray());
 */
export async function webgpuDevice(options: WebGPUDeviceOptions = {}): Promise<WebGPUDevice> {
  requireArity("webgpuDevice", arguments, 1);
  checkOptions<WebGPUDeviceOptions>("webgpuDevice", options, webgpuOptions);
  const { device: given, poison, caps, tuning, matmulPrecision, validate, ...request } = options;
  const switched = debugFlags();
  const own = given ? undefined : await requestDevice(request);
  const device = given ?? own!.device;
  const info = own?.info ?? device.adapterInfo;
  if (matmulPrecision === "f16") await loadMatrixScan();
  const runner = createRunner(device, {
    label: "tensor",
    debug: switched.debug,
    log: debugLine,
    adapterInfo: info,
    ownsDevice: own !== undefined,
    poison,
    caps,
    tuning,
    matmulPrecision,
  });
  const description = `WebGPU, ${describeAdapter(info)}${runner.caps.adapter === "software" ? " (software: it computes on the CPU)" : ""}`;
  return new WebGPUDevice(runner, description, validate ?? switched.validate);
}
