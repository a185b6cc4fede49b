// Writes GGUF files of version 3 (github.com/ggml-org/ggml/blob/master/docs/gguf.md), of tensors in f32 and f16.
import { f32ToF16 } from "@x/tensor";

/** A value of the header. A number is written as u32 where it is whole, else as f32; of a list of numbers each as i32. */
export type GgufValue = number | string | boolean | readonly number[];

export interface GgufTensor {
  /** the last axis varies fastest */
  readonly shape: readonly number[];
  readonly data: Float32Array;
  readonly half?: boolean;
}

const [U32, I32, F32, BOOL, STRING, ARRAY] = [4, 5, 6, 7, 8, 9];
const ALIGNMENT = 32;

/** The bytes of a file. */
export function ggufFile(
  values: Readonly<Record<string, GgufValue>>,
  tensors: ReadonlyMap<string, GgufTensor>,
): Uint8Array {
  const bytes: number[] = [];
  const put = (size: number, set: (view: DataView) => void): void => {
    const view = new DataView(new ArrayBuffer(size));
    set(view);
    bytes.push(...new Uint8Array(view.buffer));
  };
  const u32 = (value: number): void => put(4, (view) => view.setUint32(0, value, true));
  const i32 = (value: number): void => put(4, (view) => view.setInt32(0, value, true));
  const u64 = (value: number): void => put(8, (view) => view.setBigUint64(0, BigInt(value), true));
  const text = (value: string): void => {
    const encoded = new TextEncoder().encode(value);
    u64(encoded.length);
    bytes.push(...encoded);
  };
  const align = (): void => {
    while (bytes.length % ALIGNMENT !== 0) bytes.push(0);
  };
  bytes.push(...new TextEncoder().encode("GGUF"));
  u32(3);
  u64(tensors.size);
  u64(Object.keys(values).length);
  for (const [key, value] of Object.entries(values)) {
    text(key);
    if (typeof value === "string") {
      u32(STRING!);
      text(value);
    } else if (typeof value === "boolean") {
      u32(BOOL!);
      bytes.push(value ? 1 : 0);
    } else if (typeof value === "number") {
      u32(Number.isInteger(value) ? U32! : F32!);
      if (Number.isInteger(value)) u32(value);
      else put(4, (view) => view.setFloat32(0, value, true));
    } else {
      u32(ARRAY!);
      u32(I32!);
      u64(value.length);
      value.forEach(i32);
    }
  }
  let at = 0;
  const contents = [...tensors].map(([name, { shape, data, half }]) => {
    const encoded = half ? f32ToF16(data) : data;
    text(name);
    u32(shape.length);
    [...shape].reverse().forEach(u64);
    u32(half ? 1 : 0);
    u64(at);
    const padded = new Uint8Array(Math.ceil(encoded.byteLength / ALIGNMENT) * ALIGNMENT);
    padded.set(new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength));
    at += padded.length;
    return padded;
  });
  align();
  const file = new Uint8Array(bytes.length + at);
  file.set(bytes);
  let place = bytes.length;
  for (const content of contents) {
    file.set(content, place);
    place += content.length;
  }
  return file;
}
