// Models of zeros of any size, whose bytes exist only where they are asked for.
import { mamba2Config, type Mamba2Config, parameterShapes } from "@x/mamba2";
import { SAFETENSORS_DTYPES, sizeOf } from "@x/tensor";
import type { ServedFile } from "./hub-server.ts";

const MIB = 2 ** 20;

/** A model of about so many bytes of bf16, its largest tensor an eighth of them at most. */
export function configOf(bytes: number): Mamba2Config {
  const large = bytes > 512 * MIB;
  const [dModel, vocabSize] = large ? [2048, 50_304] : [512, 8192];
  const layerBytes = 2 * 6.2 * dModel * dModel;
  const nLayer = Math.max(1, Math.round((bytes - 2 * vocabSize * dModel) / layerBytes));
  return mamba2Config({ dModel, nLayer, vocabSize, tieEmbeddings: true });
}

/** A model that is small. */
export const tiny: Mamba2Config = mamba2Config({ dModel: 64, nLayer: 1, vocabSize: 256 });

/** Its config.json, and weights of zeros that exist only where they are asked for. */
export function filesOf(config: Mamba2Config): Map<string, ServedFile> {
  const entries: Record<string, { dtype: "BF16"; shape: readonly number[]; data_offsets: readonly [number, number] }> =
    {};
  let at = 0;
  for (const [name, shape] of parameterShapes(config)) {
    const end = at + SAFETENSORS_DTYPES.BF16 * sizeOf(shape);
    entries[name] = { dtype: "BF16", shape, data_offsets: [at, end] };
    at = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(entries));
  const header = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(32);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(text, 8);
  const weights = {
    sizeBytes: header.length + at,
    bytes(start: number, end: number) {
      const piece = new Uint8Array(end - start);
      if (start < header.length) piece.set(header.subarray(start, end));
      return piece;
    },
  };
  return new Map<string, ServedFile>([
    ["config.json", new TextEncoder().encode(JSON.stringify(config))],
    ["model.safetensors", weights],
  ]);
}
