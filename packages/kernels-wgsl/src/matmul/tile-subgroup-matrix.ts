// The product with subgroup matrices: operands are rounded to f16 on their way into workgroup memory, each subgroup
// multiplies 16 × 16 blocks of them, sums are f32.
import { type MatrixConfig, type MatrixShape, type OperandConfig, workgroupTile } from "./tile-config.ts";
import { emptySums, leave, leavingMemory, multiplyBlocks, side } from "./subgroup-matrix/instructions.ts";
import { range } from "../range.ts";

/** A block at a time, in rows of no more than it. */
const leaving = { blocks: 1, stride: side / 4 } as const;

/**
 * Layout of an operand in workgroup memory: a panel to a row or column of subgroups, each in rows of vec4h along the
 * axis that is contiguous in storage. A row begins at a multiple of 16 bytes, in other banks than the one before.
 */
export interface Layout {
  readonly lines: number;
  readonly panelLines: number;
  readonly alongDepth: boolean;
  /** vec4h of a row that are filled, and from one row to the next */
  readonly width: number;
  readonly stride: number;
  /** rows of a panel */
  readonly rows: number;
}

/**
 * The layout of `lines` rows or columns of an operand in panels of `panelLines`, `depth` steps of the summed index
 * deep.
 */
export function layoutOf(lines: number, panelLines: number, depth: number, alongDepth: boolean): Layout {
  const width = (alongDepth ? depth : panelLines) / 4;
  return { lines, panelLines, alongDepth, width, stride: width + 2, rows: alongDepth ? panelLines : depth };
}

function layouts(config: MatrixShape & Pick<OperandConfig, "transposeA" | "transposeB">): {
  readonly a: Layout;
  readonly b: Layout;
} {
  const tile = workgroupTile(config);
  const { down, across } = config.blocks;
  return {
    a: layoutOf(tile.rows, side * down, config.depth, !config.transposeA),
    b: layoutOf(tile.columns, side * across, config.depth, config.transposeB),
  };
}

/** Subgroups next to each other along n, and all of them. */
function subgroupsOf(shape: MatrixShape): { readonly across: number; readonly count: number } {
  const tile = workgroupTile(shape);
  const { down, across } = shape.blocks;
  const columns = tile.columns / (side * across);
  return { across: columns, count: (columns * tile.rows) / (side * down) };
}

/** Bytes of workgroup memory at most, whatever is transposed. */
export function matrixBytes(shape: MatrixShape): number {
  const most = (name: "a" | "b"): number =>
    Math.max(
      ...[true, false].map((transposed) => {
        const { lines, panelLines, rows, stride } = layouts({
          ...shape,
          transposeA: transposed,
          transposeB: transposed,
        })[name];
        return (lines / panelLines) * rows * stride;
      }),
    );
  return 8 * (most("a") + most("b")) + leavingMemory(leaving, subgroupsOf(shape).count).sizeBytes;
}

/** Whether a shape's subgroups of `size` threads share its tile evenly. */
export function matrixDivides(shape: MatrixShape, size: number): boolean {
  const tile = workgroupTile(shape);
  const { down, across } = shape.blocks;
  const threads = shape.threadsX * shape.threadsY;
  return (
    shape.depth % side === 0 &&
    tile.rows % (side * down) === 0 &&
    tile.columns % (side * across) === 0 &&
    subgroupsOf(shape).count * size === threads &&
    [tile.rows, tile.columns].every((lines) => (lines * shape.depth) % (4 * threads) === 0)
  );
}

/** WGSL of the workgroup memory. */
export function matrixTiles(config: MatrixConfig): string {
  const { a, b } = layouts(config);
  return `var<workgroup> tile_a: array<array<vec4h, ${a.rows * a.stride}>, ${a.lines / a.panelLines}>;
var<workgroup> tile_b: array<array<vec4h, ${b.rows * b.stride}>, ${b.lines / b.panelLines}>;
${config.whole ? "" : leavingMemory(leaving, subgroupsOf(config).count).wgsl}
`;
}

/** WGSL of the position of a subgroup's blocks in the workgroup's tile, and of its sums, all 0. */
export function matrixBegin(config: MatrixConfig): string {
  const { down, across } = config.blocks;
  const columns = subgroupsOf(config).across;
  const tile = workgroupTile(config);
  return `  let subgroupRow = subgroup / ${columns}u;
  let subgroupColumn = subgroup % ${columns}u;
  let row = group.y * ${tile.rows}u + subgroupRow * ${side * down}u;
  let column = group.x * ${tile.columns}u + subgroupColumn * ${side * across}u;
${emptySums(config.blocks)}`;
}

/**
 * How one operand gets into workgroup memory: WGSL of the two halves of the way, for the vectors that a thread moves.
 * Neighbours move neighbouring vectors of storage.
 */
function moves(
  name: "a" | "b",
  { lines, panelLines, alongDepth, width, stride, rows }: Layout,
  { depth, threadsX, threadsY }: MatrixConfig,
) {
  const threads = threadsX * threadsY;
  const held = range((lines * depth) / (4 * threads)).map((i) => ({
    name: `${name}${i}_next`,
    vector: i === 0 ? "index" : `(index + ${i * threads}u)`,
  }));
  const first = `group.${name === "a" ? "y" : "x"} * ${lines}u`;
  return {
    declare: held.map((own) => `  var ${own.name} = vec4f();`).join("\n"),
    fetch: (k: string, indent: string): string =>
      held
        .map((own) => {
          const [row, column] = [`${own.vector} / ${width}u`, `${own.vector} % ${width}u * 4u`];
          const [line, step] = alongDepth
            ? [row, column]
            : [`${own.vector} / ${rows * width}u * ${panelLines}u + ${column}`, `${row} % ${rows}u`];
          return `${indent}${own.name} = load_${name}(base${name.toUpperCase()}, ${first} + ${line}, ${k} + ${step});`;
        })
        .join("\n"),
    put: held
      .map((own) => {
        const [panel, within] = [`${own.vector} / ${rows * width}u`, `${own.vector} % ${rows * width}u`];
        return `    tile_${name}[${panel}][${within} / ${width}u * ${stride}u + ${own.vector} % ${width}u] = vec4h(${own.name});`;
      })
      .join("\n"),
  };
}

/** Rounds of `depth`: put what was fetched, meet, fetch the next, multiply, meet. */
export function matrixLoop(config: MatrixConfig): string {
  const { depth, blocks } = config;
  const { a, b } = layouts(config);
  const [moveA, moveB] = [moves("a", a, config), moves("b", b, config)];
  return `${moveA.declare}
${moveB.declare}
${moveA.fetch("firstDepth", "  ")}
${moveB.fetch("firstDepth", "  ")}
  for (var k = firstDepth; k < endDepth; k += ${depth}u) {
${moveA.put}
${moveB.put}
    workgroupBarrier();
    if (k + ${depth}u < endDepth) {
${moveA.fetch(`k + ${depth}u`, "      ")}
${moveB.fetch(`k + ${depth}u`, "      ")}
    }
    let panel_a = &tile_a[subgroupRow];
    let panel_b = &tile_b[subgroupColumn];
${multiplyBlocks(blocks, depth, { ...a, halves: 4 }, { ...b, halves: 4 })}
    workgroupBarrier();
  }`;
}

/** WGSL that stores the sums: whole tiles as they are, others through workgroup memory and `store`. */
export function matrixStores({ blocks, whole, subgroupSize }: MatrixConfig, base: string): string {
  if (!whole) return leave(blocks, leaving, subgroupSize, base);
  const { down, across } = blocks;
  return range(down)
    .flatMap((i) =>
      range(across).map(
        (j) =>
          `  subgroupMatrixStore<row_major>(&c, (${base} + (row + ${i * side}u) * u.n + column + ${j * side}u) / 4u, c${i}_${j}, u.n / 4u);`,
      ),
    )
    .join("\n");
}
