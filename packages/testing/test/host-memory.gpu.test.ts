// Memory of callers, at every public function that takes bytes or typed arrays: plain, a view at an odd offset, Node's Buffer, shared, resizable and detached memory. All give
// what plain memory gives; detached memory is refused. No function may depend on whose memory it reads.
import { createWasmRunner } from "@x/kernels-wasm";
import { Mamba2LM, preset, readCheckpoint } from "@x/mamba2";
import { Parameter, randomBatches, sequentialBatches } from "@x/nn";
import * as x from "@x/tensor";
import type { Device } from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";

type View = Uint8Array | Float32Array | Int32Array | Uint16Array;
type Make = (plain: View) => View;

const BufferOfNode = (globalThis as { Buffer?: { alloc(size: number): Uint8Array } }).Buffer;

/** The same elements over `buffer`, from `offset` on. */
function over(plain: View, buffer: ArrayBufferLike, offset: number): View {
  const bytes = new Uint8Array(buffer, offset, plain.byteLength);
  bytes.set(new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength));
  return new (plain.constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => View)(
    buffer,
    offset,
    plain.length,
  );
}

// A page that is not isolated has no name for shared memory, but WebAssembly gives it some.
const Shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer.constructor as new (
  size: number,
  options?: object,
) => SharedArrayBuffer;

const kinds: Readonly<Record<string, Make>> = {
  plain: (plain) => plain,
  "view at an offset": (plain) =>
    over(plain, new ArrayBuffer(plain.byteLength + 12), plain.BYTES_PER_ELEMENT === 1 ? 3 : plain.BYTES_PER_ELEMENT),
  "view at byte 1": (plain) =>
    plain.BYTES_PER_ELEMENT === 1 ? over(plain, new ArrayBuffer(plain.byteLength + 12), 1) : plain,
  shared: (plain) => over(plain, new Shared(plain.byteLength + 12), 4),
  resizable: (plain) =>
    over(
      plain,
      new (ArrayBuffer as new (size: number, options: object) => ArrayBuffer)(plain.byteLength, {
        maxByteLength: 2 * plain.byteLength + 8,
      }),
      0,
    ),
  growable: (plain) => over(plain, new Shared(plain.byteLength, { maxByteLength: 2 * plain.byteLength + 8 }), 0),
  // a Buffer's slice is a view, and its memory a part of a pool
  ...(BufferOfNode && {
    Buffer: (plain: View): View => {
      if (plain.BYTES_PER_ELEMENT !== 1) return plain;
      const buffer = BufferOfNode.alloc(plain.byteLength + 3).subarray(3);
      buffer.set(plain as Uint8Array);
      return buffer;
    },
  }),
};

function detached(plain: View): View {
  const copy = plain.slice() as View;
  structuredClone(copy.buffer, { transfer: [copy.buffer as ArrayBuffer] });
  return copy;
}

/** A shape that a resize made too short for the view. */
function shrunk(plain: View): View {
  const buffer = new (ArrayBuffer as new (size: number, options: object) => ArrayBuffer)(plain.byteLength, {
    maxByteLength: plain.byteLength,
  });
  const view = over(plain, buffer, 0);
  (buffer as ArrayBuffer & { resize(size: number): void }).resize(1);
  return view;
}

/** Bytes, or of many their FNV-1a. */
function bytesOf(view: ArrayBufferView): number[] {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return bytes.length <= 64
    ? [...bytes]
    : [bytes.length, bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5)];
}

const entries = (file: ReadonlyMap<string, x.TensorBytes>): unknown =>
  [...file].map(([name, entry]) => [name, entry.shape, bytesOf(entry.bytes), bytesOf(x.typedArrayOf(entry))]);

/** A valid file whose header length is a multiple of neither 4 nor 2, so that its data lie at an odd place. */
function oddFile(): Uint8Array {
  const file = x.writeSafetensors(
    new Map([
      ["a", x.tensorBytes("F32", [2, 2], Float32Array.of(1, -2, 3.5, 4))],
      ["b", x.tensorBytes("BF16", [3], Uint16Array.of(1, 2, 3))],
    ]),
  );
  const header = new DataView(file.buffer).getUint32(0, true);
  const text = `${new TextDecoder().decode(file.subarray(8, 8 + header)).trimEnd()} `;
  const json = new TextEncoder().encode(text.length % 2 === 0 ? `${text} ` : text);
  const odd = new Uint8Array(8 + json.length + file.length - 8 - header);
  new DataView(odd.buffer).setUint32(0, json.length, true);
  odd.set(json, 8);
  odd.set(file.subarray(8 + header), 8 + json.length);
  return odd;
}

const model = new Mamba2LM(preset("tiny"), { seed: 1 });
const { files } = await model.save("hf");

/** A function that takes memory: what it is given, and a value that says what it read. */
interface Taker {
  readonly given: View;
  read(view: never, device: Device): unknown;
}

const takers: Readonly<Record<string, Taker>> = {
  ...Object.fromEntries(
    ([Float32Array.of(1, -2, NaN), Int32Array.of(1, -2, 3), Uint8Array.of(1, 2, 255)] as const).map(
      (given): [string, Taker] => [
        `tensor(${given.constructor.name})`,
        { given, read: async (view: Float32Array, device) => bytesOf(await x.tensor(view, { device }).data()) },
      ],
    ),
  ),
  "tensor(halves)": {
    given: Uint16Array.of(0x3c00, 1, 2),
    read: async (view: Uint16Array, device) => bytesOf(await x.tensor(view, { dtype: "f16", device }).data()),
  },
  "tensor with a dtype": {
    given: Float32Array.of(1, 2),
    read: async (view: Float32Array, device) => bytesOf(await x.tensor(view, { dtype: "i32", device }).data()),
  },
  readSafetensors: { given: oddFile(), read: (view: Uint8Array) => entries(x.readSafetensors(view).tensors) },
  parseSafetensorsHeader: { given: oddFile(), read: (view: Uint8Array) => [...x.parseSafetensorsHeader(view).tensors] },
  safetensorsHeaderEnd: { given: oddFile(), read: (view: Uint8Array) => x.safetensorsHeaderEnd(view) },
  tensorBytes: {
    given: Float32Array.of(1, 2),
    read: (view: Float32Array) => bytesOf(x.tensorBytes("F32", [2], view).bytes),
  },
  typedArrayOf: {
    given: new Uint8Array(Float32Array.of(1, 2).buffer),
    read: (bytes: Uint8Array) => bytesOf(x.typedArrayOf({ dtype: "F32", shape: [2], bytes })),
  },
  float32ArrayOf: {
    given: Uint8Array.of(0x80, 0x3f, 0, 0x40),
    read: (bytes: Uint8Array) => bytesOf(x.float32ArrayOf({ dtype: "BF16", shape: [2], bytes })),
  },
  writeSafetensors: {
    given: Uint8Array.of(0x80, 0x3f, 0, 0x40),
    read: (bytes: Uint8Array) => bytesOf(x.writeSafetensors(new Map([["a", { dtype: "BF16", shape: [2], bytes }]]))),
  },
  "Parameter.write": {
    given: Float32Array.of(1, 2, 3),
    read: async (view: Float32Array, device) => {
      const parameter = new Parameter(
        { path: "w", role: "projection", shape: [3], decay: false, layers: 1 },
        x.zeros([3], { device }),
      );
      parameter.write(view);
      return bytesOf(await parameter.value.data());
    },
  },
  "WebGPURunner.write": {
    given: Float32Array.of(1, 2),
    read: async (view: Float32Array, device) => {
      if (device.kind !== "webgpu") return "no GPU";
      const { runner } = device as x.WebGPUDevice;
      const buffer = runner.createBuffer(8);
      runner.write(buffer, view);
      const read = await runner.read(buffer, 8);
      runner.releaseBuffer(buffer);
      return bytesOf(new Uint8Array(read));
    },
  },
  "WasmRunner.upload": {
    given: Float32Array.of(1, 2),
    read: (view: Float32Array) => {
      const runner = createWasmRunner();
      return [...runner.read(runner.upload(view), 2)];
    },
  },
  readCheckpoint: {
    given: files.get("model.safetensors")!,
    read: async (view: Uint8Array) =>
      entries((await readCheckpoint(new Map([...files, ["model.safetensors", view]]))).tensors),
  },
  "readCheckpoint, config.json": {
    given: files.get("config.json")!,
    read: async (view: Uint8Array) => (await readCheckpoint(new Map([...files, ["config.json", view]]))).config,
  },
  randomBatches: {
    given: Uint8Array.from({ length: 64 }, (_, i) => i),
    read: (tokens: Uint8Array) => bytesOf(randomBatches({ tokens, batch: 2, length: 8 }).at(0).x),
  },
  sequentialBatches: {
    given: Uint8Array.from({ length: 64 }, (_, i) => i),
    read: (tokens: Uint8Array) =>
      [...sequentialBatches({ tokens, batch: 2, length: 8 })].map((batch) => bytesOf(batch.x)),
  },
  quantize: {
    given: x.hostNormal({ seed: 1 }, 256),
    read: async (view: Float32Array, device) =>
      bytesOf(await x.quantize(view, { shape: [4, 64], bits: 4, groupSize: 32, device }).packed.data()),
  },
  f32ToF16: { given: Float32Array.of(1, 2), read: (view: Float32Array) => bytesOf(x.f32ToF16(view)) },
  f32ToBf16: { given: Float32Array.of(1, 2), read: (view: Float32Array) => bytesOf(x.f32ToBf16(view)) },
  f16ToF32: { given: Uint16Array.of(0x3c00, 1), read: (view: Uint16Array) => bytesOf(x.f16ToF32(view)) },
  bf16ToF32: { given: Uint16Array.of(0x3f80, 1), read: (view: Uint16Array) => bytesOf(x.bf16ToF32(view)) },
};

const devices = {
  wasm: x.cpuDevice(),
  loops: x.createCpuDevice({ wasm: false }),
  webgpu: await x.webgpuDevice({ device: await sharedGpu(), poison: true }),
};
for (const [where, device] of Object.entries(devices)) {
  describe(`memory of callers on ${where}`, () => {
    for (const [name, { given, read }] of Object.entries(takers)) {
      if (read.length === 1 && where !== "wasm") continue; // knows of no device
      it(name, async () => {
        const want = await read(given as never, device);
        for (const [kind, make] of Object.entries(kinds))
          expect(await read(make(given) as never, device), kind).toEqual(want);
        for (const gone of [detached, shrunk]) {
          if (want === "no GPU") continue;
          await expect((async () => read(gone(given) as never, device))(), gone.name).rejects.toThrow();
        }
      });
    }
  });
}

it("names the argument and what became of its memory", () => {
  expect(() => x.tensor(detached(Float32Array.of(1)) as Float32Array)).toThrow(x.HostMemoryError);
  expect(() => x.tensor(detached(Float32Array.of(1)) as Float32Array)).toThrow(
    /^tensor: data must be memory that is still there; got a Float32Array whose buffer was detached/,
  );
  expect(() => x.readSafetensors("file" as never)).toThrow(
    /^readSafetensors: data must be an ArrayBuffer or a view of one .*; got "file"/,
  );
});

it("a tensor is a copy: what the caller does to the memory afterwards changes nothing", async () => {
  for (const device of Object.values(devices)) {
    const shared = new Float32Array(new Shared(16));
    const made = x.tensor(shared, { device });
    shared.fill(7);
    expect(await made.toArray()).toEqual([0, 0, 0, 0]);
  }
});
