import { baseCaps, type Caps, matmul, type MatmulSpec, tileFits, tileShapes } from "@x/kernels-wgsl";
import { describe, expect, it } from "vitest";

const h200: Caps = {
  ...baseCaps, adapter: "nvidia", features: new Set(["shader-f16", "subgroups", "chromium-experimental-subgroup-matrix"]), subgroupMinSize: 32, subgroupMaxSize: 32,
  subgroupMatrix: [{ componentType: "f16", resultComponentType: "f32", M: 16, N: 16, K: 16 }],
  maxComputeWorkgroupStorageSize: 49152, maxComputeInvocationsPerWorkgroup: 1024,
};
const large: MatmulSpec = { m: 4096, n: 3352, k: 768, transposeB: true, precision: "f16" };

function configOf(spec: MatmulSpec, caps: Caps): { readonly stage: string; readonly whole?: boolean } {
  return matmul.program(spec, caps).dispatches[0]!.config as { readonly stage: string };
}

describe("products that may round to f16", () => {
  it("run on matrix units where a device has them", () => {
    expect(configOf(large, h200)).toMatchObject({ ...tileShapes.matrix, subgroupSize: 32 });
    expect(configOf({ ...large, m: 1024, n: 1024 }, h200)).toMatchObject(tileShapes.matrixSmall);
    expect(configOf(large, { ...h200, maxComputeWorkgroupStorageSize: 16384 })).toMatchObject(tileShapes.matrixSmall);
  });

  it("store whole tiles as they are", () => {
    expect(configOf({ ...large, n: 3328 }, h200).whole).toBe(true);
    expect(configOf(large, h200).whole).toBeUndefined();
    expect(configOf({ ...large, n: 3328, bias: true }, h200).whole).toBeUndefined();
  });

  it("are as all others elsewhere", () => {
    const without: readonly Partial<Caps>[] = [
      { features: new Set(["shader-f16", "subgroups"]) }, { subgroupMatrix: [] }, { subgroupMinSize: 16 }, { adapter: "unknown" },
    ];
    for (const lacking of without) {
      const caps = { ...h200, ...lacking };
      expect(matmul.program(large, caps)).toEqual(matmul.program({ ...large, precision: "f32" }, caps));
    }
    expect(matmul.program({ ...large, m: 16 }, h200)).toEqual(matmul.program({ ...large, m: 16, precision: "f32" }, h200));
  });

  it("are those of a device that allows it, unless a product says otherwise", () => {
    const { precision: _, ...plain } = large;
    const caps: Caps = { ...h200, matmulPrecision: "f16" };
    expect(matmul.program(plain, caps)).toEqual(matmul.program(large, h200));
    expect(matmul.program({ ...large, precision: "f32" }, caps)).toEqual(matmul.program(plain, h200));
  });

  it("leave products of full precision alone", () => {
    expect(configOf({ ...large, precision: "f32" }, h200).stage).toBe("shared");
  });
});

describe("tileFits", () => {
  it("knows what matrix units need", () => {
    expect(tileFits(tileShapes.matrix, h200)).toBe(true);
    expect(tileFits({ ...tileShapes.matrix, depth: 24 }, h200)).toBe(false);
    expect(tileFits({ ...tileShapes.matrix, blocks: { down: 4, across: 2 } }, h200)).toBe(false);
    expect(tileFits(tileShapes.matrix, { ...h200, subgroupMinSize: 64, subgroupMaxSize: 64 })).toBe(false);
    expect(tileFits(tileShapes.matrix, baseCaps)).toBe(false);
  });
});
