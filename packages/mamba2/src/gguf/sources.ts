// Tensors of a GGUF file as checkpoints want them: floats, in the order and of the meaning that the model's own library has. Nothing is read before it is asked for.
import { CheckpointError, sizeOf } from "@x/tensor/core";
import type { FileBytes } from "../checkpoint/reading.ts";
import type { TensorSource } from "../checkpoint/sources.ts";
import { decodeBlocks } from "./blocks.ts";
import type { GgufTensor } from "./header.ts";

/** A tensor as floats: those of 16 bits as they lie unless `widen`, integers as f32. Blocks are decoded as they are read. */
export function floatSource(file: string, { range }: FileBytes, tensor: GgufTensor, widen: boolean): TensorSource {
  const { shape, type, begin, end } = tensor;
  const place = { file, begin };
  if (type.name === "F32" || (!widen && (type.name === "F16" || type.name === "BF16"))) {
    const read = (from = 0, to = end - begin): Promise<Uint8Array> => range(begin + from, begin + to);
    return { dtype: type.name, shape, place, read };
  }
  return {
    dtype: "F32",
    shape,
    place,
    async read(from = 0, to = 4 * sizeOf(shape)) {
      const blockBytes = 4 * type.elements;
      const [first, last] = [Math.floor(from / blockBytes), Math.ceil(to / blockBytes)];
      const bytes = await range(begin + first * type.sizeBytes, begin + last * type.sizeBytes);
      return bytesOf(decodeBlocks(type, bytes)).subarray(from - first * blockBytes, to - first * blockBytes);
    },
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The same elements under another shape. @throws CheckpointError where their numbers differ */
export function shaped(name: string, source: TensorSource, shape: readonly number[]): TensorSource {
  if (sizeOf(shape) === sizeOf(source.shape)) return { ...source, shape };
  throw new CheckpointError(
    `gguf: "${name}" must have ${sizeOf(shape)} elements, [${shape.join(", ")}]; got [${source.shape.join(", ")}].`,
    { tensor: name, expected: shape, got: source.shape },
  );
}

/** A source all of whose bytes are made at once. */
function whole(source: TensorSource, make: () => Promise<Uint8Array>): TensorSource {
  return { ...source, atOnce: true, read: async (from = 0, to?: number) => (await make()).subarray(from, to) };
}

/** A_log of what the file holds of it, A = −e^A_log. */
export function logOfDecay(name: string, source: TensorSource): TensorSource {
  const { dtype, read } = source;
  if (dtype !== "F32")
    throw new CheckpointError(`gguf: "${name}" must be F32; got ${dtype}.`, { tensor: name, got: dtype });
  return whole(source, async () => {
    const bytes = (await read()).slice();
    const values = new Float32Array(bytes.buffer);
    for (const [i, a] of values.entries()) {
      if (!(a < 0))
        throw new CheckpointError(`gguf: "${name}" must be below 0, −e^A_log; got ${a}.`, { tensor: name, got: a });
      values[i] = Math.log(-a);
    }
    return bytesOf(values);
  });
}

/** Rows of heads whose two halves the file holds in turn, half by half again: ggml rotates neighbours, transformers the halves. */
export function halvesApart(source: TensorSource, heads: number): TensorSource {
  const [rows = 1] = source.shape;
  const width = rows / heads;
  return whole(source, async () => {
    const bytes = await source.read();
    const rowBytes = bytes.length / rows;
    const out = new Uint8Array(bytes.length);
    for (let row = 0; row < rows; row++) {
      const [head, i] = [Math.floor(row / width), row % width];
      const to = head * width + (i % 2) * (width / 2) + (i >> 1);
      out.set(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), to * rowBytes);
    }
    return out;
  });
}

/** Two tensors of one shape joined: all rows of the first, then all of the second; of stacks of matrices, matrix by matrix. */
export function rowsJoined(name: string, first: TensorSource, second: TensorSource): TensorSource {
  const { shape } = first;
  if (shape.join() !== second.shape.join() || first.dtype !== second.dtype)
    throw new CheckpointError(
      `gguf: "${name}" must be like what is joined to it, ${second.dtype} [${second.shape.join(", ")}]; got ${first.dtype} [${shape.join(", ")}].`,
      { tensor: name, expected: second.shape, got: shape },
    );
  const matrices = sizeOf(shape.slice(0, -2));
  const joined = { ...first, shape: [...shape.slice(0, -2), 2 * shape.at(-2)!, shape.at(-1)!] };
  return whole(joined, async () => {
    const [left, right] = [await first.read(), await second.read()];
    const size = left.length / matrices;
    const out = new Uint8Array(2 * left.length);
    for (let i = 0; i < matrices; i++) {
      out.set(left.subarray(i * size, (i + 1) * size), 2 * i * size);
      out.set(right.subarray(i * size, (i + 1) * size), (2 * i + 1) * size);
    }
    return out;
  });
}
