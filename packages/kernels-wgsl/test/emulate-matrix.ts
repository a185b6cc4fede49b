// Matrix units for adapters without any: the text of a kernel with each 16 × 16 block shared out among the threads of its subgroup and computed by loops, operands
// left in f32. What a kernel does around its products can so be checked everywhere; what only the units do, rounding to f16, cannot.
import type { Dispatch, Kernel, Program } from "../src/index.ts";

/** The same program with kernels on matrix units replaced. */
export function emulated(program: Program): Program {
  const kernels = new Map<Kernel, Kernel>();
  const of = (dispatch: Dispatch): Dispatch => {
    const { kernel, config } = dispatch;
    if (!(kernel.features?.(config) ?? []).includes("chromium-experimental-subgroup-matrix")) return dispatch;
    const { subgroupSize } = config as { readonly subgroupSize: number };
    const known = kernels.get(kernel) ?? { ...kernel, name: `${kernel.name}_emulated`, features: () => [], wgsl: (c: unknown) => emulate(kernel.wgsl(c), subgroupSize) };
    kernels.set(kernel, known);
    return { ...dispatch, kernel: known };
  };
  return { ...program, dispatches: program.dispatches.map(of) };
}

/** Sums are 256/size numbers of a thread; a loaded operand is where it begins, the stride of its rows, and whether they are rows of the block. */
function emulate(wgsl: string, size: number): string {
  const each = 256 / size;
  const element = (memory: string): string => `
fn ${memory}_at(block: vec3u, row: u32, column: u32) -> f32 {
  let along = select(row, column, block.z == 1u);
  let across = select(column, row, block.z == 1u);
  let at = 4u * (block.x + across * block.y) + along;
  return ${memory}[at / 4u][at % 4u];
}
`;
  const multiply = `
fn multiply(lane: u32, a: vec3u, b: vec3u, sums: array<f32, ${each}>) -> array<f32, ${each}> {
  var result = sums;
  for (var i = 0u; i < ${each}u; i++) {
    let at = lane * ${each}u + i;
    for (var k = 0u; k < 16u; k++) { result[i] += left_tile_at(a, at / 16u, k) * right_tile_at(b, k, at % 16u); }
  }
  return result;
}
`;
  const store = (line: string): string => line.replace(/subgroupMatrixStore<row_major>\(&(\w+), (.*), (\w+), ([^,]+)\);/, (_, memory: string, at: string, sums: string, stride: string) =>
    `for (var i = 0u; i < ${each}u; i++) {
      let at = lane * ${each}u + i;
      let place_in_memory = 4u * (${at} + at / 16u * (${stride})) + at % 16u;
      ${memory}[place_in_memory / 4u][place_in_memory % 4u] = ${sums}[i];
    }`);
  const text = wgsl.replaceAll("vec4h", "vec4f")
    .replace(", @builtin(subgroup_id) subgroup: u32", "")
    .replace("let tx =", `let subgroup = lid / ${size}u;\n  let lane = lid % ${size}u;\n  let tx =`)
    .replaceAll(/subgroup_matrix_result<f32, 16, 16>\(\)/g, `array<f32, ${each}>()`)
    .replaceAll(/subgroupMatrixLoad<subgroup_matrix_\w+<f16, 16, 16>, (row|col)_major>\(&\w+, (.*), (\d+u)\);/g, (_, major: string, at: string, stride: string) => `vec3u(${at}, ${stride}, ${major === "row" ? 1 : 0}u);`)
    .replaceAll("subgroupMatrixMultiplyAccumulate(", "multiply(lane, ")
    .split("\n").map(store).join("\n");
  return element("left_tile") + element("right_tile") + multiply + text;
}
