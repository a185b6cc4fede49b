// Strides of buffers of tokens, for the programs of both kernel packages.
import type { BufferStrides, TokenStrides } from "./op-specs.ts";

/** The strides of the buffer `name`, whose tokens have `width` elements. */
export function tokenStrides(
  strides: BufferStrides | undefined,
  name: string,
  length: number,
  width: number,
): TokenStrides {
  return strides?.[name] ?? { batch: length * width, token: width };
}
