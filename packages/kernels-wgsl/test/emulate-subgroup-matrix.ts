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
    const known = kernels.get(kernel) ?? {
      ...kernel,
      name: `${kernel.name}_emulated`,
      features: () => [],
      wgsl: (c: unknown) => emulate(kernel.wgsl(c), subgroupSize),
    };
    kernels.set(kernel, known);
    return { ...dispatch, kernel: known };
  };
  return { ...program, dispatches: program.dispatches.map(of) };
}

/**
 * Sums are 256/size numbers of a thread. Operands are not loaded: a block is where it lies, vec4u(panel, vec4 of the panel, stride of its rows, whether they are rows of the block), and is read
 * as it is multiplied.
 */
function emulate(wgsl: string, size: number): string {
  const each = 256 / size;
  const element = (name: "a" | "b"): string => `
fn ${name}_at(block: vec4u, row: u32, column: u32) -> f32 {
  let at = select(vec2u(column, row), vec2u(row, column), block.w == 1u);
  return tile_${name}[block.x][block.y + at.x * block.z + at.y / 4u][at.y % 4u];
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
`;
  const text = wgsl
    .replaceAll("vec4h", "vec4f")
    .replace(", @builtin(subgroup_id) subgroup: u32, @builtin(subgroup_invocation_id) lane: u32", "")
    .replace("let tx =", `let subgroup = lid / ${size}u;\n  let lane = lid % ${size}u;\n  let tx =`)
    .replaceAll(/let panel_(a|b) = &tile_[ab]\[(.*)\];/g, "let panel_$1 = $2;")
    .replaceAll("subgroup_matrix_result<f32, 16, 16>()", "Sums()")
    .replaceAll(
      /subgroupMatrixLoad<subgroup_matrix_(?:left|right)<f16, 16, 16>, (row|col)_major>\((panel_[ab]), (\d+u), (\d+u)\)/g,
      (_, major: string, panel: string, at: string, stride: string) =>
        `vec4u(${panel}, ${at}, ${stride}, ${major === "row" ? 1 : 0}u)`,
    )
    .replaceAll("subgroupMatrixMultiplyAccumulate(", "multiply(lane, ")
    .replaceAll(
      /subgroupMatrixStore<row_major>\(&(\w+(?:\[subgroup\])?), (.*), (c\d+_\d+), ([^,;]+)\);/g,
      (_, memory: string, at: string, sums: string, stride: string) => `for (var i = 0u; i < ${each}u; i++) {
      let at = lane * ${each}u + i;
      ${memory}[${at} + at / 16u * (${stride}) + at % 16u / 4u][at % 4u] = ${sums}[i];
    }`,
    );
  return element("a") + element("b") + multiply + text;
}
