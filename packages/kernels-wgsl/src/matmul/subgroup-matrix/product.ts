// The product with subgroup matrices, of operands in f16 panels: each subgroup multiplies 16 × 16 blocks
// of f16, sums are f32.
import { type Binding, defineKernel } from "../../kernel.ts";
import { activateFunction, type Epilogue, epilogueBindings } from "../epilogue.ts";
import { boundElement, encoderOf, type StorageType } from "../operand.ts";
import type { MatmulBuffer } from "../spec.ts";
import { storeVector } from "../tile.ts";
import { emptySums, leave, leavingMemory, matrixFeatures, multiplyBlocks, side } from "./instructions.ts";
import { type PanelLayout, panelLayouts, unitHalves, unitPlace, unitsLeaving, unitsTile } from "./layout.ts";
import { type HalfRows, type Moves, movesOfRows } from "./rows.ts";
import type { SubgroupMatrixShape } from "./shape.ts";
import { range } from "../../range.ts";

export interface UnitsConfig extends SubgroupMatrixShape, Epilogue {
  readonly subgroupSize: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly vectorC: boolean;
  /** absent: f32 */
  readonly typeC?: StorageType;
  /** the operands that are no panels, but matrices of halves as they were given */
  readonly rowsA?: HalfRows;
  readonly rowsB?: HalfRows;
}

/**
 * `rounds` of a whole tile, `splitRounds` of a part of k; `panelsA` and `panelsB` vec4u from one matrix to the next, 0
 * where one serves all.
 */
export const matmulSubgroupMatrix = defineKernel({
  name: "matmul_subgroup_matrix",
  uniforms: {
    m: "u32",
    n: "u32",
    k: "u32",
    splits: "u32",
    splitRounds: "u32",
    splitSize: "u32",
    rounds: "u32",
    tilesDown: "u32",
    tilesAcross: "u32",
    firstMatrix: "u32",
    panelsA: "u32",
    panelsB: "u32",
  },
  bindings: (config: UnitsConfig): Partial<Record<MatmulBuffer, Binding>> => ({
    a: "read vec4u",
    b: "read vec4u",
    ...epilogueBindings(config, config.vectorC ? "vec4f" : "f32"),
    c: `read_write ${boundElement(config.typeC ?? "f32", config.vectorC)}`,
  }),
  features: () => matrixFeatures,
  wgsl: unitsText,
});

/**
 * How one operand gets from storage into workgroup memory: WGSL of the two halves of the way, for the vec4u that a
 * thread moves.
 */
function movesOfPanels(name: "a" | "b", layout: PanelLayout, threads: number): Moves {
  const { panels, rows, width, stride, size } = layout;
  const held = range(size / threads).map((i) => ({
    name: `held_${name}${i}`,
    unit: i === 0 ? "index" : `(index + ${i * threads}u)`,
    offset: i * threads,
  }));
  const at = (unit: string): string => {
    const { row, column } = unitPlace(layout, `(${unit} % ${rows * width}u)`);
    return `(${row}) * ${stride}u + ${column}`;
  };
  return {
    memory: `var<workgroup> tile_${name}: array<array<vec4u, ${rows * stride}>, ${panels}>;`,
    declare: [
      `  var next_${name} = matrix * u.panels${name.toUpperCase()} + (tile${name === "a" ? "Row" : "Column"} * u.rounds + firstRound) * ${size}u + index;`,
      ...held.map((own) => `  var ${own.name} = vec4u();`),
    ].join("\n"),
    fetch: (indent: string): string =>
      [
        ...held.map((own) => `${indent}${own.name} = ${name}[next_${name} + ${own.offset}u];`),
        `${indent}next_${name} += ${size}u;`,
      ].join("\n"),
    put: held
      .map((own) => `    tile_${name}[${own.unit} / ${rows * width}u][${at(own.unit)}] = ${own.name};`)
      .join("\n"),
  };
}

function unitsText(config: UnitsConfig): string {
  const {
    down,
    across,
    subgroupsDown,
    subgroupsAcross,
    subgroupSize,
    together,
    activation,
    vectorC,
    typeC = "f32",
  } = config;
  const subgroups = subgroupsDown * subgroupsAcross;
  const tile = unitsTile(config);
  const { a, b } = panelLayouts(config, config.transposeA, config.transposeB);
  const threads = subgroups * subgroupSize;
  const movesOf = (name: "a" | "b", layout: PanelLayout, rows: HalfRows | undefined): Moves =>
    rows ? movesOfRows(name, layout, threads, config.depth, rows) : movesOfPanels(name, layout, threads);
  const [moveA, moveB] = [movesOf("a", a, config.rowsA), movesOf("b", b, config.rowsB)];
  const leaving = unitsLeaving(config);
  // A stripe of `together` rows of tiles at a time, column by column: workgroups that run at once then share operands.
  return `${moveA.memory}
${moveB.memory}
${leavingMemory(leaving, subgroups).wgsl}
${activateFunction(activation, vectorC ? "vec4f" : "f32")}${encoderOf(typeC)}${storeVector(config)}
@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) index: u32,
  @builtin(subgroup_id) subgroup: u32, @builtin(subgroup_invocation_id) lane: u32,
) {
  let tile = group.y * groups.x + group.x;
  let stripe = tile / (${together}u * u.tilesAcross);
  let within = tile % (${together}u * u.tilesAcross);
  let stripeRows = min(${together}u, u.tilesDown - stripe * ${together}u);
  let tileRow = stripe * ${together}u + within % stripeRows;
  let tileColumn = within / stripeRows;
  if (tile >= u.tilesDown * u.tilesAcross) {
    return;
  }
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstRound = group.z % u.splits * u.splitRounds;
  let endRound = min(u.rounds, firstRound + u.splitRounds);
  let base = group.z % u.splits * u.splitSize + matrix * u.m * u.n;
  let subgroupRow = subgroup / ${subgroupsAcross}u;
  let subgroupColumn = subgroup % ${subgroupsAcross}u;
  let row = tileRow * ${tile.rows}u + subgroupRow * ${side * down}u;
  let column = tileColumn * ${tile.columns}u + subgroupColumn * ${side * across}u;
${emptySums(config)}
${moveA.declare}
${moveB.declare}
${moveA.fetch("  ")}
${moveB.fetch("  ")}
  for (var round = firstRound; round < endRound; round++) {
${moveA.put}
${moveB.put}
    workgroupBarrier();
    if (round + 1u < endRound) {
${moveA.fetch("      ")}
${moveB.fetch("      ")}
    }
    let panel_a = &tile_a[subgroupRow];
    let panel_b = &tile_b[subgroupColumn];
${multiplyBlocks(config, config.depth, { ...a, halves: unitHalves }, { ...b, halves: unitHalves })}
    workgroupBarrier();
  }
${leave(config, leaving, subgroupSize, "base")}
}
`;
}
