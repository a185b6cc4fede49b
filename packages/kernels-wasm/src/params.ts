// Parameters of kernels from lists of their names, a list for each type, and arguments that many kernels take.
import { type BufferStrides, tokenStrides } from "@x/base";
import type { WasmParam } from "./kernel.ts";

type Params<N extends string, T extends WasmParam> = Readonly<Record<N, T>>;

const allOf = <N extends string, T extends WasmParam>(type: T, names: readonly N[]): Params<N, T> =>
  Object.fromEntries(names.map((name) => [name, type])) as Params<N, T>;

/** Addresses. */
export const ptr = <const N extends string>(...names: readonly N[]): Params<N, "ptr"> => allOf("ptr", names);
/** Whole numbers. */
export const u32 = <const N extends string>(...names: readonly N[]): Params<N, "u32"> => allOf("u32", names);
/** Numbers. */
export const f32 = <const N extends string>(...names: readonly N[]): Params<N, "f32"> => allOf("f32", names);

/** Arguments of buffers that not every call has: an address of their own name, or 0, none. */
export const optional = <N extends string>(given: Readonly<Record<N, boolean>>): Readonly<Record<N, string | 0>> =>
  Object.fromEntries(Object.entries(given).map(([name, is]) => [name, is ? name : 0])) as Record<N, string | 0>;

type Stride<N extends string> = `${"batch" | "stride"}_${N}`;

/** Parameters: the bytes from batch to batch and from token to token of each of `names`. */
export const strideParams = <const N extends string>(names: readonly N[]): Params<Stride<N>, "u32"> =>
  u32(...names.flatMap((name): Stride<N>[] => [`batch_${name}`, `stride_${name}`]));

/** Their values; `sizeOf`: tokens of a batch, and elements of a token, of a buffer that is dense. */
export const strideArgs = <const N extends string>(
  strides: BufferStrides | undefined,
  names: readonly N[],
  sizeOf: (name: N) => readonly [length: number, width: number],
): Readonly<Record<Stride<N>, number>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const { batch, token } = tokenStrides(strides, name, ...sizeOf(name));
      return [
        [`batch_${name}`, 4 * batch],
        [`stride_${name}`, 4 * token],
      ];
    }),
  ) as Record<Stride<N>, number>;
