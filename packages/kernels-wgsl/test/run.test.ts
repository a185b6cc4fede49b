// The parts of the runner that need no GPU: header, uniform packing, the pool's accounting, adapter classes, messages.
import { describe, expect, test } from "vitest";
import {
  type Bindable,
  capsOf,
  defineKernel,
  dispatch,
  isSoftwareAdapter,
  kernelKey,
  shader,
  type Kernel,
} from "../src/index.ts";
import { BindGroupCache } from "../src/run/bind-groups.ts";
import type { ErrorLog } from "../src/run/error-log.ts";
import { numberedLines, type Pipeline } from "../src/run/pipelines.ts";
import { BufferPool, sizeClass } from "../src/run/buffer-pool.ts";
import { packUniforms, uniformSizeBytes } from "../src/run/uniforms.ts";

const kernel = defineKernel({
  name: "test_kernel",
  uniforms: { count: "u32", shift: "i32", scale: "f32" },
  bindings: ({ bias }: { bias: boolean }) => ({
    x: "read f32",
    ...(bias ? { bias: "read vec4<f32>" as const } : {}),
    y: "read_write u32",
  }),
  features: () => ["shader-f16"],
  wgsl: () => "fn main() {}\n",
});

describe("header", () => {
  test("is generated from bindings, uniforms and features", () => {
    expect(shader(kernel, { bias: true })).toBe(`// test_kernel
enable f16;
struct Uniforms {
  count: u32,
  shift: i32,
  scale: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>;

fn main() {}
`);
  });

  test("keeps binding numbers without uniforms", () => {
    const plain = defineKernel({
      name: "plain",
      uniforms: {},
      bindings: () => ({ y: "read_write f32" }),
      wgsl: () => "",
    });
    expect(shader(plain, {})).toBe("// plain\n@group(0) @binding(1) var<storage, read_write> y: array<f32>;\n\n");
  });

  test("a dispatch fills up its grid, its key is name and configuration", () => {
    const call = dispatch(kernel, {
      config: { bias: false },
      buffers: { x: "x", y: "y" },
      uniforms: { count: 1, shift: 0, scale: 1 },
      workgroups: [3],
    });
    expect(call.workgroups).toEqual([3, 1, 1]);
    expect(kernelKey(call.kernel, call.config)).toBe('test_kernel {"bias":false}');
  });
});

describe("uniforms", () => {
  const pack = (values: Record<string, number>): number[] => [...packUniforms(kernel as Kernel, values)];

  test("lie in the order of the struct, padded to 16 bytes", () => {
    expect(pack({ scale: 1, count: 4294967295, shift: -1 })).toEqual([4294967295, 4294967295, 0x3f800000, 0]);
    expect(uniformSizeBytes({ ...(kernel as Kernel), uniforms: {} })).toBe(0);
    expect(
      uniformSizeBytes({ ...(kernel as Kernel), uniforms: { a: "u32", b: "u32", c: "u32", d: "u32", e: "u32" } }),
    ).toBe(32);
  });

  test.each([
    [{ count: 1.5, shift: 0, scale: 0 }, /"count" must be a whole number that fits u32; got 1.5/],
    [{ count: 2 ** 32, shift: 0, scale: 0 }, /"count".*got 4294967296/],
    [{ count: 1, shift: 2 ** 31, scale: 0 }, /"shift" must be a whole number that fits i32/],
    [{ count: 1, shift: 0 }, /"scale" must be a number; got undefined/],
    [{ count: 1, shift: 0, scale: 0, skale: 1 }, /no uniform "skale"; it has count, shift, scale/],
  ])("refuse %o", (values, message) => {
    expect(() => pack(values as Record<string, number>)).toThrow(message);
  });
});

describe("pool", () => {
  test("classes waste at most a quarter and are closed under rounding", () => {
    for (const size of [257, 300, 320, 321, 1000, 4097, 65537, 1e6, 123456789]) {
      const rounded = sizeClass(size);
      expect(rounded).toBeGreaterThanOrEqual(size);
      expect(rounded).toBeLessThanOrEqual(size * 1.25);
      expect(sizeClass(rounded)).toBe(rounded);
      expect(rounded % 16).toBe(0);
    }
    expect(sizeClass(0)).toBe(256);
    expect(sizeClass(520e6) - 520e6).toBeLessThanOrEqual(4 * 2 ** 20);
  });

  function fakePool(maxPooledBytes: number, limits = { maxBufferSize: 2 ** 20, maxStorageBufferBindingSize: 2 ** 18 }) {
    const made: GPUBuffer[] = [];
    const discarded: GPUBuffer[] = [];
    const make = (size: number): GPUBuffer => {
      made.push({ size } as GPUBuffer);
      return made[made.length - 1] as GPUBuffer;
    };
    return { made, discarded, pool: new BufferPool(make, (buffer) => discarded.push(buffer), limits, maxPooledBytes) };
  }

  test("hands a released buffer out again and counts bytes", () => {
    const { pool, made } = fakePool(1e9);
    const [a, b] = [pool.take(1000), pool.take(300)];
    expect(pool).toMatchObject({ usedBytes: 1024 + 320, peakBytes: 1344, pooledBytes: 0 });
    pool.give(a);
    expect(pool).toMatchObject({ usedBytes: 320, peakBytes: 1344, pooledBytes: 1024 });
    expect(pool.take(900)).toBe(a);
    expect(pool.take(900)).not.toBe(a);
    expect(made).toHaveLength(3);
    pool.give(b);
    expect(() => pool.give(b)).toThrow(/released before/);
    expect(() => pool.give({ size: 4 } as GPUBuffer)).toThrow(/is none of this runner/);
  });

  test("lets the longest unused go when too many bytes wait", () => {
    const { pool, discarded } = fakePool(2048);
    const [a, b, c] = [pool.take(1024), pool.take(1024), pool.take(512)];
    pool.give(b);
    pool.give(a);
    pool.give(c);
    expect(discarded).toEqual([b]);
    expect(pool.pooledBytes).toBe(1536);
    const used = pool.take(1024);
    expect(used).toBe(a);
    pool.destroy();
    expect(discarded).toEqual([b, c, a]);
    expect(pool).toMatchObject({ usedBytes: 0, pooledBytes: 0 });
  });

  test("rounding up does not exceed what can be bound; a request above the largest buffer names the limit", () => {
    const { pool } = fakePool(0, { maxBufferSize: 2 ** 20, maxStorageBufferBindingSize: 700 });
    expect(pool.take(699).size).toBe(700);
    expect(pool.take(701).size).toBe(768);
    expect(pool.take(2 ** 20 - 1).size).toBe(2 ** 20);
    expect(() => pool.take(2 ** 20 + 1)).toThrow(
      /maxBufferSize of this device is 1048576 bytes; got a request for 1048577/,
    );
    expect(() => pool.take(NaN)).toThrow(/must be a number of bytes; got NaN/);
  });
});

describe("bind groups", () => {
  test("are cached by buffers, bounded, and forgotten with a destroyed buffer", () => {
    let made = 0;
    const device = { createBindGroup: () => ({ number: made++ }) } as unknown as GPUDevice;
    const errors = { guard: (_scopes: unknown, call: () => unknown) => call() } as unknown as ErrorLog;
    const pipeline = {
      layoutKey: "16 rw",
      uniformSizeBytes: 16,
      kernel,
      bindings: [
        { name: "x", writable: false },
        { name: "y", writable: true },
      ],
    };
    const cache = new BindGroupCache(
      device,
      errors,
      {} as GPUBuffer,
      { maxStorageBufferBindingSize: 1024, minStorageBufferOffsetAlignment: 256 },
      4,
    );
    const buffer = (size = 4): GPUBuffer => ({ size, usage: 0x80 }) as GPUBuffer;
    const get = (...pieces: Bindable[]) => cache.get(pipeline as unknown as Pipeline, pieces, 0);
    const [a, b] = [buffer(), buffer()];
    expect(get(a, b)).toBe(get(a, b));
    expect(get(b, a)).not.toBe(get(a, b));
    expect(cache.get(pipeline as unknown as Pipeline, [a, b], 256)).not.toBe(get(a, b));
    for (let i = 0; i < 10; i++) get(buffer(), buffer());
    expect(cache.stats.size).toBeLessThanOrEqual(4);
    const before = get(a, b);
    cache.drop(b);
    expect(get(a, b)).not.toBe(before);
    expect(() => get(a, buffer(2048))).toThrow(/maxStorageBufferBindingSize of this device is 1024/);
    const large = buffer(4096);
    const part = (offsetBytes: number, sizeBytes = 256): Bindable => ({ buffer: large, offsetBytes, sizeBytes });
    expect(get(a, part(256))).toBe(get(a, part(256)));
    expect(get(a, part(256))).not.toBe(get(a, part(512)));
    expect(get(a, part(256))).not.toBe(get(a, part(256, 512)));
    const range = get(a, part(256));
    cache.drop(large);
    expect(get(a, part(256))).not.toBe(range);
  });
});

describe("adapters", () => {
  test.each([
    [{ vendor: "google", architecture: "swiftshader" }, true],
    [{ vendor: "mesa", description: "llvmpipe (LLVM 15.0.6, 256 bits)" }, true],
    [{ vendor: "microsoft", device: "Microsoft Basic Render Driver" }, true],
    [{ vendor: "intel", isFallbackAdapter: true }, true],
    [{ vendor: "intel", architecture: "gen-12lp", description: "Intel(R) Iris(R) Xe Graphics (Mesa)" }, false],
    [{ vendor: "nvidia", architecture: "ampere" }, false],
    [{}, false],
  ])("%o is software: %s", (info, software) => {
    expect(isSoftwareAdapter(info)).toBe(software);
  });

  test("caps describe a device and the class of its adapter", () => {
    const limits = {
      maxStorageBufferBindingSize: 1,
      maxComputeWorkgroupStorageSize: 2,
      maxComputeInvocationsPerWorkgroup: 3,
      maxComputeWorkgroupsPerDimension: 4,
      maxStorageBuffersPerShaderStage: 5,
    };
    const adapterInfo = {
      vendor: "apple",
      architecture: "metal-3",
      device: "M9",
      subgroupMinSize: 4,
      subgroupMaxSize: 64,
    };
    const device = { limits, features: new Set(["subgroups"]), adapterInfo } as unknown as GPUDevice;
    expect(capsOf(device)).toEqual({
      adapter: "apple",
      vendor: "apple",
      architecture: "metal-3",
      description: "m9",
      features: new Set(["subgroups"]),
      subgroupMinSize: 4,
      subgroupMaxSize: 64,
      subgroupMatrix: [],
      ...limits,
    });
    expect(capsOf(device, { vendor: "amd" }).adapter).toBe("amd");
  });
});

test("numbered lines mark one line and stop at the ends", () => {
  expect(numberedLines("a\nb\nc\nd", 2, 1)).toBe("     1 | a\n>    2 | b\n     3 | c");
  expect(numberedLines("a\nb", 2, 5)).toBe("     1 | a\n>    2 | b");
});
