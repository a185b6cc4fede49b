// Small tensors bound as uniform buffers (`"uniform N"` of a kernel's bindings), beside the storage buffers.

/** Numbers that such a binding holds at most: 64 KiB, what every device allows. */
export const maxUniformElements = 16384;

/** WGSL expression: an element of such a binding, an array of vec4f. */
export function uniformElement(name: string, index: string): string {
  return `${name}[(${index}) / 4u][(${index}) % 4u]`;
}
