// Rounds of a product: how operands get into workgroup memory, and are multiplied there while the next are on their way.
// README.md §6. Text only.
import { range } from "../../range.ts";
import { multiplyBlocks } from "../../matmul/subgroup-matrix/instructions.ts";
import { type MatrixConfig, type MatrixProduct, type Panels, panelsOf, share, vectorOf } from "./tile.ts";

/**
 * How one operand gets into workgroup memory: both halves of the way, for the vectors that a thread moves. Neighbours
 * move neighbouring vectors of storage.
 */
function moves(
  operand: "left" | "right",
  { name, [operand]: { type } }: MatrixProduct,
  { alongDepth, width, stride, rows, panels, panelLines, bands }: Panels,
  { q, depth, threads }: MatrixConfig,
  set: string,
) {
  const rowWidth = alongDepth ? width : width * panels; // vec4s of a row in storage
  const tile = operand === "left" ? "tile_a" : "tile_b";
  const held = range((q * depth) / (4 * threads)).map((i) => {
    const { row, vector } = vectorOf(i, threads, rowWidth);
    const [line, step] = alongDepth ? [row, `${vector} * 4u`] : [`${vector} * 4u`, row];
    return {
      variable: `${name}_${operand}${i}${set}`,
      vector,
      row,
      indices: (k: string): string =>
        operand === "left" ? `row0 + ${line}, ${k} + ${step}` : `${k} + ${step}, column0 + ${line}`,
    };
  });
  return {
    held,
    declare: held.map(({ variable }) => `var ${variable} = ${type}();`).join("\n"),
    fetch: (k: string): string =>
      held.map(({ variable, indices }) => `${variable} = stored_${name}_${operand}(place, ${indices(k)});`).join("\n"),
    put: (k: string): string =>
      held
        .map(({ variable, vector, row, indices }) => {
          const [panel, panelRow] = alongDepth
            ? [`${row} / ${panelLines}u`, `${row} % ${panelLines}u`]
            : [
                `${bands > 1 ? `${row} / ${rows}u * ${panels}u + ` : ""}${vector} / ${width}u`,
                bands > 1 ? `${row} % ${rows}u` : row,
              ];
          return `${tile}[${panel}][${panelRow} * ${stride}u + ${vector} % ${width}u] = vec4h(${name}_${operand}(place, ${indices(k)}, ${variable}));`;
        })
        .join("\n"),
  };
}

/** A vector that a thread moves: its variable, where it lies in its side, and as arguments of the product's functions. */
interface Held {
  readonly variable: string;
  readonly row: string;
  readonly vector: string;
  readonly indices: (k: string) => string;
}

export interface Round {
  /** of the left side */
  readonly held: readonly Held[];
  readonly declare: string;
  readonly fetch: (k: string) => string;
  readonly put: (k: string) => string;
  readonly multiply: string;
}

/**
 * WGSL of a round of a product, `depth` steps of the summed index: variables, and both halves of the way of operands.
 * `bands`: of the rows of a right operand that is contiguous along its columns, each with its own panels. `set`: what the names of the variables end in.
 */
export function matrixRound(config: MatrixConfig, product: MatrixProduct, bands = 1, set = ""): Round {
  const { depth } = config;
  const a = panelsOf("left", config, product.left.contiguous === "k");
  const b = panelsOf("right", config, product.right.contiguous === "k", bands);
  const [left, right] = [moves("left", product, a, config, set), moves("right", product, b, config, set)];
  return {
    held: left.held,
    declare: `${left.declare}\n${right.declare}`,
    fetch: (k: string): string => `${left.fetch(k)}\n${right.fetch(k)}`,
    put: (k: string): string => `${left.put(k)}\n${right.put(k)}`,
    multiply: range(bands)
      .map(
        (band) => `{
      let panel_a = &tile_a[subgroup_row];
      let panel_b = &tile_b[${band > 0 ? `${band * b.panels}u + ` : ""}subgroup_column];
      ${multiplyBlocks(share(config), depth / bands, { ...a, halves: 4 }, { ...b, halves: 4 }, { from: (band * depth) / bands })}
    }`,
      )
      .join("\n"),
  };
}

/**
 * WGSL that adds Σ_k left[row, k] · right[k, column] of one product after another to the sums, for the tile at `row0`,
 * `column0`; `count`, the range of k, must be uniform and not 0. The rounds take turns with two sets of variables, so
 * that what one needs, of the same product or of the one after it, is on its way while two others multiply. Begins after,
 * and ends with, a barrier.
 */
export function addMatrixProducts(
  config: MatrixConfig,
  products: readonly { readonly product: MatrixProduct; readonly count: string }[],
): string {
  const { q, depth } = config;
  const sets = q > depth ? ["_even", "_odd"] : [""];
  const rounds = products.map(({ product, count }) => ({
    count,
    turns: sets.map((set) => matrixRound(config, product, 1, set)),
  }));
  const together = depth * sets.length;
  const loops = rounds.map(({ count, turns }, i) => {
    const after = rounds[i + 1]?.turns;
    const bodies = turns.map(
      ({ put, fetch, multiply }, turn) => `${put(`k0 + ${turn * depth}u`)}
      workgroupBarrier();
      if (k0 + ${together}u < ${count}) {
        ${fetch(`k0 + ${together + turn * depth}u`)}
      }${
        after
          ? ` else {
        ${after[turn]!.fetch(`${turn * depth}u`)}
      }`
          : ""
      }
      ${multiply}
      workgroupBarrier();`,
    );
    return `for (var k0 = 0u; k0 < ${count}; k0 += ${together}u) {
      ${bodies.join("\n      ")}
    }`;
  });
  return `{
    ${rounds.flatMap(({ turns }) => turns.map(({ declare }) => declare)).join("\n    ")}
    ${rounds[0]!.turns.map(({ fetch }, turn) => fetch(`${turn * depth}u`)).join("\n    ")}
    ${loops.join("\n    ")}
  }`;
}
