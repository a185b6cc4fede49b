import {
  baseCaps,
  type Caps,
  matmul,
  type MatmulSpec,
  tileFits,
  tileShapes,
  subgroupMatrixFits,
  subgroupMatrixShapes,
} from "@x/kernels-wgsl";
import { describe, expect, it } from "vitest";

const h200: Caps = {
  ...baseCaps,
  adapter: "nvidia",
  features: new Set(["shader-f16", "subgroups", "chromium-experimental-subgroup-matrix"]),
  subgroupMinSize: 32,
  subgroupMaxSize: 32,
  subgroupMatrix: [{ componentType: "f16", resultComponentType: "f32", M: 16, N: 16, K: 16 }],
  maxComputeWorkgroupStorageSize: 49152,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxStorageBufferBindingSize: 2 ** 31,
};
const large: MatmulSpec = { m: 4096, n: 3352, k: 768, transposeB: true, precision: "f16" };
/** Too few products for each number that a rounding pass would write. */
const thin: MatmulSpec = { m: 256, n: 50288, k: 768, transposeB: true, precision: "f16" };

function kernelsOf(spec: MatmulSpec, caps: Caps = h200): string[] {
  return matmul.program(spec, caps).dispatches.map(({ kernel }) => kernel.name);
}

function configOf(spec: MatmulSpec, caps: Caps): { readonly stage: string; readonly whole?: boolean } {
  return matmul.program(spec, caps).dispatches[0]!.config as { readonly stage: string };
}

describe("products that may round to f16", () => {
  it("run with subgroup matrices where a device has them", () => {
    expect(kernelsOf(large)).toEqual(["matmul_f16_panels", "matmul_f16_panels", "matmul_subgroup_matrix"]);
    expect(configOf(thin, h200)).toMatchObject({ ...tileShapes.matrix, subgroupSize: 32 });
    // Operands that are halves already are not rounded: no number of theirs has to pay for it.
    expect(kernelsOf({ ...thin, types: { a: "f16" } })).toEqual(["matmul_f16_panels", "matmul_subgroup_matrix"]);
    expect(kernelsOf({ ...thin, types: { b: "f16" } })).toEqual(["matmul_f16_panels", "matmul_subgroup_matrix"]);
    expect(kernelsOf({ ...thin, types: { a: "f16", b: "f16" } })).toEqual(["matmul_subgroup_matrix"]);
    expect(configOf({ ...large, m: 1024, n: 1024 }, h200)).toMatchObject(tileShapes.matrixSmall);
    expect(configOf(large, { ...h200, maxComputeWorkgroupStorageSize: 16384 })).toMatchObject(tileShapes.matrixSmall);
  });

  // What was fastest of the three shapes on an H200, of the products of a 130M model and of squares; few tiles of a long k are cut.
  it.each<[shape: keyof typeof subgroupMatrixShapes, m: number, n: number, k: number, splits?: number]>([
    ["128x256", 2048, 2048, 2048],
    ["128x256", 4096, 4096, 4096],
    ["128x256", 4096, 50288, 768],
    ["128x256", 50288, 768, 315],
    ["128x96", 4096, 3352, 768],
    ["128x96", 4096, 768, 1536],
    ["128x96", 4096, 768, 3352],
    ["128x96", 3352, 768, 4096],
    ["128x96", 4096, 1536, 768],
    ["128x256", 768, 1536, 4096, 3],
    ["128x256", 768, 768, 50288, 7],
    ["128x256", 2048, 1024, 4384, 2],
  ])("choose %s for %i × %i × %i", (shape, m, n, k, splits = 1) => {
    const { dispatches } = matmul.program({ m, n, k, precision: "f16" }, h200);
    const { config, uniforms } = dispatches.find(({ kernel }) => kernel.name === "matmul_subgroup_matrix")!;
    expect(config).toMatchObject(subgroupMatrixShapes[shape]);
    expect(uniforms).toMatchObject({ splits });
  });

  it("have panels of whole tiles and rounds as temporaries", () => {
    const { temps } = matmul.program({ m: 4100, n: 3352, k: 770, precision: "f16" }, h200); // 33 × 35 tiles of 128 × 96, 25 rounds of 32
    expect(temps).toEqual({ halves_a: 2 * 33 * 128 * 25 * 32, halves_b: 2 * 35 * 96 * 25 * 32 });
  });

  it("are not rounded before where that does not pay, or where no binding holds the panels", () => {
    expect(kernelsOf({ m: 1024, n: 1024, k: 1024, precision: "f16" })).toEqual(["matmul_tile"]);
    expect(kernelsOf({ m: 315, n: 768, k: 50288, precision: "f16" })).toEqual(["matmul_tile", "matmul_split_k_sum"]);
    // A of bf16 fits a binding, its panels, filled up to whole tiles, do not.
    const filled: MatmulSpec = { m: 4100, n: 300, k: 1800, types: { a: "bf16" }, precision: "f16" };
    expect(kernelsOf(filled)).toContain("matmul_subgroup_matrix");
    expect(kernelsOf(filled, { ...h200, maxStorageBufferBindingSize: 15e6 })).not.toContain("matmul_subgroup_matrix");
  });

  it("read halves as they lie, where these lie in eights and are one matrix", () => {
    const panels = (spec: MatmulSpec): number => kernelsOf(spec).filter((name) => name === "matmul_f16_panels").length;
    expect(panels({ ...large, types: { a: "f16" } })).toBe(1);
    expect(panels({ ...large, types: { a: "f16", b: "f16" } })).toBe(0);
    expect(panels({ ...large, types: { a: "bf16", b: "f16" } })).toBe(1);
    expect(panels({ ...large, k: 772, types: { a: "f16", b: "f16" } })).toBe(2);
    const axes = [{ size: 2, strideA: 4096 * 768, strideB: 0 }];
    expect(panels({ ...large, batch: axes, types: { a: "f16", b: "f16" } })).toBe(2);
    expect(matmul.program({ ...large, types: { a: "f16" } }, h200).temps).toEqual({ halves_b: 2 * 35 * 96 * 768 });
  });

  it("are known before they are made", () => {
    expect(matmul.rounds(large, h200)).toBe(true);
    expect(matmul.rounds({ ...large, precision: "f32" }, h200)).toBe(false);
    expect(matmul.rounds({ ...large, m: 16 }, h200)).toBe(false);
    expect(matmul.rounds(large, { ...h200, maxStorageBufferBindingSize: 2 ** 20 })).toBe(false);
    expect(matmul.rounds(large)).toBe(false);
  });

  it("round an operand once that all matrices of a batch share", () => {
    const { temps, dispatches } = matmul.program(
      { m: 1024, n: 768, k: 768, batch: [{ size: 4, strideA: 1024 * 768, strideB: 0 }], precision: "f16" },
      h200,
    );
    expect(temps).toEqual({ halves_a: 4 * 2 * 1024 * 768, halves_b: 2 * 768 * 768 });
    expect(dispatches.map(({ workgroups }) => workgroups[2])).toEqual([4, 1, 4]);
  });

  it("store whole tiles as they are", () => {
    expect(configOf({ ...thin, n: 50176 }, h200).whole).toBe(true);
    expect(configOf(thin, h200).whole).toBeUndefined();
    expect(configOf({ ...thin, n: 50176, bias: true }, h200).whole).toBeUndefined();
  });

  it("are as all others elsewhere", () => {
    const without: readonly Partial<Caps>[] = [
      { features: new Set(["shader-f16", "subgroups"]) },
      { subgroupMatrix: [] },
      { subgroupMinSize: 16 },
      { adapter: "unknown" },
    ];
    for (const lacking of without) {
      const caps = { ...h200, ...lacking };
      expect(matmul.program(large, caps)).toEqual(matmul.program({ ...large, precision: "f32" }, caps));
    }
    expect(matmul.program({ ...large, m: 16 }, h200)).toEqual(
      matmul.program({ ...large, m: 16, precision: "f32" }, h200),
    );
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

describe("subgroupMatrixFits", () => {
  it("knows what a shape needs", () => {
    const shape = subgroupMatrixShapes["128x256"];
    expect(subgroupMatrixFits(shape, h200)).toBe(true);
    expect(subgroupMatrixFits({ ...shape, depth: 24 }, h200)).toBe(false);
    expect(subgroupMatrixFits({ ...shape, depth: 64 }, h200)).toBe(false); // too much workgroup memory
    expect(subgroupMatrixFits({ ...shape, subgroupsDown: 3, depth: 16 }, h200)).toBe(false); // 384 threads cannot share 512 vec4u
    expect(subgroupMatrixFits(shape, { ...h200, subgroupMinSize: 16 })).toBe(false);
    expect(subgroupMatrixFits(shape, baseCaps)).toBe(false);
  });
});

describe("tileFits", () => {
  it("knows what subgroup matrices need", () => {
    expect(tileFits(tileShapes.matrix, h200)).toBe(true);
    expect(tileFits({ ...tileShapes.matrix, depth: 24 }, h200)).toBe(false);
    expect(tileFits({ ...tileShapes.matrix, blocks: { down: 4, across: 2 } }, h200)).toBe(false);
    expect(tileFits(tileShapes.matrix, { ...h200, subgroupMinSize: 64, subgroupMaxSize: 64 })).toBe(false);
    expect(tileFits(tileShapes.matrix, baseCaps)).toBe(false);
  });
});
