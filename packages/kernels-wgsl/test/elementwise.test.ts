// Generated WGSL of the elementwise family, word for word, and the pure parts behind it.
import { describe, expect, test } from "vitest";
import {
  baseCaps,
  elementwise,
  functionsFor,
  grid1d,
  KernelError,
  shader,
  type ElementwiseSpec,
} from "../src/index.ts";
import { accessOf, broadcastStrides, collapse } from "../src/elementwise/broadcast-layout.ts";

function text(spec: ElementwiseSpec): string {
  const call = elementwise.program(spec).dispatches[0];
  if (!call) throw new Error("the program has no dispatch");
  return shader(call.kernel, call.config);
}

describe("generated WGSL", () => {
  test("a gate over vectors, with a broadcast row", async () => {
    const spec: ElementwiseSpec = {
      name: "gate",
      shape: [2, 3, 8],
      inputs: { a: { type: "f32" }, gate: { type: "f32", shape: [8] } },
      outputs: { y: { type: "f32" } },
      result: { y: "a * silu(gate)" },
    };
    await expect(text(spec)).toMatchFileSnapshot("golden/elementwise-gate.wgsl");
  });

  test("f16 is rounded by the device only where that is asked for and there is f16", () => {
    const spec = (native: true | undefined): ElementwiseSpec => ({
      shape: [8],
      inputs: { x: { type: "f32" } },
      outputs: { y: { type: "f16", native } },
      result: { y: "x" },
    });
    const caps = { ...baseCaps, features: new Set(["shader-f16"]) };
    const native = text({ ...spec(true), caps });
    expect(native).toContain("enable f16;");
    expect(native).toContain("vec4h(");
    expect(native).not.toContain("f16_bits");
    for (const bits of [text(spec(true)), text({ ...spec(undefined), caps })]) {
      expect(bits).toContain("f16_bits(");
      expect(bits).not.toContain("enable f16;");
    }
  });

  test("an odd size, a column and 16-bit storage", async () => {
    const spec: ElementwiseSpec = {
      name: "narrow",
      shape: [3, 5],
      inputs: { a: { type: "f16" }, column: { type: "bool", shape: [3, 1] } },
      outputs: { y: { type: "bf16" }, z: { type: "f32", previous: true } },
      scalars: { scale: { type: "f32", value: 2 } },
      statements: ["let t = a * scale;"],
      result: { y: "select(t, 0.0, column)", z: "z_old + t" },
    };
    await expect(text(spec)).toMatchFileSnapshot("golden/elementwise-narrow.wgsl");
  });
});

describe("programs", () => {
  const spec = (value: number, n = 8): ElementwiseSpec => ({
    shape: [n],
    inputs: { a: { type: "f32" } },
    outputs: { y: { type: "f32" } },
    scalars: { scale: { type: "f32", value } },
    result: { y: "a * scale" },
  });

  test("sizes and scalars are uniforms: they need no other shader", () => {
    const [one, two] = [elementwise.program(spec(1)).dispatches[0]!, elementwise.program(spec(2, 4096)).dispatches[0]!];
    expect(two.kernel).toBe(one.kernel);
    expect(two.config).toEqual(one.config);
    expect(two.uniforms).toEqual({ count: 4096, scale: 2 });
    expect(two.workgroups).toEqual([4, 1, 1]);
  });

  test("a program is plain data", () => {
    const call = elementwise.program(spec(1)).dispatches[0]!;
    expect(JSON.parse(JSON.stringify(call.config))).toEqual(call.config);
    expect(call.buffers).toEqual({ a: "a", y: "y" });
  });
});

describe("layout", () => {
  test("dimensions merge as far as every input allows", () => {
    const shape = [2, 3, 4];
    const strides = (own: readonly number[]): number[] => broadcastStrides("test", "a", { shape: own }, shape);
    expect(collapse(shape, [strides([2, 3, 4]), strides([])])).toEqual({ sizes: [24], strides: [[1], [0]] });
    expect(collapse(shape, [strides([2, 3, 4]), strides([4])])).toEqual({
      sizes: [6, 4],
      strides: [
        [4, 1],
        [0, 1],
      ],
    });
    expect(collapse(shape, [strides([2, 1, 1]), strides([3, 1])])).toEqual({
      sizes: [2, 3, 4],
      strides: [
        [1, 0, 0],
        [0, 1, 0],
      ],
    });
    expect(collapse([1, 1], [[0, 0]])).toEqual({ sizes: [], strides: [[]] });
  });

  test("access follows from strides", () => {
    expect(accessOf([6, 4], [4, 1], 0, true)).toBe("dense");
    expect(accessOf([6, 4], [0, 0], 0, true)).toBe("scalar");
    expect(accessOf([6, 4], [0, 1], 0, true)).toBe("row");
    expect(accessOf([6, 4], [0, 1], 2, true)).toBe("strided");
    expect(accessOf([6, 4], [1, 0], 0, true)).toBe("splat");
    expect(accessOf([4, 6], [1, 4], 0, false)).toBe("strided");
    expect(accessOf([], [], 0, false)).toBe("scalar");
  });
});

describe("grid1d", () => {
  test("covers every thread, in one dimension while that suffices", () => {
    expect(grid1d(0, 64)).toEqual([0, 1]);
    expect(grid1d(65, 64)).toEqual([2, 1]);
    expect(grid1d(65535 * 64, 64)).toEqual([65535, 1]);
    const [x, y] = grid1d(65535 * 64 + 1, 64);
    expect([x, y]).toEqual([32768, 2]);
    for (const threads of [1, 777, 1e6, 1e8]) {
      const [gx, gy] = grid1d(threads, 256, { ...baseCaps, maxComputeWorkgroupsPerDimension: 1000 });
      expect(gx * gy * 256).toBeGreaterThanOrEqual(threads);
      expect(Math.max(gx, gy)).toBeLessThanOrEqual(1000);
    }
  });

  test("says when two dimensions do not suffice", () => {
    expect(() => grid1d(17, 1, { maxComputeWorkgroupsPerDimension: 4 })).toThrow(KernelError);
    expect(() => grid1d(17, 1, { maxComputeWorkgroupsPerDimension: 4 })).toThrow(
      /17 workgroups do not fit a grid of 4 x 4/,
    );
  });
});

test("a text includes what it calls, callees first, and nothing else", () => {
  expect(functionsFor("y = a + b;")).toBe("");
  expect(functionsFor("my_silu(x)")).toBe("");
  const silu = functionsFor("silu(x) * sigmoid(y)");
  expect(silu.match(/^fn \w+/gm)).toEqual([
    "fn exp_near",
    "fn exp_bounded",
    "fn exp_falling",
    "fn is_nan",
    "fn or_word",
    "fn or_nan",
    "fn sigmoid",
    "fn silu",
  ]);
});
