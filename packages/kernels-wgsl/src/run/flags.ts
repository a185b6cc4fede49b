// WebGPU's flag constants. lib.dom declares the interfaces but not these namespaces, and Node has no such globals.

/** Bits of `GPUBufferDescriptor.usage`. */
export const bufferUsage = {
  mapRead: 0x0001,
  mapWrite: 0x0002,
  copySrc: 0x0004,
  copyDst: 0x0008,
  uniform: 0x0040,
  storage: 0x0080,
  queryResolve: 0x0200,
} as const;

/** Bits of the mode of `GPUBuffer.mapAsync`. */
export const mapMode = { read: 1, write: 2 } as const;

/** Bit of `GPUBindGroupLayoutEntry.visibility`. */
export const computeStage = 4;
