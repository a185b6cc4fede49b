// The instructions of subgroup matrices, as text: which devices have them, how a subgroup loads its blocks and
// multiplies them, and how its sums leave.
import type { Caps } from "../../caps.ts";
import type { Blocks } from "./shape.ts";
import { range } from "../../range.ts";

/** Sides of what one instruction multiplies: C[16, 16] += A[16, 16] · B[16, 16]. */
export const side = 16;

/** What a device must have. */
export const matrixFeatures = ["shader-f16", "subgroups", "chromium-experimental-subgroup-matrix"] as const;

/** Whether a device multiplies such blocks of f16 into f32, in subgroups of a fixed size. */
export function hasSubgroupMatrices(
  caps: Pick<Caps, "features" | "subgroupMinSize" | "subgroupMaxSize" | "subgroupMatrix">,
): boolean {
  return (
    matrixFeatures.every((feature) => caps.features.has(feature)) &&
    caps.subgroupMinSize === caps.subgroupMaxSize &&
    caps.subgroupMatrix.some(
      ({ componentType, resultComponentType, M, N, K }) =>
        componentType === "f16" && resultComponentType === "f32" && M === side && N === side && K === side,
    )
  );
}

/**
 * A panel of an operand in workgroup memory: rows along the depth or along the lines, of vectors of `halves` numbers,
 * `stride` vectors from one to the next.
 */
interface Panel {
  readonly alongDepth: boolean;
  readonly stride: number;
  readonly halves: 4 | 8;
}

/** WGSL of the empty sums `c0_0` … of a subgroup. */
export function emptySums({ down, across }: Blocks, sums: "c" | "s" = "c"): string {
  return range(down)
    .flatMap((i) =>
      range(across).map((j) => `  var ${sums}${i}_${j} = subgroup_matrix_result<f32, ${side}, ${side}>();`),
    )
    .join("\n");
}

/**
 * WGSL that loads block `i` of `panel_a` or `panel_b`, which point to the subgroup's own panels, at depth `d`. The
 * offset of a block is a constant, so Tint can prove that it is in bounds. An offset that depends on the subgroup would
 * add a comparison and a branch to every load, which cost a third of the time.
 */
function loadBlock(name: "a" | "b", { alongDepth, stride, halves }: Panel, i: number, d: number): string {
  const order = (name === "a") === alongDepth ? "row_major" : "col_major";
  const at = alongDepth ? i * side * stride + d / halves : d * stride + (i * side) / halves;
  return `subgroupMatrixLoad<subgroup_matrix_${name === "a" ? "left" : "right"}<f16, ${side}, ${side}>, ${order}>(panel_${name}, ${at}u, ${stride}u)`;
}

/**
 * WGSL of the products of a round, added to the sums that begin with `sums`. Each block of B is loaded when its turn
 * comes, so that few are held at once. The panel of A begins at depth `from` of it.
 */
export function multiplyBlocks(
  { down, across }: Blocks,
  depth: number,
  a: Panel,
  b: Panel,
  { from = 0, sums = "c" }: { readonly from?: number; readonly sums?: "c" | "s" } = {},
): string {
  return range(depth / side)
    .map((step) => {
      const loads = range(down).map((i) => `      let a${i} = ${loadBlock("a", a, i, from + step * side)};`);
      const columns = range(across).flatMap((j) => [
        `      let b${j} = ${loadBlock("b", b, j, step * side)};`,
        ...range(down).map(
          (i) => `      ${sums}${i}_${j} = subgroupMatrixMultiplyAccumulate(a${i}, b${j}, ${sums}${i}_${j});`,
        ),
      ]);
      return ["    {", ...loads, ...columns, "    }"].join("\n");
    })
    .join("\n");
}

/** How sums leave: so many blocks side by side at a time, in rows of `stride` vec4f. */
export interface Leaving {
  readonly blocks: number;
  readonly stride: number;
}

/** WGSL of the workgroup memory through which the sums of `subgroups` leave, and its bytes. */
export function leavingMemory(
  { stride }: Leaving,
  subgroups: number,
): { readonly wgsl: string; readonly sizeBytes: number } {
  return {
    wgsl: `// sums of each subgroup on their way to C\nvar<workgroup> sums: array<array<vec4f, ${side * stride}>, ${subgroups}>;\n`,
    sizeBytes: 16 * side * stride * subgroups,
  };
}

/**
 * WGSL that takes the sums of a subgroup, whose first is at \`row\` and \`column\`, through workgroup memory to
 * \`store\`, which finishes them and knows the edges.
 */
export function leave(
  { down, across }: Blocks,
  { blocks, stride }: Leaving,
  subgroupSize: number,
  base: string,
): string {
  const width = (blocks * side) / 4;
  return range(down)
    .flatMap((i) =>
      range(across / blocks).map((first) => {
        const puts = range(blocks).map(
          (j) =>
            `  subgroupMatrixStore<row_major>(&sums[subgroup], ${(j * side) / 4}u, c${i}_${first * blocks + j}, ${stride}u);`,
        );
        return `${puts.join("\n")}
  workgroupBarrier();
  for (var at = lane; at < ${side * width}u; at += ${subgroupSize}u) {
    store(${base}, row + ${i * side}u + at / ${width}u, column + ${first * blocks * side}u + at % ${width}u * 4u, sums[subgroup][at / ${width}u * ${stride}u + at % ${width}u]);
  }
  workgroupBarrier();`;
      }),
    )
    .join("\n");
}
