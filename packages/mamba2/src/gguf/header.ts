// What a GGUF file says before its weights: names and values, and where each tensor lies. @huggingface/gguf reads it, of bytes by ranges.
import { CheckpointError, sizeOf } from "@x/tensor/core";
import type { FileBytes } from "../checkpoint/reading.ts";
import { BLOCK_TYPES, type BlockType } from "./blocks.ts";

/** A tensor of a file. */
export interface GgufTensor {
  readonly name: string;
  /** outermost axis first */
  readonly shape: readonly number[];
  readonly type: BlockType;
  /** where its bytes are */
  readonly begin: number;
  readonly end: number;
}

/** A file's header. */
export interface GgufHeader {
  readonly values: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

/** No page and no server: the library asks for an address, and gets the file's bytes. */
const ADDRESS = "https://localhost/model.gguf";

/** Reads a header. @throws CheckpointError for what is no GGUF file, for tensors that lie outside of it, and for those stored in a way that is not read */
export async function readGgufHeader(name: string, { sizeBytes, range }: FileBytes): Promise<GgufHeader> {
  const fails = (sentence: string, cause?: unknown): CheckpointError =>
    new CheckpointError(`gguf: ${name} ${sentence}`, { file: name, ...(cause !== undefined && { cause }) });
  const { gguf, GGMLQuantizationType } = await import("#gguf-library");
  const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(new Headers(init?.headers).get("range") ?? "") ?? [];
    const end = Math.min(sizeBytes, Number(to) + 1);
    if (!(Number(from) < end)) throw fails(`must have a header within its ${sizeBytes} bytes; it ends before.`);
    const bytes = await range(Number(from), end);
    return new Response(bytes as Uint8Array<ArrayBuffer>, {
      status: 206,
      headers: { "content-range": `bytes ${from}-${end - 1}/${sizeBytes}` },
    });
  };
  let parsed;
  try {
    parsed = await gguf(ADDRESS, { fetch: fetch as typeof globalThis.fetch });
  } catch (cause) {
    if (cause instanceof CheckpointError) throw cause;
    throw fails(`must be a GGUF file; ${cause instanceof Error ? cause.message : String(cause)}.`, cause);
  }
  const { metadata, tensorInfos, tensorDataOffset, littleEndian } = parsed;
  if (!littleEndian) throw fails("must be little-endian; it is big-endian.");
  const parts = Number(metadata["split.count" as keyof typeof metadata] ?? 1);
  if (parts > 1) throw fails(`must be whole; it is one of ${parts} parts. Join them first (llama-gguf-split --merge).`);
  const tensors = new Map<string, GgufTensor>();
  for (const { name: tensor, shape: lengths, dtype, offset } of tensorInfos) {
    const shape = lengths.map(Number).toReversed();
    const typeName = GGMLQuantizationType[dtype] ?? String(dtype);
    const type = BLOCK_TYPES.get(typeName);
    if (!type)
      throw fails(
        `must store "${tensor}" as ${[...BLOCK_TYPES.keys()].join(", ")}; got ${typeName}, which is not read.`,
      );
    const elements = sizeOf(shape);
    const begin = Number(tensorDataOffset) + Number(offset);
    const end = begin + (elements / type.elements) * type.sizeBytes;
    if (!Number.isSafeInteger(elements) || elements < 1 || (shape.at(-1) ?? 1) % type.elements !== 0)
      throw fails(`must have rows of whole blocks of ${type.elements} in "${tensor}"; got [${shape.join(", ")}].`);
    if (!Number.isSafeInteger(end) || end > sizeBytes)
      throw fails(`must have "${tensor}" within its ${sizeBytes} bytes; it ends at ${end}.`);
    if (tensors.has(tensor)) throw fails(`must have each tensor once; "${tensor}" is there twice.`);
    tensors.set(tensor, { name: tensor, shape, type, begin, end });
  }
  return { values: metadata as unknown as GgufHeader["values"], tensors };
}
