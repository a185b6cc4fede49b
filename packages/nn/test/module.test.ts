import { describe, expect, it } from "vitest";
import { Builder, MLP, Linear, Module, type Parameter } from "@x/nn";
import { CheckpointError, createCpuDevice, DTypeError, ShapeError, tensor, type Tensor, tidy } from "@x/tensor";

class Net extends Module {
  readonly layers: readonly Linear[];
  readonly mlp: MLP;
  readonly shared: Linear;

  constructor(builder: Builder = new Builder({ seed: 5 })) {
    super();
    this.layers = [0, 1].map((i) => new Linear(3, 3, { builder: builder.at(`layers.${i}`, i) }));
    this.mlp = new MLP(3, 4, { builder: builder.at("mlp") });
    this.shared = this.layers[0]!;
  }
}

const paths = [
  "layers.0.weight",
  "layers.0.bias",
  "layers.1.weight",
  "layers.1.bias",
  "mlp.fc1.weight",
  "mlp.fc2.weight",
];

describe("Module", () => {
  it("finds every parameter once, by path, in the order of the fields", () => {
    const net = new Net();
    expect([...net.namedParameters().keys()]).toEqual(paths);
    expect(net.numParameters).toBe(2 * 12 + 24 + 12);
  });

  it("marks biases as not decaying", () => {
    expect(new Net().parameters().map(({ decay }) => decay)).toEqual([true, false, true, false, true, true]);
  });

  it("carries its values over through the state dict", async () => {
    const source = new Net(new Builder({ seed: 1 }));
    const target = new Net(new Builder({ seed: 2 }));
    const weightOf = ({ mlp }: Net): Tensor => (mlp.fc1 as Linear).weight.value;
    const before = weightOf(target);
    target.loadStateDict(await source.stateDict());
    expect(await weightOf(target).data()).toEqual(await weightOf(source).data());
    expect(weightOf(target)).toBe(before); // in place: a captured step keeps seeing it
  });

  it("lists every fault of a state dict and then changes nothing", async () => {
    const net = new Net();
    const before = await net.layers[0]!.weight.value.data();
    const state = await new Net(new Builder({ seed: 9 })).stateDict();
    state.delete("layers.1.bias");
    state.set("extra", { shape: [1], data: new Float32Array(1) });
    state.set("mlp.fc2.weight", { shape: [4, 3], data: new Float32Array(12) });
    expect(() => net.loadStateDict(state)).toThrow(CheckpointError);
    expect(() => net.loadStateDict(state)).toThrow(
      /1 missing: layers\.1\.bias; 1 unknown: extra; 1 of another shape: mlp\.fc2\.weight \(\[4,3\], must be \[3,4\]\)/,
    );
    expect(await net.layers[0]!.weight.value.data()).toEqual(before);
    state.set("mlp.fc2.weight", { shape: [3, 4], data: new Float32Array(12) });
    net.loadStateDict(state, { strict: false });
    expect(await net.layers[0]!.weight.value.data()).not.toEqual(before);
  });

  it("moves to another device and frees its memory", async () => {
    const device = createCpuDevice();
    const net = await new Net().to(device);
    expect(net.parameters().every((parameter) => parameter.device === device)).toBe(true);
    expect(device.memory.usedBytes).toBeGreaterThan(0);
    net.dispose();
    expect(device.memory.usedBytes).toBe(0);
  });
});

describe("Parameter", () => {
  const weight = (): Parameter => new Linear(2, 2, { bias: false }).weight;

  it("survives the scope it was made in", async () => {
    const made = tidy(() => ({ parameter: weight() }));
    expect(await made.parameter.value.data()).toHaveLength(4);
  });

  it("takes over a new value and frees the old one", () => {
    const parameter = weight();
    const old = parameter.value;
    parameter.value = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(old.disposed).toBe(true);
  });

  it("refuses values of another shape, dtype or device", () => {
    const parameter = weight();
    expect(() => (parameter.value = tensor([1, 2]))).toThrow(ShapeError);
    expect(
      () =>
        (parameter.value = tensor(
          [
            [1, 2],
            [3, 4],
          ],
          { dtype: "i32" },
        )),
    ).toThrow(DTypeError);
    expect(
      () =>
        (parameter.value = tensor(
          [
            [1, 2],
            [3, 4],
          ],
          { device: createCpuDevice() },
        )),
    ).toThrow(/must lie on its device/);
    expect(() => parameter.write(new Float32Array(3))).toThrow(/must be written with 4 values; got 3/);
  });

  it("forgets its stored type when it changes", () => {
    const parameter = weight();
    parameter.markStoredAs("bf16");
    expect(parameter.storedAs).toBe("bf16");
    parameter.write(new Float32Array(4));
    expect(parameter.storedAs).toBe("f32");
  });
});
