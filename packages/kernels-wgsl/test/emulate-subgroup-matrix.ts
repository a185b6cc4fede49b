// Subgroup matrices for adapters without any: in the text of a kernel, each 16 × 16 block is shared out among the threads of its subgroup and computed by loops. What a kernel does around its
// products can so be checked everywhere.
import type { Dispatch, Kernel, Program } from "../src/index.ts";

/** The same program with kernels on subgroup matrices replaced, operands left in f32. */
export function emulated(program: Program): Program {
  const kernels = new Map<Kernel, Kernel>();
  const of = (dispatch: Dispatch): Dispatch => {
    const { kernel, config } = dispatch;
    if (!(kernel.features?.(config) ?? []).includes("chromium-experimental-subgroup-matrix")) return dispatch;
    const { subgroupSize } = config as { readonly subgroupSize: number };
    const known = kernels.get(kernel) ?? {
      ...kernel,
      name: `${kernel.name}_emulated`,
      features: () => [],
      wgsl: (c: unknown) =>
        emulateInstructions(kernel.wgsl(c), subgroupSize, elementOfVec4f).replaceAll("vec4h", "vec4f"),
    };
    kernels.set(kernel, known);
    return { ...dispatch, kernel: known };
  };
  return { ...program, dispatches: program.dispatches.map(of) };
}

/** WGSL of the f32 at [line, place] of a block that `tile_a` or `tile_b` holds as vec4s. */
const elementOfVec4f = (tile: string): string => `${tile}[block.x][block.y + at.x * block.z + at.y / 4u][at.y % 4u]`;

/**
 * The text with the instructions of subgroup matrices replaced. A block of sums is 256/`subgroupSize` numbers of each thread. Operands are not loaded: a block is its place, vec4u(panel, vec4 of the
 * panel, stride of its rows, whether they are rows of the block), and is read as it is multiplied, by the f32 expression `element` of `block` and `at` = (line, place in the line).
 */
export function emulateInstructions(wgsl: string, subgroupSize: number, element: (tile: string) => string): string {
  const each = 256 / subgroupSize;
  const reader = (name: "a" | "b"): string => `
fn ${name}_at(block: vec4u, row: u32, column: u32) -> f32 {
  let at = select(vec2u(column, row), vec2u(row, column), block.w == 1u);
  return ${element(`tile_${name}`)};
}
`;
  const multiply = `
alias Sums = array<f32, ${each}>;
fn multiply(lane: u32, a: vec4u, b: vec4u, sums: Sums) -> Sums {
  var result = sums;
  for (var i = 0u; i < ${each}u; i++) {
    let at = lane * ${each}u + i;
    for (var k = 0u; k < 16u; k++) { result[i] += a_at(a, at / 16u, k) * b_at(b, k, at % 16u); }
  }
  return result;
}
fn scaled(sums: Sums, by: f32) -> Sums {
  var result = sums;
  for (var i = 0u; i < ${each}u; i++) { result[i] *= by; }
  return result;
}
`;
  const loadSums = `
fn load_sums(subgroup: u32, lane: u32, first: u32, stride: u32) -> Sums {
  var result = Sums();
  for (var i = 0u; i < ${each}u; i++) {
    let at = lane * ${each}u + i;
    result[i] = finished[subgroup][first + at / 16u * stride + at % 16u / 4u][at % 4u];
  }
  return result;
}
`;
  const invocation = wgsl.includes("lid: u32") ? "lid" : "index";
  const text = wgsl
    .replace(
      /@builtin\(subgroup_id\) subgroup: u32, @builtin\(subgroup_invocation_id\) lane: u32(,\n)?\) \{/,
      `) {\n  let subgroup = ${invocation} / ${subgroupSize}u;\n  let lane = ${invocation} % ${subgroupSize}u;`,
    )
    .replaceAll(/let panel_(a|b) = &tile_[ab]\[(.*)\];/g, "let panel_$1 = $2;")
    .replaceAll("subgroup_matrix_result<f32, 16, 16>()", "Sums()")
    .replaceAll(
      /subgroupMatrixLoad<subgroup_matrix_(?:left|right)<f16, 16, 16>, (row|col)_major>\((panel_[ab]), (\d+u), (\d+u)\)/g,
      (_, major: string, panel: string, at: string, stride: string) =>
        `vec4u(${panel}, ${at}, ${stride}, ${major === "row" ? 1 : 0}u)`,
    )
    .replaceAll(
      /subgroupMatrixLoad<subgroup_matrix_result<f32, 16, 16>, row_major>\(&finished\[subgroup\]/g,
      "load_sums(subgroup, lane",
    )
    .replaceAll("subgroupMatrixScalarMultiply(", "scaled(")
    .replaceAll("subgroupMatrixMultiplyAccumulate(", "multiply(lane, ")
    .replaceAll(
      /subgroupMatrixStore<row_major>\(&(\w+(?:\[subgroup\])?), (.*), ([cs]\d+_\d+), ([^,;]+)\);/g,
      (_, memory: string, place: string, sums: string, stride: string) => `for (var i = 0u; i < ${each}u; i++) {
      let at = lane * ${each}u + i;
      ${memory}[${place} + at / 16u * (${stride}) + at % 16u / 4u][at % 4u] = ${sums}[i];
    }`,
    );
  return reader("a") + reader("b") + multiply + (text.includes("load_sums(") ? loadSums : "") + text;
}
