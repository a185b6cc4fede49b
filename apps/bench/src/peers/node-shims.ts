// What browsers have and Node 20 has not, for the peers that are written for browsers alone.

/** navigator, WebGPU's constants, and writeBuffer from shared memory (ONNX Runtime's heap). Gives Dawn. */
export async function shimWebGPU(): Promise<GPU> {
  const { create, globals } = (await import("webgpu")) as { create(options: readonly string[]): GPU; globals: object };
  Object.assign(globalThis, globals);
  const gpu = create([]);
  shimNavigator({ gpu });
  const { prototype } = (globals as { GPUQueue: { prototype: GPUQueue } }).GPUQueue;
  // eslint-disable-next-line typescript/unbound-method -- put back with its own `this`
  const write = prototype.writeBuffer as (...args: unknown[]) => undefined;
  prototype.writeBuffer = function (
    this: GPUQueue,
    buffer: GPUBuffer,
    offset: number,
    data: AllowSharedBufferSource,
    from = 0,
    size?: number,
  ): undefined {
    const shared = (ArrayBuffer.isView(data) ? data.buffer : data) instanceof SharedArrayBuffer;
    if (!shared) return write.call(this, buffer, offset, data, from, ...(size === undefined ? [] : [size]));
    const view = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);
    const unit = (data as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
    return write.call(
      this,
      buffer,
      offset,
      view.slice(from * unit, size === undefined ? undefined : (from + size) * unit),
    );
  };
  return gpu;
}

/** A navigator of one core: every peer runs on one thread here, as we do. */
export function shimNavigator(more: object = {}): void {
  Object.defineProperty(globalThis, "navigator", {
    value: { userAgent: "Node", hardwareConcurrency: 1, platform: process.platform, ...more },
    configurable: true,
  });
}

/** The iterator helpers that jax-js uses, native from Node 22 on. */
export function shimIterators(): void {
  const prototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as Record<string, unknown>;
  const helpers: Record<string, (this: Iterable<unknown>, f: (value: unknown, index: number) => unknown) => unknown> = {
    *map(f) {
      let i = 0;
      for (const value of this) yield f(value, i++);
    },
    *filter(f) {
      let i = 0;
      for (const value of this) if (f(value, i++)) yield value;
    },
    toArray() {
      return [...this];
    },
    some(f) {
      return [...this].some(f);
    },
    every(f) {
      return [...this].every(f);
    },
  };
  for (const [name, value] of Object.entries(helpers))
    if (!(name in prototype)) Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
}
