// The CPU device: primitives run at once, as plain loops over host memory.
import { hostView } from "../dtype.ts";
import { type HostTensor, mapValues, type Primitive, type Spec } from "../primitive.ts";
import { sizeOf } from "../shape.ts";
import type { Block, Device, DeviceMemory, Operand, PreparedRun } from "./device.ts";
import { ArrayHeap, type CpuBlock, type CpuHeap } from "./heap.ts";

/** Options of {@link createCpuDevice}. */
export interface CpuDeviceOptions {
  /** Where tensors live; default: separate array buffers. */
  readonly heap?: CpuHeap;
  readonly description?: string;
}

class CpuDevice implements Device {
  readonly kind = "cpu";
  readonly description: string;
  readonly #heap: CpuHeap;
  #usedBytes = 0;
  #peakBytes = 0;

  constructor({ heap = new ArrayHeap(), description = "CPU, plain loops, one thread" }: CpuDeviceOptions) {
    this.#heap = heap;
    this.description = description;
  }

  get memory(): DeviceMemory {
    return { usedBytes: this.#usedBytes, peakBytes: this.#peakBytes, pooledBytes: this.#heap.pooledBytes };
  }

  allocate(sizeBytes: number): CpuBlock {
    const block = this.#heap.allocate(sizeBytes);
    this.#usedBytes += block.sizeBytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#usedBytes);
    return block;
  }

  free(block: Block): void {
    this.#usedBytes -= block.sizeBytes;
    this.#heap.free(block as CpuBlock);
  }

  upload(block: Block, data: ArrayBufferView): void {
    bytesOf(block as CpuBlock, data.byteLength).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  download(block: Block, sizeBytes: number): Promise<ArrayBuffer> {
    const copy = new Uint8Array(sizeBytes);
    copy.set(bytesOf(block as CpuBlock, sizeBytes));
    return Promise.resolve(copy.buffer);
  }

  copy(source: Block, target: Block, sizeBytes: number): void {
    bytesOf(target as CpuBlock, sizeBytes).set(bytesOf(source as CpuBlock, sizeBytes));
  }

  runs(primitive: Primitive): boolean {
    return primitive.cpu !== undefined;
  }

  prepare(primitive: Primitive, _inputs: Readonly<Record<string, Spec>>, _outputs: Readonly<Record<string, Spec>>, params: unknown): PreparedRun {
    return (inputs, outputs) => primitive.cpu!(mapValues(inputs, hostTensor), mapValues(outputs, hostTensor), params);
  }

  flush(): void {}

  sync(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {}
}

function hostTensor({ shape, dtype, block }: Operand): HostTensor {
  const { buffer, offsetBytes } = block as CpuBlock;
  return { shape, dtype, data: hostView(dtype, buffer, offsetBytes, sizeOf(shape)) };
}

function bytesOf(block: CpuBlock, sizeBytes: number): Uint8Array {
  return new Uint8Array(block.buffer, block.offsetBytes, sizeBytes);
}

/**
 * A CPU device of its own (own memory, own counters). Most programs use the shared {@link cpuDevice}.
 *
 * @example
 * const device = createCpuDevice({ heap: new WasmHeap(new WebAssembly.Memory({ initial: 16, maximum: 65536 })) });
 */
export function createCpuDevice(options: CpuDeviceOptions = {}): Device {
  return new CpuDevice(options);
}

let shared: Device | undefined;

/** The shared CPU device: works everywhere, nothing to install; where tensors go unless told otherwise. */
export function cpuDevice(): Device {
  return (shared ??= createCpuDevice());
}
