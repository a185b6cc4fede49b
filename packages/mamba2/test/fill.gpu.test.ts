// Models are filled from files a piece at a time: the same bits as from whole tensors, in every way that weights are held.
import { cpuDevice, type Device, f32ToBf16, type TensorBytes, webgpuDevice } from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, test } from "vitest";
import { Mamba2LM, mamba2Config, type LoadOptions, type TensorSource } from "@x/mamba2";

/** in_proj has more elements than a piece, and rows that do not divide one. */
const config = mamba2Config({ dModel: 384, nLayer: 1, vocabSize: 1400, dState: 16, headDim: 32, tieEmbeddings: false });

/** Values from their place alone, a tensor each, as bf16 or f32; the reader notes how much it gave at once. */
function sourcesOf(largest: { bytes: number }): {
  readonly whole: Map<string, TensorBytes>;
  readonly parts: Map<string, TensorSource>;
} {
  const [whole, parts] = [new Map<string, TensorBytes>(), new Map<string, TensorSource>()];
  for (const [index, { path, shape, size }] of new Mamba2LM(config, { seed: 1 }).parameters().entries()) {
    const values = Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.37 + index) / 8);
    const half = index % 2 === 0;
    const bytes = new Uint8Array(half ? f32ToBf16(values).buffer : values.buffer);
    const dtype = half ? "BF16" : "F32";
    whole.set(path, { dtype, shape, bytes });
    parts.set(path, {
      dtype,
      shape,
      place: { file: index % 3 === 0 ? "b" : "a", begin: -index },
      read: (from = 0, to = bytes.length) => {
        largest.bytes = Math.max(largest.bytes, to - from);
        return Promise.resolve(bytes.slice(from, to));
      },
    });
  }
  return { whole, parts };
}

const largest = { bytes: 0 };
const { whole, parts } = sourcesOf(largest);
const ways: readonly (readonly [string, LoadOptions])[] = [
  ["f32", {}],
  ["bf16", { dtype: "bf16" }],
  ["f16", { dtype: "f16" }],
  ["8 bits", { quantize: { bits: 8 } }],
  ["4 bits beside bf16", { dtype: "bf16", quantize: { bits: 4, groupSize: 16 } }],
];

type Bits = ReadonlyMap<string, Uint8Array>;

async function bitsOf(model: Mamba2LM): Promise<Bits> {
  const bits = new Map<string, Uint8Array>();
  const add = async (name: string, tensor: { data(): Promise<ArrayBufferView> }): Promise<void> => {
    const { buffer, byteOffset, byteLength } = await tensor.data();
    bits.set(name, new Uint8Array(buffer, byteOffset, byteLength));
  };
  for (const { path, value } of model.parameters()) await add(path, value);
  for (const { path, value } of model.quantizedParameters()) {
    await add(`${path} packed`, value.packed);
    await add(`${path} scales`, value.scales);
  }
  return bits;
}

/** Names of tensors of other bits. (Comparing millions of elements by expect takes minutes.) */
function differing(a: Bits, b: Bits): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => {
    const [left, right] = [a.get(name), b.get(name)];
    return !left || left.length !== right?.length || left.some((byte, i) => byte !== right[i]);
  });
}

describe.each([
  ["the CPU", () => Promise.resolve(cpuDevice())],
  ["WebGPU", async () => webgpuDevice({ device: await sharedGpu() })],
] as readonly (readonly [string, () => Promise<Device>])[])("on %s", (_, open) => {
  test.each(ways)("%s", async (_name, options) => {
    const device = await open();
    const want = await Mamba2LM.fromTensors(config, whole, { ...options, device });
    largest.bytes = 0;
    const got = await Mamba2LM.fromSources(config, parts, { ...options, device });
    expect(largest.bytes).toBeLessThanOrEqual(4 * 2 ** 19);
    expect(differing(await bitsOf(got), await bitsOf(want))).toEqual([]);
    expect(got.parameters().map(({ storedAs }) => storedAs)).toEqual(want.parameters().map(({ storedAs }) => storedAs));
    if (options.quantize) {
      // its integers and factors by way of files
      const again = await Mamba2LM.load((await got.save()).files, { ...options, device });
      expect(differing(await bitsOf(again), await bitsOf(want))).toEqual([]);
      again.dispose();
    }
    got.dispose();
    want.dispose();
  });
});
