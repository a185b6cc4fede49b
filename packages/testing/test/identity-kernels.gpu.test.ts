// Identity of kernels and primitives: two of one name are two, on each kind of device; and what devices keep of them is bounded and counted.
import { createWasmRunner, defineWasmKernel, wasmCall, type WasmKernel, wasmProgram } from "@x/kernels-wasm";
import { createRunner, defineKernel, dispatch, type Program, requestDevice } from "@x/kernels-wgsl";
import {
  add,
  apply,
  concat,
  constant,
  cpuDevice,
  definePrimitive,
  type Device,
  gradientsOf,
  KeyError,
  mul,
  ones,
  split,
  sum,
  tensor,
  type Tensor,
  tidy,
  webgpuDevice,
} from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";

const gpu = await webgpuDevice({ device: await sharedGpu(), poison: true });
afterAll(() => gpu.dispose());

describe("WebAssembly kernels of one name", () => {
  const scale = (by: number): WasmKernel<{ readonly x: "ptr" }, undefined> =>
    defineWasmKernel({ name: "scale", params: { x: "ptr" }, body: () => `store4(x, load4(x) * ${by}.0);` });

  it.each([1, 2])("are modules of their own, with %d threads", (threads) => {
    const runner = createWasmRunner({ threads, shareAboveMs: 0 });
    const run = (kernel: WasmKernel<{ readonly x: "ptr" }, undefined>): number => {
      const x = runner.upload(Float32Array.of(1, 1, 1, 1));
      runner.run(wasmProgram([wasmCall(kernel, undefined, {})]), { x });
      return runner.read(x, 1)[0]!;
    };
    const [twice, thrice] = [scale(2), scale(3)];
    expect([run(twice), run(thrice), run(twice), run(scale(5)), run(scale(2))]).toEqual([2, 3, 2, 5, 2]);
    expect(runner.modules).toBe(3); // the same text is the same module
    runner.dispose();
  });

  it("whose text depends on what JSON cannot tell apart", () => {
    const runner = createWasmRunner();
    const fill = defineWasmKernel<{ readonly x: "ptr" }, { value: number }>({
      name: "fill",
      params: { x: "ptr" },
      body: ({ value }) =>
        `store4(x, load4(x) * 0.0 + ${Number.isFinite(value) ? "1.0" : Number.isNaN(value) ? "2.0" : value > 0 ? "3.0" : "4.0"});`,
    });
    const x = runner.upload(new Float32Array(4));
    const got = [NaN, Infinity, -Infinity, 0].map((value) => {
      runner.run(wasmProgram([wasmCall(fill, { value }, {})]), { x });
      return runner.read(x, 1)[0];
    });
    expect(got).toEqual([2, 3, 4, 1]);
    runner.dispose();
  });

  it("are bounded; programs made before go on", () => {
    const runner = createWasmRunner();
    const x = runner.upload(Float32Array.of(1, 0, 0, 0));
    const first = runner.prepare(wasmProgram([wasmCall(scale(2), undefined, {})]));
    for (let i = 3; i < 1103; i++) runner.prepare(wasmProgram([wasmCall(scale(i), undefined, {})]));
    const { modules } = runner.caches;
    expect(modules!.size).toBeLessThanOrEqual(modules!.limit);
    expect(modules!.evictions).toBeGreaterThan(0);
    first({ x });
    expect(runner.read(x, 1)[0]).toBe(2);
    runner.dispose();
  });
});

it("WGSL kernels of one name are pipelines of their own", async () => {
  const { device } = await requestDevice({ software: true });
  const runner = createRunner(device);
  const scaled = (by: number): Program => {
    const kernel = defineKernel<"x", never, null>({
      name: "scale",
      uniforms: {} as never,
      bindings: () => ({ x: "read_write f32" }),
      wgsl: () => `@compute @workgroup_size(1) fn main() { x[0] = x[0] * ${by}.0; }`,
    });
    return {
      temps: {},
      dispatches: [dispatch(kernel, { config: null, buffers: { x: "x" }, uniforms: {} as never, workgroups: [1] })],
    };
  };
  const x = runner.createBuffer(16);
  const got: number[] = [];
  for (const by of [2, 3, 2]) {
    runner.write(x, Float32Array.of(1));
    await runner.precompile([scaled(by), scaled(7)]);
    runner.run(scaled(by), { x });
    got.push(new Float32Array(await runner.read(x, 4))[0]!);
  }
  expect(got).toEqual([2, 3, 2]);
  expect(runner.stats.caches["pipelines"]!.size).toBe(3);
  device.destroy();
});

describe.each([
  ["cpu", cpuDevice()],
  ["webgpu", gpu],
] as const)("%s", (_, device) => {
  it("primitives of one name are two, and a primitive's parameters are what they are", async () => {
    const of = (by: number) =>
      definePrimitive({
        name: "scale",
        inputs: ["x"],
        outputs: ["y"],
        infer: ({ x }: { x: Tensor }, _p: unknown) => ({ y: { shape: x.shape, dtype: x.dtype } }),
        cases: [],
        reference: ({ x }: { x: Tensor }) => ({ y: mul(x, by) }),
        ...(device.kind === "cpu" && {
          cpu: ({ x }: { x: { data: ArrayLike<number> } }, { y }: { y: { data: { [i: number]: number } } }) =>
            void (y.data[0] = x.data[0]! * by),
        }),
      } as never) as never;
    const run = async (primitive: never, params: unknown = undefined): Promise<unknown> =>
      apply(primitive, { x: tensor([1], { device }) } as never, params as never)["y" as never] as Tensor;
    const [two, three] = [of(2), of(3)];
    for (const [primitive, want] of [
      [two, 2],
      [three, 3],
      [two, 2],
    ] as const)
      expect(await ((await run(primitive)) as Tensor).toArray()).toEqual([want]);
    if (device.kind === "cpu") {
      await expect(run(two, { by: () => 2 })).rejects.toThrow(KeyError);
      await expect(run(two, { by: new Map() })).rejects.toThrow("scale: parameters.by: must be plain data");
    }
  });

  it("counts everything it keeps, within bounds", () => {
    tidy(() => {
      for (let i = 1; i <= 300; i++)
        add(
          mul(ones([1 + (i % 50)], { device }), i / 7),
          concat(split(ones([2 + 2 * (i % 50)], { device }), 2, 0), 0).slice(0, 0, 1 + (i % 50)),
        );
    });
    const { caches } = device.stats;
    expect(Object.keys(caches)).toEqual(
      expect.arrayContaining([
        "programs",
        "constants",
        ...(device.kind === "webgpu" ? ["pipelines", "layouts", "bindGroups", "uniformSlots"] : []),
      ]),
    );
    for (const [name, { size, limit, hits, misses, evictions }] of Object.entries(caches)) {
      expect(size, name).toBeLessThanOrEqual(limit);
      expect(Math.min(hits, misses, evictions), name).toBeGreaterThanOrEqual(0);
      expect(size + evictions, name).toBeLessThanOrEqual(misses);
    }
  });

  it("numbers that are kept no longer stay good where they are in use", async () => {
    const x = tensor([2], { device });
    const used = (round: number, d: Device = device): number => {
      for (let i = 0; i < 600; i++) constant(1e6 + 1000 * round + i, "f32", d);
      return d.memory.usedBytes;
    };
    const { grads } = gradientsOf(() => {
      const y = mul(mul(x, 3.25), 4);
      used(0);
      return sum(y);
    }, [x]);
    expect(await grads[0]!.toArray()).toEqual([13]);
    const before = used(1);
    expect(used(2)).toBe(before);
  });
});
