// Fields of a trainer's batch: each has a shape of its own, of any kind of numbers that makes sense; what does not is refused by the field's name. The oracle is the same batch as tensors.
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import { Builder, crossEntropy, Embedding, Linear, Module, sgd, trainer } from "@x/nn";
import {
  cpuDevice,
  createCpuDevice,
  type Device,
  mean,
  ShapeError,
  type Tensor,
  tensor,
  webgpuDevice,
} from "@x/tensor";

/** One class per sequence: x [b, l], y [b]. */
class Classifier extends Module {
  readonly embedding: Embedding;
  readonly head: Linear;

  constructor(device: Device) {
    super();
    const builder = new Builder({ seed: 1, device });
    this.embedding = new Embedding(9, 4, { builder: builder.at("embedding") });
    this.head = new Linear(4, 3, { builder: builder.at("head") });
  }

  loss({ x, y }: { readonly x: Tensor; readonly y: Tensor }): Tensor {
    return crossEntropy(this.head.forward(mean(this.embedding.forward(x), 1)), y);
  }
}

/** As Buffer is one of Node. */
class Bytes extends Uint8Array {}

type Batch = Readonly<Record<string, unknown>>;

async function lossOf(batch: Batch, device: Device = cpuDevice(), capture = true): Promise<number> {
  const model = new Classifier(device);
  using fit = trainer<Batch>(model, sgd({ lr: 0.1 }), (given) => model.loss(given as { x: Tensor; y: Tensor }), {
    capture,
  });
  await fit.step(batch);
  return (await fit.step(batch)).loss;
}

const ids = [1, 2, 3, 8, 0, 5];
const shape = [2, 3];
const labels = [2, 0];
const y = { data: Int32Array.from(labels), shape: [2] };

describe("fields of a batch", () => {
  it("carry their own shapes, on every device, recorded or not", async () => {
    for (const device of [cpuDevice(), await webgpuDevice({ device: await sharedGpu() })]) {
      const expected = await lossOf(
        { x: tensor(Int32Array.from(ids), { shape, device }), y: tensor(Int32Array.from(labels), { device }) },
        device,
      );
      const batches: Batch[] = [
        { x: { data: Int32Array.from(ids), shape }, y },
        { x: Int32Array.from(ids), y, shape },
        { x: { data: Uint8Array.from(ids) }, y: { data: Int8Array.from(labels), shape: [2] }, shape },
        {
          x: {
            data: [
              [1, 2, 3],
              [8, 0, 5],
            ],
            dtype: "i32",
          },
          y: { data: labels, dtype: "i32" },
        },
        { x: { data: Uint16Array.from(ids), shape }, y, note: "kept", scale: 3, list: ["a"] },
        { x: new Bytes(ids), y: { data: Uint8ClampedArray.from(labels), shape: [2] }, shape },
        { x: { data: Int16Array.from([9, ...ids]).subarray(1), shape }, y },
        { x: { data: Uint32Array.from(ids), shape }, y },
      ];
      for (const batch of batches)
        for (const capture of [true, false]) expect(await lossOf(batch, device, capture)).toBe(expected);
    }
  });

  it("reach the loss as tensors of the right type, at any depth", async () => {
    const model = new Classifier(cpuDevice());
    let seen: Record<string, string> = {};
    const fields: Batch = {
      f32: Float32Array.of(1),
      f64: Float64Array.of(1),
      i8: Int8Array.of(-1),
      u8: Uint8Array.of(1),
      c8: Uint8ClampedArray.of(1),
      i16: Int16Array.of(-1),
      u16: Uint16Array.of(1),
      i32: Int32Array.of(-1),
      u32: Uint32Array.of(1),
      rows: [[1], [2]],
      exact: { data: Float64Array.of(1), dtype: "f64" },
      half: { data: Uint16Array.of(0x3c00), dtype: "f16" },
      inner: { deep: { data: [1.5], shape: [1, 1] } },
    };
    using fit = trainer<Batch>(
      model,
      sgd({ lr: 0.1 }),
      ({ inner, ...rest }) => {
        const found = { ...rest, deep: (inner as Batch)["deep"] } as Record<string, Tensor>;
        seen = Object.fromEntries(
          Object.entries(found).map(([name, { dtype, shape: own }]) => [name, `${dtype} [${own.join()}]`]),
        );
        return model.head.weight.value.sum();
      },
      { capture: false },
    );
    await fit.step(fields);
    expect(seen).toEqual({
      f32: "f32 [1]",
      f64: "f32 [1]",
      i8: "i32 [1]",
      u8: "i32 [1]",
      c8: "i32 [1]",
      i16: "i32 [1]",
      u16: "i32 [1]",
      i32: "i32 [1]",
      u32: "u32 [1]",
      rows: "f32 [2,1]",
      exact: "f64 [1]",
      half: "f16 [1]",
      deep: "f32 [1,1]",
    });
  });

  const x = { data: Int32Array.from(ids), shape };
  const refused: readonly (readonly [Batch, string])[] = [
    [
      { x: Int32Array.from(ids), y: Int32Array.from(labels), shape },
      "trainer: batch.y must have 6 numbers for shape [2,3]; got 2. Numbers of another shape than the batch carry their own: { data, shape }.",
    ],
    [{ x: { ...x, shape: [2, 2] }, y }, "trainer: batch.x must have 4 numbers for shape [2,2]; got 6."],
    [
      { x: { ...x, shape: [2, 1.5] }, y },
      "trainer: batch.x.shape must be an array of whole numbers of at least 0; got [2, 1.5].",
    ],
    [{ x, y, shape: 6 }, "trainer: batch.shape must be an array of whole numbers of at least 0; got 6."],
    [
      { x: { ...x, dtyp: "i32" }, y },
      'trainer: batch.x: options must be among data, shape, dtype; got "dtyp". Did you mean "dtype"?',
    ],
    [{ x: [[1, 2], [3]], y }, "trainer: batch.x must be numbers of one shape; tensor: all rows must have one shape"],
    [
      { x: BigInt64Array.of(1n), y },
      "trainer: batch.x must be a tensor, a typed array of numbers, nested arrays, { data, shape } or plain data; got a BigInt64Array.",
    ],
    [{ x: new DataView(new ArrayBuffer(8)), y }, "got a DataView."],
    [{ x: new Map(), y }, "got a Map."],
    [{ x: () => 1, y }, "got a function."],
    [{ x, y, more: { inner: new Set() } }, "trainer: batch.more.inner must be"],
    [new Map() as unknown as Batch, "trainer: batch must be a plain object of fields; got a Map."],
  ];
  it.each(refused)("that cannot be are refused by name: %#", async (batch, sentence) => {
    for (const capture of [true, false]) await expect(lossOf(batch, cpuDevice(), capture)).rejects.toThrow(sentence);
  });

  it("that are tensors must live, on the trainer's device", async () => {
    const other = tensor(Int32Array.from(ids), { shape, device: createCpuDevice() });
    await expect(lossOf({ x: other, y })).rejects.toThrow("trainer: batch.x must lie on the trainer's device");
    const gone = tensor(Int32Array.from(ids), { shape });
    gone.dispose();
    await expect(lossOf({ x: gone, y })).rejects.toThrow(
      "trainer: batch.x must be a tensor that lives; it was disposed of.",
    );
  });

  it.each([true, false])("leave no memory behind when one is refused (capture: %s)", async (capture) => {
    const device = createCpuDevice();
    const model = new Classifier(device);
    using fit = trainer<Batch>(model, sgd({ lr: 0.1 }), (given) => model.loss(given as { x: Tensor; y: Tensor }), {
      capture,
    });
    await fit.step({ x, y });
    const { usedBytes } = device.memory;
    for (const [batch] of refused) await expect(fit.step(batch)).rejects.toThrow();
    await expect(fit.step({ x, y: { data: Int32Array.of(1, 7), shape: [2] } })).rejects.toThrow(ShapeError); // raised by the loss: no such column
    expect(device.memory.usedBytes).toBe(usedBytes);
  });
});
