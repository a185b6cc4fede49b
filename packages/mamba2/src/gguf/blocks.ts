// Weights as GGUF files hold them, block by block: what a block's bytes stand for. Arithmetic is that of ggml, in f32.
import { bf16Value, f16Value } from "@x/tensor/core";

/** How a tensor's elements are stored. */
export interface BlockType {
  readonly name: string;
  /** elements of a block */
  readonly elements: number;
  readonly sizeBytes: number;
  /** writes the elements of the block that begins at `at` to `out` */
  decode(bytes: Uint8Array, at: number, out: Float32Array): void;
}

const { fround } = Math;
const word = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8);
const half = (bytes: Uint8Array, at: number): number => f16Value(word(bytes, at));
const signed = (byte: number): number => (byte << 24) >> 24;

/** Blocks of 32 with a scale d, and a least value m or, without, a middle: d·q + m or d·(q − middle). `fifth`: where the fifth bits begin. */
function nibbles(name: string, { least, fifth }: { least: boolean; fifth: boolean }): BlockType {
  const bits = least ? 4 : 2; // where the fifth bits begin
  const codes = bits + (fifth ? 4 : 0);
  const middle = fifth ? 16 : 8;
  return {
    name,
    elements: 32,
    sizeBytes: codes + 16,
    decode(bytes, at, out) {
      const scale = half(bytes, at);
      const lowest = least ? half(bytes, at + 2) : 0;
      for (let i = 0; i < 32; i++) {
        const pair = bytes[at + codes + (i & 15)]!;
        let q = i < 16 ? pair & 15 : pair >> 4;
        if (fifth) q |= ((bytes[at + bits + (i >> 3)]! >> (i & 7)) & 1) << 4;
        out[i] = least ? fround(scale * q) + lowest : scale * (q - middle);
      }
    },
  };
}

/** The scale and the least value, 6 bits each, of part `i` of a block of 256 whose twelve bytes of them begin at `at`. */
function sixBits(bytes: Uint8Array, at: number, i: number): readonly [scale: number, least: number] {
  if (i < 4) return [bytes[at + i]! & 63, bytes[at + i + 4]! & 63];
  const low = bytes[at + i + 4]!;
  return [(low & 15) | ((bytes[at + i - 4]! >> 6) << 4), (low >> 4) | ((bytes[at + i]! >> 6) << 4)];
}

/** Blocks of 256 in eight parts of 32, each with a scale and a least value: d·scale·q − dmin·least. */
function eighths(name: string, fifth: boolean): BlockType {
  const codes = 16 + (fifth ? 32 : 0);
  return {
    name,
    elements: 256,
    sizeBytes: codes + 128,
    decode(bytes, at, out) {
      const [d, dLeast] = [half(bytes, at), half(bytes, at + 2)];
      for (let part = 0; part < 8; part++) {
        const [scale, least] = sixBits(bytes, at + 4, part);
        const [step, lowest] = [fround(d * scale), fround(dLeast * least)];
        for (let i = 0; i < 32; i++) {
          const pair = bytes[at + codes + 32 * (part >> 1) + i]!;
          let q = part & 1 ? pair >> 4 : pair & 15;
          if (fifth) q |= ((bytes[at + 16 + i]! >> part) & 1) << 4;
          out[32 * part + i] = fround(step * q) - lowest;
        }
      }
    },
  };
}

/** 2 bits and, in parts of 16, scales and least values of 4 bits. */
const twoBits: BlockType = {
  name: "Q2_K",
  elements: 256,
  sizeBytes: 84,
  decode(bytes, at, out) {
    const [d, dLeast] = [half(bytes, at + 80), half(bytes, at + 82)];
    for (let i = 0; i < 256; i++) {
      const both = bytes[at + (i >> 4)]!;
      const q = (bytes[at + 16 + 32 * (i >> 7) + (i & 31)]! >> (2 * ((i >> 5) & 3))) & 3;
      out[i] = fround(fround(d * (both & 15)) * q) - fround(dLeast * (both >> 4));
    }
  },
};

/** 3 bits, the third apart, and in parts of 16 scales of 6 bits around 32. */
const threeBits: BlockType = {
  name: "Q3_K",
  elements: 256,
  sizeBytes: 110,
  decode(bytes, at, out) {
    const d = half(bytes, at + 108);
    for (let i = 0; i < 256; i++) {
      const part = i >> 4;
      const low = bytes[at + 96 + (part & 7)]!;
      const high = (bytes[at + 104 + (part & 3)]! >> (2 * (part >> 2))) & 3;
      const scale = ((part < 8 ? low & 15 : low >> 4) | (high << 4)) - 32;
      const third = (bytes[at + (i & 31)]! >> (i >> 5)) & 1;
      const q = ((bytes[at + 32 + 32 * (i >> 7) + (i & 31)]! >> (2 * ((i >> 5) & 3))) & 3) - (third ? 0 : 4);
      out[i] = fround(d * scale) * q;
    }
  },
};

/** 6 bits around 32, two of them apart, and in parts of 16 scales of 8 bits. */
const sixBitCodes: BlockType = {
  name: "Q6_K",
  elements: 256,
  sizeBytes: 210,
  decode(bytes, at, out) {
    const d = half(bytes, at + 208);
    for (let i = 0; i < 256; i++) {
      const [upper, quarter, lane] = [i >> 7, (i >> 5) & 3, i & 31];
      const pair = bytes[at + 64 * upper + 32 * (quarter & 1) + lane]!;
      const low = quarter < 2 ? pair & 15 : pair >> 4;
      const high = (bytes[at + 128 + 32 * upper + lane]! >> (2 * quarter)) & 3;
      const scale = signed(bytes[at + 192 + (i >> 4)]!);
      out[i] = fround(d * scale) * ((low | (high << 4)) - 32);
    }
  },
};

const eightBits: BlockType = {
  name: "Q8_0",
  elements: 32,
  sizeBytes: 34,
  decode(bytes, at, out) {
    const scale = half(bytes, at);
    for (let i = 0; i < 32; i++) out[i] = scale * signed(bytes[at + 2 + i]!);
  },
};

const word32 = new DataView(new ArrayBuffer(4));
const floats: readonly BlockType[] = [
  {
    name: "F32",
    elements: 1,
    sizeBytes: 4,
    decode(bytes, at, out) {
      word32.setUint32(0, word(bytes, at) | (word(bytes, at + 2) << 16));
      out[0] = word32.getFloat32(0);
    },
  },
  { name: "F16", elements: 1, sizeBytes: 2, decode: (bytes, at, out) => void (out[0] = half(bytes, at)) },
  { name: "BF16", elements: 1, sizeBytes: 2, decode: (bytes, at, out) => void (out[0] = bf16Value(word(bytes, at))) },
];

/** Every way of storing that is read, by its name in ggml. */
export const BLOCK_TYPES: ReadonlyMap<string, BlockType> = new Map(
  [
    ...floats,
    nibbles("Q4_0", { least: false, fifth: false }),
    nibbles("Q4_1", { least: true, fifth: false }),
    nibbles("Q5_0", { least: false, fifth: true }),
    nibbles("Q5_1", { least: true, fifth: true }),
    eightBits,
    twoBits,
    threeBits,
    eighths("Q4_K", false),
    eighths("Q5_K", true),
    sixBitCodes,
  ].map((type) => [type.name, type]),
);

/** The elements of whole blocks. */
export function decodeBlocks({ elements, sizeBytes, decode }: BlockType, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const count = bytes.length / sizeBytes;
  const values = new Float32Array(count * elements);
  for (let block = 0; block < count; block++)
    decode(bytes, block * sizeBytes, values.subarray(block * elements, (block + 1) * elements));
  return values;
}
