// Gradients of B and C with subgroup matrices: the sum over heads stays in the matrices, and what each head gives to the
// decays is a second product. The numbers in the text are the equations of README.md.
import { defineKernel } from "../../kernel.ts";
import { range } from "../../range.ts";
import {
  emptySums,
  matrixFeatures,
  multiplyBlocks,
  side as blockSide,
} from "../../matmul/subgroup-matrix/instructions.ts";
import { complete } from "../uniforms.ts";
import { bcBackward } from "../tiles/backward.ts";
import { placeDeclarations } from "../tiles/tile.ts";
import { storeFunction, sumsToRows } from "./finish.ts";
import { startInFours, statesBinding, stateVector, tokenVector, unlessOutside } from "./operands.ts";
import { matrixRound } from "./rounds.ts";
import {
  emptyMatrixSums,
  type MatrixConfig,
  matrixFunctions,
  matrixMain,
  type MatrixProduct,
  panelsOf,
  share,
} from "./tile.ts";

/**
 * How the workgroup memory is cut: the panels of both sides of a round, those of B or C as a left side of its own, all
 * of its columns, and the sums of the second product, `depth` columns, on their way to the dots.
 */
function memory(config: MatrixConfig) {
  const { q, depth, threads, subgroupSize } = config;
  const { down, subgroupsDown, subgroupsAcross } = share(config);
  const lines = [panelsOf("left", config, true), panelsOf("left", config, false)] as const;
  const own = panelsOf("left", { ...config, depth: q }, true);
  const right = panelsOf("right", config, false, subgroupsAcross);
  const across = depth / blockSide / subgroupsAcross;
  const width = (blockSide * across) / 4;
  const part = { across, width, stride: width + 1, size: blockSide * down * (width + 1) };
  const lanes = depth / 4;
  const left = Math.max(own.size, ...lines.map(({ size }) => size));
  return {
    own,
    right,
    part,
    lanes,
    left,
    bytes:
      8 * (2 * subgroupsDown * left + subgroupsAcross * right.panels * right.size) +
      (16 * part.size * threads) / subgroupSize +
      4 * q * (lanes + 1 + 4),
  };
}

/** Bytes of workgroup memory of {@link bcBackwardMatrix}. */
export function bcBytes(config: MatrixConfig): number {
  return memory(config).bytes;
}

/** Whether the columns of both products are shared evenly. */
export function bcShares(config: MatrixConfig): boolean {
  return Number.isInteger(memory(config).part.across);
}

/**
 * (18), (19), as `bcBackward` of the tiles. The sum over heads, Σ (weighted x) · S, is one long product that stays in
 * the matrices. What a head gives to the decays, u_j = x_j · (w_j Λ_k B_j) and v_i = dy_i · (f_i S_k C_i), are dots of the
 * rows of x, as they came, with those of a second product with the same tile of states, B · Λᵀ or C · Sᵀ. They are added up
 * and weighted while the next head multiplies.
 */
export const bcBackwardMatrix = defineKernel({
  name: "ssd_bc_backward_matrix",
  uniforms: bcBackward.uniforms,
  bindings: (config: MatrixConfig & { side: "B" | "C" }) => ({
    steps: "read vec4f",
    x: "read vec4f",
    states: statesBinding(config),
    own: "read vec4f",
    gradScores: "read vec4f",
    other: "read vec4f",
    gradOwn: "read_write vec4f",
    rowDots: "read_write f32",
  }),
  features: () => matrixFeatures,
  wgsl: (config) => {
    const { q, depth, side, threads, subgroupSize } = config;
    const { down, subgroupsDown, subgroupsAcross } = share(config);
    const { own, right, part, lanes, left } = memory(config);
    const given = tokenVector(config, "x", "row", "h", "k");
    const fromState: MatrixProduct = {
      name: "from_state",
      left: { ...tokenVector(config, "x", "row", "h", "k", "weights[parity + row].x"), contiguous: "k" },
      right: { ...stateVector(config, "states", "k", "column"), contiguous: "column" },
    };
    const within: MatrixProduct = {
      name: "within",
      left: {
        stored: side === "B" ? "summed_scores(place, k, row)" : "summed_scores(place, row, k)",
        type: "vec4f",
        value: "stored",
        contiguous: side === "B" ? "row" : "k",
      },
      right: { ...tokenVector(config, "other", "k", "g", "column"), contiguous: "column" },
    };
    const heads = matrixRound(config, fromState, subgroupsAcross);
    const tokens = matrixRound(config, within, subgroupsAcross);
    const ownVector = tokenVector(config, "own", "row", "g", "column");
    const stepAt = (i: string): string => `steps[(place.cell * u.h + place.head) * ${q}u + ${i}]`;
    const band = q / subgroupsAcross;
    // The same tile of states with its rows as columns: a subgroup's columns are those of one band.
    const dots = range(subgroupsAcross).map(
      (n) => `{
      let panel_a = &tile_a[${subgroupsDown}u + subgroup_row];
      let panel_b = &tile_b[subgroup_column * ${subgroupsAcross}u + ${n}u];
      ${multiplyBlocks({ down, across: part.across }, band, { ...own, halves: 4 }, { alongDepth: true, stride: right.stride, halves: 4 }, { from: n * band, sums: "s" })}
    }`,
    );
    const dotSums = range(down).flatMap((i) =>
      range(part.across).map(
        (j) =>
          `subgroupMatrixStore<row_major>(&sums[subgroup], ${i * blockSide * part.stride + (j * blockSide) / 4}u, s${i}_${j}, ${part.stride}u);`,
      ),
    );
    const rows = blockSide * down;
    const dotAt = (row: string, vector: string): string =>
      `sums[${row} / ${rows}u * ${subgroupsAcross}u + ${vector} / ${part.width}u][${row} % ${rows}u * ${part.stride}u + ${vector} % ${part.width}u]`;
    const kept = heads.held.map(({ variable, vector, row, indices }, i) => ({
      keep: `let kept${i} = given(place, ${indices("k0")}, ${variable});`,
      dot: `dot${i} += dot(kept${i}, ${dotAt(row, `(${vector} % ${lanes}u)`)});
      partial[${row} * ${lanes + 1}u + ${vector} % ${lanes}u] = dot${i};`,
      declare: `var dot${i} = 0.0;`,
    }));
    return complete(`${placeDeclarations(q)}
var<workgroup> tile_a: array<array<vec4h, ${left}>, ${2 * subgroupsDown}>; // of a round, and B or C
var<workgroup> tile_b: array<array<vec4h, ${right.size}>, ${subgroupsAcross * right.panels}>;
var<workgroup> sums: array<array<vec4f, ${Math.max(part.size, 4 * blockSide)}>, ${threads / subgroupSize}>;
var<workgroup> partial: array<f32, ${q * (lanes + 1)}>;
var<workgroup> weights: array<vec2f, ${2 * q}>; // of x in the sum over heads and of the dots, of a head and the next
var<private> parity: u32; // where those of this head begin

fn weights_of(step: vec4f, last: vec4f) -> vec2f {
  let decay = decay_of_sum(${side === "B" ? "last.yz - step.yz" : "step.yz"});
  return vec2f(decay${side === "B" ? " * step.x" : ""}, decay);
}

fn given(place: Place, row: u32, k: u32, stored: vec4f) -> vec4f {
  return ${given.value};
}

fn own_at(place: Place, row: u32, column: u32) -> vec4f {
  let stored = ${ownVector.stored};
  return ${ownVector.value};
}

fn summed_scores(place: Place, i: u32, j: u32) -> vec4f {
  var sum = vec4f();
  for (var block = 0u; block < u.blocks; block++) {
    sum += gradScores[((block * u.cells + place.cell) * u.g + place.group) * ${(q * q) / 4}u + (i * ${q}u + j) / 4u];
  }
  return sum;
}

fn store_dots(place: Place, column_tile: u32, lid: u32, weight: f32) {
  var sum = 0.0;
  for (var lane = 0u; lane < ${lanes}u; lane++) { sum += partial[lid * ${lanes + 1}u + lane]; }
  rowDots[u.dots_start + ((column_tile * u.cells + place.cell) * u.h + place.head) * ${q}u + lid] = weight * sum;
}
${matrixFunctions(fromState)}
${matrixFunctions(within)}
${storeFunction(`${unlessOutside(config, "n")}let heads = u.h / u.g;
  let block = (place.head - place.group * heads) / u.heads_per_block;
  gradOwn[block * (u.block_stride / 4u) + ${startInFours("gradOwn", "(place.batch - u.out_batch_start)", "(place.first + row)")} + (place.group * u.n + column) / 4u] = value;`)}
${matrixMain(
  config,
  `let row0 = 0u;
  let columns = (u.n + ${q - 1}u) / ${q}u;
  let column_tile = group_id.x % columns;
  let column0 = column_tile * ${q}u;
  let block = group_id.x / columns;
  let group = group_id.y;
  let heads = u.h / u.g;
  let first_head = group * heads + block * u.heads_per_block;
  let end_head = min(first_head + u.heads_per_block, (group + 1u) * heads);
  let block_place = place_of(group_id.z, first_head, group);
  var place = block_place;
  for (var vector = lid; vector < ${(q * q) / 4}u; vector += ${threads}u) {
    let row = vector / ${q / 4}u;
    tile_a[${subgroupsDown}u + row / ${own.panelLines}u][row % ${own.panelLines}u * ${own.stride}u + vector % ${q / 4}u] = vec4h(own_at(place, row, column0 + vector % ${q / 4}u * 4u));
  }
  var own_step = ${stepAt(`lid % ${q}u`)};
  var last = ${stepAt(`${q - 1}u`)};
  ${heads.declare}
  ${heads.fetch("0u")}
  if (lid < ${q}u) { weights[lid] = weights_of(own_step, last); }
  workgroupBarrier();
  ${emptyMatrixSums(config)}
  ${kept.map(({ declare }) => declare).join("\n  ")}
  for (var head = first_head; head < end_head; head++) {
    for (var k0 = 0u; k0 < u.p; k0 += ${depth}u) {
      ${heads.put("k0")}
      ${kept.map(({ keep }) => keep).join("\n      ")}
      workgroupBarrier();
      let is_last = k0 + ${depth}u >= u.p;
      let here = place;
      if (!is_last) {
        ${heads.fetch(`k0 + ${depth}u`)}
      } else if (head + 1u < end_head) {
        place = place_of(group_id.z, head + 1u, group);
        own_step = ${stepAt(`lid % ${q}u`)};
        last = ${stepAt(`${q - 1}u`)};
        ${heads.fetch("0u")}
      }
      ${emptySums({ down, across: part.across }, "s")}
      ${heads.multiply}
      ${dots.join("\n      ")}
      ${dotSums.join("\n      ")}
      if (lid < ${q}u) {
        if (k0 == 0u && head > first_head) {
          store_dots(place_of(group_id.z, head - 1u, group), column_tile, lid, weights[${q}u - parity + lid].y);
        }
        if (is_last) { weights[${q}u - parity + lid] = weights_of(own_step, last); }
      }
      workgroupBarrier();
      ${kept.map(({ dot }) => dot).join("\n      ")}
      if (is_last) {
        ${kept.map((_, i) => `dot${i} = 0.0;`).join(" ")}
        parity = ${q}u - parity;
      }
    }
  }
  workgroupBarrier();
  if (lid < ${q}u) { store_dots(place_of(group_id.z, end_head - 1u, group), column_tile, lid, weights[${q}u - parity + lid].y); }
  place = block_place;
  if (block == 0u) {
    ${tokens.declare}
    ${tokens.fetch("0u")}
    for (var k0 = 0u; k0 < ${q}u; k0 += ${depth}u) {
      ${tokens.put("k0")}
      workgroupBarrier();
      if (k0 + ${depth}u < ${q}u) {
        ${tokens.fetch(`k0 + ${depth}u`)}
      }
      ${tokens.multiply}
      workgroupBarrier();
    }
  }
  ${sumsToRows(config)}`,
)}`);
  },
});
