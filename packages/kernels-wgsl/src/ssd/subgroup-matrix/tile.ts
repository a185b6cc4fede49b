// The tile of a result with subgroup matrices: operands are weighted and masked in f32 and rounded to f16 on their way
// into workgroup memory, each subgroup multiplies 16 × 16 blocks of them, sums are f32. Each subgroup loads from panels
// and stores to a part of memory that are its own, at constant places. README.md §6. Text only.
import { type Layout, layoutOf } from "../../matmul/tile-subgroup-matrix.ts";
import {
  emptySums,
  type Leaving,
  leavingMemory,
  multiplyBlocks,
  side,
} from "../../matmul/subgroup-matrix/instructions.ts";
import type { Blocks } from "../../matmul/subgroup-matrix/shape.ts";
import { placeDeclarations, tileMain } from "../tiles/tile.ts";
import { range } from "../../range.ts";

/** What is baked into the text of a kernel with subgroup matrices. */
export interface MatrixConfig {
  /** chunk length and tile side */
  readonly q: number;
  /** steps of the summed index that are in workgroup memory at a time: a multiple of 16 that divides q */
  readonly depth: number;
  /** threads of a subgroup */
  readonly subgroupSize: number;
  /**
   * Threads of a workgroup; those of tiles where their registers take part. More of them hold less each, and more of
   * their loads are on the way at once.
   */
  readonly threads: number;
  /** states are f16, packed in pairs */
  readonly halfStates?: true;
}

/** One side of a product, four elements at a time. */
export interface MatrixOperand {
  /**
   * vec4f expression of the elements from `row` (left) or `column` (right) and `k` on, along the axis that is
   * contiguous; 0 outside the operand
   */
  readonly at: string;
  readonly contiguous: "row" | "column" | "k";
}

/** A product: its name in the text and its sides. */
export interface MatrixProduct {
  readonly name: string;
  readonly left: MatrixOperand;
  readonly right: MatrixOperand;
}

const orders = [true, false] as const;

/** The subgroups of a workgroup, below each other and next to each other, and the blocks of each. */
export interface Share extends Blocks {
  readonly subgroupsDown: number;
  readonly subgroupsAcross: number;
}

export function share({ q, subgroupSize, threads }: MatrixConfig): Share {
  const count = threads / subgroupSize;
  const subgroupsAcross = 2 ** Math.ceil(Math.log2(count) / 2);
  const subgroupsDown = count / subgroupsAcross;
  const blocks = q / side;
  return { subgroupsDown, subgroupsAcross, down: blocks / subgroupsDown, across: blocks / subgroupsAcross };
}

/** Whether subgroups of so many threads share tiles of q × q evenly. */
export function matrixShares(config: MatrixConfig): boolean {
  const { q, depth, subgroupSize, threads } = config;
  const { down, across } = share(config);
  return (
    threads % subgroupSize === 0 &&
    Number.isInteger(down) &&
    Number.isInteger(across) &&
    down * across > 0 &&
    q % depth === 0 &&
    depth % side === 0 &&
    (q * depth) % (4 * threads) === 0
  );
}

/** Layout of an operand in workgroup memory: a panel to a row or column of subgroups. */
interface Panels extends Layout {
  readonly panels: number;
  /** vec4h of a panel */
  readonly size: number;
}

/**
 * Where one row in storage goes to several panels, a panel is as much longer as holds its part of the row: the parts
 * are then in other banks.
 */
function panelsOf(operand: "left" | "right", config: MatrixConfig, alongDepth: boolean): Panels {
  const { q, depth } = config;
  const { subgroupsDown, subgroupsAcross } = share(config);
  const panels = operand === "left" ? subgroupsDown : subgroupsAcross;
  const layout = layoutOf(q, q / panels, depth, alongDepth);
  return { ...layout, panels, size: layout.rows * layout.stride + (alongDepth ? 0 : layout.width) };
}

/**
 * What becomes of a kernel's sums: stored by subgroupMatrixStore, or they go through workgroup memory block by block to
 * be stored in rows, or as a whole tile to the registers of tiles.
 */
export type Finish = "store" | "rows" | "registers";

/** A block at a time, in rows of no more than it. */
export const leaving: Leaving = { blocks: 1, stride: side / 4 };

/** Vec4s of each subgroup's part of a finished tile, and of a row of it. */
export function finishedPart(config: MatrixConfig): { readonly width: number; readonly size: number } {
  const { down, across } = share(config);
  const width = (side * across) / 4;
  return { width, size: side * down * width };
}

/** Bytes of workgroup memory of a kernel that uses all there is. */
export function matrixBytes(config: MatrixConfig, finish: Finish): number {
  const { q, subgroupSize, threads } = config;
  const operand = (name: "left" | "right"): number =>
    Math.max(
      ...orders.map((order) => {
        const { panels, size } = panelsOf(name, config, order);
        return panels * size;
      }),
    );
  const sums = { store: 0, rows: leavingMemory(leaving, threads / subgroupSize).sizeBytes, registers: 4 * q * q }[
    finish
  ];
  return 8 * (operand("left") + operand("right")) + sums + (16 + 4 + 12) * q;
}

/**
 * Declarations of a kernel: places, the operands of its products, what its sums go through, and the weights of tokens.
 */
export function matrixDeclarations(config: MatrixConfig, products: readonly MatrixProduct[], finish: Finish): string {
  const { q, subgroupSize, threads } = config;
  const operand = (name: "left" | "right"): string => {
    const layouts = products.map((product) => panelsOf(name, config, product[name].contiguous === "k"));
    return `array<array<vec4h, ${Math.max(...layouts.map(({ size }) => size))}>, ${layouts[0]!.panels}>`;
  };
  const subgroups = threads / subgroupSize;
  const sums = {
    store: "",
    rows: leavingMemory(leaving, subgroups).wgsl,
    registers: `var<workgroup> finished: array<array<vec4f, ${finishedPart(config).size}>, ${subgroups}>;\n`,
  }[finish];
  return `${placeDeclarations(q)}
var<workgroup> tile_a: ${operand("left")};
var<workgroup> tile_b: ${operand("right")};
${sums}var<workgroup> weight: array<f32, ${q}>;
`;
}

/** WGSL functions that fetch the operands of a product. */
export function matrixFunctions({ name, left, right }: MatrixProduct): string {
  return `
fn ${name}_left(place: Place, row: u32, k: u32) -> vec4f {
  return ${left.at};
}

fn ${name}_right(place: Place, k: u32, column: u32) -> vec4f {
  return ${right.at};
}
`;
}

/** WGSL of a subgroup's sums, all 0. */
export function emptyMatrixSums(config: MatrixConfig): string {
  return emptySums(share(config));
}

/**
 * How one operand gets into workgroup memory: both halves of the way, for the vectors that a thread moves. Neighbours
 * move neighbouring vectors of storage.
 */
function moves(
  operand: "left" | "right",
  name: string,
  { alongDepth, width, stride, panelLines, panels }: Panels,
  { q, depth, threads }: MatrixConfig,
) {
  const held = range((q * depth) / (4 * threads)).map((i) => ({
    name: `${operand}${i}`,
    vector: i === 0 ? "lid" : `(lid + ${i * threads}u)`,
  }));
  const rowWidth = alongDepth ? width : width * panels; // vec4s of a row in storage
  const tile = operand === "left" ? "tile_a" : "tile_b";
  return {
    declare: held.map((own) => `var ${own.name} = vec4f();`).join("\n"),
    fetch: (k: string): string =>
      held
        .map((own) => {
          const [row, column] = [`${own.vector} / ${rowWidth}u`, `${own.vector} % ${rowWidth}u * 4u`];
          const [line, step] = alongDepth ? [row, column] : [column, row];
          const [first, second] =
            operand === "left" ? [`row0 + ${line}`, `${k} + ${step}`] : [`${k} + ${step}`, `column0 + ${line}`];
          return `${own.name} = ${name}_${operand}(place, ${first}, ${second});`;
        })
        .join("\n"),
    put: held
      .map((own) => {
        const [row, column] = [`${own.vector} / ${rowWidth}u`, `${own.vector} % ${width}u`];
        const [panel, panelRow] = alongDepth
          ? [`${row} / ${panelLines}u`, `${row} % ${panelLines}u`]
          : [`${own.vector} / ${width}u % ${panels}u`, row];
        return `${tile}[${panel}][${panelRow} * ${stride}u + ${column}] = vec4h(${own.name});`;
      })
      .join("\n"),
  };
}

/**
 * WGSL that adds Σ_k left[row, k] · right[k, column] of one product after another to the sums, for the tile at `row0`,
 * `column0`; `count`, the range of k, must be uniform and not 0. What the next round needs, of the same product or of
 * the one after it, is on its way while this one multiplies. Begins after, and ends with, a barrier.
 */
export function addMatrixProducts(
  config: MatrixConfig,
  products: readonly { readonly product: MatrixProduct; readonly count: string }[],
): string {
  const { depth } = config;
  const rounds = products.map(({ product: { name, left, right }, count }) => {
    const [a, b] = [
      panelsOf("left", config, left.contiguous === "k"),
      panelsOf("right", config, right.contiguous === "k"),
    ];
    const [moveA, moveB] = [moves("left", name, a, config), moves("right", name, b, config)];
    return {
      count,
      declare: `${moveA.declare}\n${moveB.declare}`,
      fetch: (k: string): string => `${moveA.fetch(k)}\n${moveB.fetch(k)}`,
      put: `${moveA.put}\n${moveB.put}`,
      multiply: multiplyBlocks(share(config), depth, { ...a, halves: 4 }, { ...b, halves: 4 }),
    };
  });
  const loops = rounds.map(({ count, fetch, put, multiply }, i) => {
    const after = rounds[i + 1];
    return `for (var k0 = 0u; k0 < ${count}; k0 += ${depth}u) {
      ${put}
      workgroupBarrier();
      if (k0 + ${depth}u < ${count}) {
        ${fetch(`k0 + ${depth}u`)}
      }${
        after
          ? ` else {
        ${after.fetch("0u")}
      }`
          : ""
      }
      let panel_a = &tile_a[subgroup_row];
      let panel_b = &tile_b[subgroup_column];
      ${multiply}
      workgroupBarrier();
    }`;
  });
  return `{
    ${rounds[0]!.declare}
    ${rounds[0]!.fetch("0u")}
    ${loops.join("\n    ")}
  }`;
}

/** Entry point; `body` sees what that of tiles does, and the position of its own subgroup. */
export function matrixMain(config: MatrixConfig, body: string): string {
  const { subgroupsAcross } = share(config);
  return tileMain(
    config.q,
    `let subgroup_row = subgroup / ${subgroupsAcross}u;
  let subgroup_column = subgroup % ${subgroupsAcross}u;
  ${body}`,
    ", @builtin(subgroup_id) subgroup: u32, @builtin(subgroup_invocation_id) lane: u32",
    config.threads,
  );
}
