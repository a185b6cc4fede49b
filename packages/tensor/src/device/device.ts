// What the tensor core asks of a device: memory blocks, transfers, and running one primitive.
import type { CacheStats } from "@x/base";
import type { PrecompileOptions } from "@x/kernels-wgsl";
import type { Caches } from "./caches.ts";
import { type Lowering, type Spec, storageBytes } from "./lowering.ts";

/** A piece of device memory; only its device knows what is inside. */
export interface Block {
  readonly sizeBytes: number;
}

/** What lies in device memory. */
export interface InBlock {
  readonly block: Block;
}

/** A tensor as a device sees it: its spec and its memory. */
export interface Operand extends Spec, InBlock {
  /** elements of the block before its first */
  readonly offset: number;
}

/** A primitive with all that a device needs to know of a run of it. */
export interface Op {
  readonly primitive: Lowering;
  readonly params: unknown;
  readonly inputs: Readonly<Record<string, Spec>>;
  readonly outputs: Readonly<Record<string, Spec>>;
}

/** What a run of a primitive's kernels takes beside its operands. */
export interface KernelCost {
  readonly dispatches: number;
  readonly bytes: number;
}

/**
 * Runs a prepared primitive over operands of the specs it was prepared for.
 *
 * @param unmoved these are the operands of the last call, and each is where it was
 */
export type PreparedRun = (
  inputs: Readonly<Record<string, Operand>>,
  outputs: Readonly<Record<string, Operand>>,
  unmoved?: boolean,
) => void;

/** Bytes that a device holds. */
export interface DeviceMemory {
  /** of blocks in use now: tensors, and what plans keep */
  readonly usedBytes: number;
  /** the most that was ever in use */
  readonly peakBytes: number;
  /**
   * kept for reuse: freed blocks, and on the CPU device with WebAssembly everything of its memory that is not in use
   */
  readonly pooledBytes: number;
}

/** What a device keeps to do things faster, by name. Every one is bounded: what was not used for longest goes. */
export interface DeviceStats {
  readonly caches: Readonly<Record<string, CacheStats>>;
}

/**
 * A place where tensors live and primitives run. `cpuDevice()` and `webgpuDevice()` make them; `defaultDevice()` picks
 * one.
 */
export interface Device {
  readonly kind: "cpu" | "webgpu";
  /** For people: which adapter or processor, and why it was picked. */
  readonly description: string;
  readonly memory: DeviceMemory;
  readonly stats: DeviceStats;
  /** Internal: all caches of this device, bounded and counted. */
  readonly caches: Caches;
  /** Bytes of the largest tensor there can be. */
  readonly maxBytes: number;
  /** Bytes of the largest block that one operand of a primitive may be. */
  readonly maxOperandBytes: number;
  allocate(sizeBytes: number): Block;
  free(block: Block): void;
  /** Whether the device has said, after the call, that it had no memory for a block. Absent: it says so in the call. */
  hasFailed?(block: Block): boolean;
  /**
   * Gives up memory that was freed and is kept for reuse: WebGPU destroys its pooled buffers, the CPU's plain loops
   * drop their array buffers. The CPU device with WebAssembly gives nothing back, since a WebAssembly memory cannot
   * shrink: it keeps its `pooledBytes` for later allocations until the device itself is gone.
   */
  trim(): void;
  /**
   * A part of a block, usable like a block as long as that one is; never freed by itself. `offsetBytes` is a multiple
   * of 256.
   */
  part(block: Block, offsetBytes: number, sizeBytes: number): Block;
  /** Sets all bytes to zero. */
  clear(block: Block): void;
  upload(block: Block, data: ArrayBufferView): void;
  /** The first `sizeBytes` bytes; waits for everything that was asked of the device before. */
  download(block: Block, sizeBytes: number): Promise<ArrayBuffer>;
  /** Copies the first `sizeBytes` bytes; the blocks must not overlap. */
  copy(source: Block, target: Block, sizeBytes: number): void;
  /**
   * Whether the named operands may be parts of one block. WebGPU lets a dispatch either read a buffer or write to it,
   * whichever parts of it, and write only ranges that do not overlap.
   */
  mayShareBlock(
    primitive: Lowering,
    inputs: Readonly<Record<string, Spec>>,
    outputs: Readonly<Record<string, Spec>>,
    params: unknown,
    operands: readonly string[],
  ): boolean;
  /** The inputs that the primitive's kernels round to f16 as they read them: {@link Lowering.rounds}. */
  roundedInputs(primitive: Lowering, inputs: Readonly<Record<string, Spec>>, params: unknown): readonly string[];
  /**
   * What a run of the primitive's kernels takes: dispatches (on the CPU one, the run itself), and bytes beside its operands, as {@link DeviceMemory.usedBytes} counts.
   */
  kernelCost(
    primitive: Lowering,
    inputs: Readonly<Record<string, Spec>>,
    outputs: Readonly<Record<string, Spec>>,
    params: unknown,
  ): KernelCost;
  /**
   * Decides everything that depends on specs alone; the result runs the primitive any number of times. Compiles nothing
   * yet. Undefined where this device has no path of its own for these inputs: the primitive's reference runs then.
   */
  prepare(
    primitive: Lowering,
    inputs: Readonly<Record<string, Spec>>,
    outputs: Readonly<Record<string, Spec>>,
    params: unknown,
  ): PreparedRun | undefined;
  /**
   * Compiles what running these ops takes, in parallel and without blocking. Absent where nothing is compiled ahead.
   *
   * @throws KernelError for a kernel that the device refuses
   */
  precompile?(ops: readonly Op[], options: PrecompileOptions): Promise<void>;
  /**
   * Runs the ops of a plan, or a copy, as one op of these blocks: what an op finds wrong only later is told by reads of what it wrote.
   *
   * @param rewritten those it writes in place; `read` has them too
   */
  follow(run: () => void, read: readonly InBlock[], written: readonly InBlock[], rewritten: readonly InBlock[]): void;
  /** Starts everything asked for so far. */
  flush(): void;
  /** Resolves when everything asked for so far is done; rejects with the first error since the last wait. */
  sync(): Promise<void>;
  /** Frees all memory; tensors of this device are unusable afterwards. */
  dispose(): void;
}

/** A {@link Lowering.transfer}: copies the bytes of `source` to the memory of `target`. */
export function transfer(device: Device, { source, target }: Readonly<Record<string, Operand>>): void {
  device.copy(source!.block, target!.block, storageBytes(target!));
}
