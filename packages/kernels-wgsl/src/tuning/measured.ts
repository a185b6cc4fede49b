// Tuning measured on one device: plain JSON, passed to plans as `caps.tuning`.
import { requireArguments } from "@x/base";
import type { Caps, TileLimits } from "../caps.ts";
import type { TileShape } from "../matmul/tile-config.ts";
import { matrixBytes, matrixDivides } from "../matmul/tile-subgroup-matrix.ts";
import { hasSubgroupMatrices } from "../matmul/subgroup-matrix/instructions.ts";

/** Names an adapter, so that what was measured on one is not used on another. */
export function adapterKey(caps: Pick<Caps, "vendor" | "architecture" | "description" | "subgroupMaxSize">): string {
  requireArguments("adapterKey", { caps }, { caps: "object" });
  const { vendor, architecture, description, subgroupMaxSize } = caps;
  requireArguments(
    "adapterKey",
    { "caps.vendor": vendor, "caps.architecture": architecture, "caps.description": description },
    { "caps.vendor": "string", "caps.architecture": "string", "caps.description": "string" },
  );
  return [vendor, architecture, description, subgroupMaxSize].join("|");
}

/**
 * The class of a product that tuning tables speak of: its sizes rounded up to powers of four, from 16 to 4096, and
 * which operand is transposed.
 */
export function matmulShapeClass(product: {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}): string {
  const { m, n, k, transposeA = false, transposeB = false } = product;
  const rounded = [m, n, k].map((size) =>
    Math.min(4096, Math.max(16, 4 ** Math.ceil(Math.log2(Math.max(1, size)) / 2))),
  );
  return rounded.join("x") + (transposeA ? " ta" : "") + (transposeB ? " tb" : "");
}

/** Whether a device can run a tile of a matrix product, of a kind that there is. */
export function tileRuns(shape: TileShape, caps: TileLimits): boolean {
  const { rows, vectors, threadsX, threadsY, depth } = shape;
  const sizes = [rows, vectors, threadsX, threadsY, depth];
  if (sizes.some((size) => !Number.isInteger(size) || size < 1) || rows % 4 !== 0 || depth % 4 !== 0) return false;
  return stageFits(shape, caps) && threadsX * threadsY <= caps.maxComputeInvocationsPerWorkgroup;
}

function stageFits(shape: TileShape, caps: TileLimits): boolean {
  const { rows, vectors, threadsX, threadsY, depth } = shape;
  switch (shape.stage) {
    case "none":
      return depth === 4;
    case "shared":
      return 4 * depth * (rows * threadsY + 4 * vectors * threadsX + 8) <= caps.maxComputeWorkgroupStorageSize; // with a vec4 of padding each
    case "matrix":
      return (
        hasSubgroupMatrices(caps) &&
        matrixDivides(shape, caps.subgroupMinSize) &&
        matrixBytes(shape) <= caps.maxComputeWorkgroupStorageSize
      );
  }
}
